#!/usr/bin/env python3
"""xmlrpc_extended's server on a pool of threads: prints its address, and ends when its standard input does."""

from xmlrpc_extended import LimitedXMLRPCRequestHandler, ThreadPoolXMLRPCServer

import serving


class KeepAlive(LimitedXMLRPCRequestHandler):
    protocol_version = "HTTP/1.1"


def main():
    # A connection that is kept has its thread to itself: the eight that there are by default would leave most waiting.
    server = ThreadPoolXMLRPCServer(
        ("127.0.0.1", 0), KeepAlive, logRequests=False, max_workers=320, request_queue_size=128
    )
    server.register_function(lambda a, b: a + b, "add")
    server.register_function(lambda value: value, "echo")
    serving.at(server.server_address)
    server.serve_forever()


if __name__ == "__main__":
    main()
