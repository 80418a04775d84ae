#!/usr/bin/env python3
"""CPython's XML-RPC client: makes a call at an address, as often and as many at once as each line of the input says.

    cpython.py ADDRESS add|echo LENGTH      the length of what `echo` gives
"""

import sys
import time
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor


def main(address, call, length):
    # One for each thread: a proxy has one connection, for one call at a time.
    proxies = [xmlrpc.client.ServerProxy(f"http://{address}/")]
    go_on = go_on_adding if call == "add" else lambda proxy, calls: go_on_echoing(proxy, calls, int(length))
    go_on(proxies[0], 1)
    print("ready", flush=True)
    for line in sys.stdin:
        calls, at_once = map(int, line.split())
        while len(proxies) < at_once:
            proxies.append(xmlrpc.client.ServerProxy(f"http://{address}/"))
        began = time.perf_counter()
        if at_once == 1:
            go_on(proxies[0], calls)
        else:
            with ThreadPoolExecutor(at_once) as threads:
                # A list, so that what failed is raised.
                list(threads.map(go_on, proxies[:at_once], [calls // at_once] * at_once))
        print(time.perf_counter() - began, flush=True)


def go_on_adding(proxy, calls):
    for _ in range(calls):
        if proxy.add(2, 3) != 5:
            raise ValueError("a wrong result")


def go_on_echoing(proxy, calls, length):
    for _ in range(calls):
        if len(proxy.echo()) != length:
            raise ValueError("a wrong result")


if __name__ == "__main__":
    main(*sys.argv[1:])
