#!/usr/bin/env python3
"""CPython's XML-RPC server, `simple` or `threading`: prints its address, and ends when its standard input does."""

import socketserver
import sys
import xmlrpc.server

import serving


class Simple(xmlrpc.server.SimpleXMLRPCServer):
    # Five, as it comes: of 64 clients most would wait for seconds to be let in.
    request_queue_size = 128


class Threading(socketserver.ThreadingMixIn, Simple):
    daemon_threads = True


class KeepAlive(xmlrpc.server.SimpleXMLRPCRequestHandler):
    protocol_version = "HTTP/1.1"


def main(kind):
    if kind == "threading":
        server = Threading(("127.0.0.1", 0), KeepAlive, logRequests=False)
    else:
        # Were connections kept, the first client would be the only one.
        server = Simple(("127.0.0.1", 0), logRequests=False)
    server.register_function(lambda a, b: a + b, "add")
    server.register_function(lambda value: value, "echo")
    serving.at(server.server_address)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
