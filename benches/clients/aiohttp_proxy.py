#!/usr/bin/env python3
"""aiohttp-xmlrpc's client: makes a call at an address, as often and as many at once as each line of the input says.

    aiohttp_proxy.py ADDRESS add|echo LENGTH      the length of what `echo` gives
"""

import asyncio
import sys
import time

from aiohttp_xmlrpc.client import ServerProxy


async def main(address, call, length):
    proxy = ServerProxy(f"http://{address}/")
    go_on = go_on_adding if call == "add" else lambda proxy, calls: go_on_echoing(proxy, calls, int(length))
    await go_on(proxy, 1)
    print("ready", flush=True)
    # Nothing else is to be done while it waits for a line.
    for line in sys.stdin:
        calls, at_once = map(int, line.split())
        began = time.perf_counter()
        await asyncio.gather(*(go_on(proxy, calls // at_once) for _ in range(at_once)))
        print(time.perf_counter() - began, flush=True)
    await proxy.close()


async def go_on_adding(proxy, calls):
    for _ in range(calls):
        if await proxy.add(2, 3) != 5:
            raise ValueError("a wrong result")


async def go_on_echoing(proxy, calls, length):
    for _ in range(calls):
        if len(await proxy.echo()) != length:
            raise ValueError("a wrong result")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
