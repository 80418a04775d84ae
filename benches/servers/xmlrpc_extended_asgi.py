#!/usr/bin/env python3
"""xmlrpc_extended's ASGI application on uvicorn: prints its address, and ends when its standard input does."""

import socket

import uvicorn
from xmlrpc_extended.asgi import XMLRPCASGIApp

import serving


async def add(a, b):
    return a + b


async def echo(value):
    return value


def main():
    # Coroutines, which run where they are called: plain functions would each take the way through a pool of threads.
    app = XMLRPCASGIApp(rpc_path="/")
    app.register_function(add, "add")
    app.register_function(echo, "echo")
    # Named TCP by its number, since asyncio sets TCP_NODELAY on no others.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    serving.at(listener.getsockname())
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])


if __name__ == "__main__":
    main()
