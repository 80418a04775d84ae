"""A CCU of Homematic, as far as `examples/callback` needs one, on CPython's own server and client.

Prints {"port": N} when it listens, serves until its stdin closes. A test has it do things by `test.push` and `test.restart`,
and sees by `test.log` what it was asked.
"""

import json
import os
import socket
import socketserver
import sys
import threading
from xmlrpc.client import Fault, MultiCall, ServerProxy
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer

PATIENCE = 60

clients = {}
log = []
logged = threading.Condition()
connections = set()
own = threading.local()


class Handler(SimpleXMLRPCRequestHandler):
    # Connections are kept, so that a restart is seen on those that the client keeps too.
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        own.connection = self.connection
        connections.add(self.connection)

    def finish(self):
        connections.discard(self.connection)
        super().finish()


class Server(socketserver.ThreadingMixIn, SimpleXMLRPCServer):
    daemon_threads = True


def note(line):
    with logged:
        log.append(line)
        logged.notify_all()


def connect(url):
    """Documents are in Latin-1, as a CCU's are."""
    return ServerProxy(url, encoding="iso-8859-1")


def init(url, interface_id=""):
    """Registers a client, or with an empty id unregisters it. Both call it back before they answer."""
    client = connect(url)
    if interface_id:
        methods = client.system.listMethods(interface_id)
        known = [device["ADDRESS"] for device in client.listDevices(interface_id)]
        if not known:
            channels = [{"ADDRESS": f"LEQ1:{n}", "TYPE": "SWITCH", "VERSION": 17, "LINKS": []} for n in range(2)]
            client.newDevices(interface_id, channels)
            client.deleteDevices(interface_id, ["LEQ1:0"])
        clients[url] = interface_id
        missing = {"event", "listDevices", "newDevices", "deleteDevices", "system.multicall"} - set(methods)
        note(f"init {interface_id}: lacks {sorted(missing)}, knows {known}")
    else:
        last = clients.pop(url)
        client.event(last, "LEQ1:1", "STATE", False)
        note(f"end {last}")
    return ""


def ping(caller):
    for url, interface_id in list(clients.items()):
        connect(url).event(interface_id, "CENTRAL", "PONG", caller)
    return True


def push(events, together):
    """What the one client answers to events, each an address, a key and a value."""
    [(url, interface_id)] = clients.items()
    if not together:
        return [connect(url).event(interface_id, *event) for event in events]
    calls = MultiCall(connect(url))
    for event in events:
        calls.event(interface_id, *event)
    return list(calls())


def push_astray():
    """What an event with the id of nobody is answered."""
    [url] = clients
    try:
        return connect(url).event("nobody", "LEQ1:1", "STATE", True)
    except Fault as fault:
        return f"{fault.faultCode} {fault.faultString}"


def restart():
    """Forgets everybody, and closes what was open."""
    clients.clear()
    for connection in connections - {own.connection}:
        connection.shutdown(socket.SHUT_RDWR)
    return True


def wait_for_log(count):
    """The log, when it has that many lines."""
    with logged:
        logged.wait_for(lambda: len(log) >= count, PATIENCE)
        return log


server = Server(("127.0.0.1", 0), Handler, logRequests=False)
for function in (init, ping):
    server.register_function(function)
server.register_function(push, "test.push")
server.register_function(push_astray, "test.push_astray")
server.register_function(restart, "test.restart")
server.register_function(wait_for_log, "test.log")


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_stdin, daemon=True).start()
print(json.dumps({"port": server.server_address[1]}), flush=True)
server.serve_forever()
