"""CPython's own server with functions to call:
`server.py [--documenting] [--threading] [--keep-alive] [--builtin-types] [--plain]`.

Prints {"port": N} when it listens, serves until its stdin closes.
"""

import json
import os
import socketserver
import sys
import threading
from xmlrpc.client import Binary, DateTime, Fault
from xmlrpc.server import (
    DocXMLRPCRequestHandler,
    DocXMLRPCServer,
    SimpleXMLRPCRequestHandler,
    SimpleXMLRPCServer,
)

CLIENTS_AT_ONCE = 64

DOCUMENTING = "--documenting" in sys.argv
# As it is when nothing is asked for: no introspection, no multicall, no nil.
PLAIN = "--plain" in sys.argv


class Handler(DocXMLRPCRequestHandler if DOCUMENTING else SimpleXMLRPCRequestHandler):
    # CPython's default is HTTP/1.0: a connection for each call.
    if "--keep-alive" in sys.argv:
        protocol_version = "HTTP/1.1"


class Server(DocXMLRPCServer if DOCUMENTING else SimpleXMLRPCServer):
    # Five, the default, lets clients that come at once wait a second for their connection.
    request_queue_size = 128
    connections = 0

    def get_request(self):
        accepted = super().get_request()
        self.connections += 1
        return accepted


class ThreadingServer(socketserver.ThreadingMixIn, Server):
    daemon_threads = True


def add(a, b):
    """Adds two numbers."""
    return a + b


def div(a, b):
    return a / b


def echo(value):
    return value


def describe(value):
    """What the server saw."""
    if isinstance(value, DateTime):
        return f"DateTime {value.value}"
    if isinstance(value, Binary):
        return f"Binary {value.data.hex()}"
    if isinstance(value, bytes):
        return f"bytes {value.hex()}"
    return f"{type(value).__name__} {value!r}"


def code_points(text):
    return " ".join(f"{ord(character):X}" for character in text)


def from_code_points(points):
    return "".join(chr(int(point, 16)) for point in points.split())


def repeat(text, times):
    return text * times


def nothing():
    return None


def fail(code, string):
    raise Fault(code, string)


def every_type():
    return {
        "int": -(2**31),
        "boolean": True,
        "double": 5e-324,
        "huge": 1e300,
        "string": " a\tb\n<&> ",
        "base64": bytes(range(256)),
        "dateTime": DateTime("20240229T12:34:56"),
        "array": [1, [], ["two"]],
        "struct": {"b": 1, "a": {"": None}},
        "nil": None,
    }


def raise_error(text):
    raise RuntimeError(text)


def unmarshallable():
    return object()


class Memory:
    """Reached by a dotted name."""

    def __init__(self):
        self.cells = {}

    def store(self, name, value):
        """Keeps a value."""
        self.cells[name] = value
        return True

    def recall(self, name):
        return self.cells[name]

    def _forget(self):
        self.cells.clear()


class Instance:
    """Its methods are called without being registered one by one."""

    def __init__(self):
        self.memory = Memory()

    def greet(self, name="world"):
        """Greets somebody."""
        return f"Hello, {name}!"

    def _secret(self):
        return "never told"


everyone = threading.Barrier(CLIENTS_AT_ONCE)


def meet():
    """Answers nobody before all have come."""
    everyone.wait()
    return True


server = (ThreadingServer if "--threading" in sys.argv else Server)(
    ("127.0.0.1", 0),
    Handler,
    logRequests=False,
    allow_none=not PLAIN,
    use_builtin_types="--builtin-types" in sys.argv,
)
if not PLAIN:
    server.register_introspection_functions()
    server.register_multicall_functions()
server.register_instance(Instance(), allow_dotted_names=True)
for function in (add, div, echo, describe, code_points, from_code_points, repeat, nothing, fail, every_type, meet):
    server.register_function(function)
for function in (raise_error, unmarshallable):
    server.register_function(function)
server.register_function(lambda: server.connections, "connections")
server.register_function(lambda *names: list(names), "a.b.c.d")


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_stdin, daemon=True).start()
print(json.dumps({"port": server.server_address[1]}), flush=True)
server.serve_forever()
