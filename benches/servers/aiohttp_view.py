#!/usr/bin/env python3
"""aiohttp-xmlrpc's view on aiohttp's server: prints its address, and ends when its standard input does."""

import socket

from aiohttp import web
from aiohttp_xmlrpc import handler

import serving


class Methods(handler.XMLRPCView):
    def rpc_add(self, a, b):
        return a + b

    def rpc_echo(self, value):
        return value


def main():
    app = web.Application(client_max_size=16 << 20)
    app.router.add_route("*", "/", Methods)
    # Named TCP by its number, since asyncio sets TCP_NODELAY on no others.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    serving.at(listener.getsockname())
    web.run_app(app, sock=listener, access_log=None, print=None)


if __name__ == "__main__":
    # Not itself what is imported by that name.
    main()
