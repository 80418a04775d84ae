#!/usr/bin/env python3
"""Runs README's two commands as they are written there: `readme.py demo FOLDER` and `readme.py tests FOLDER`.

The demo has to print what README says that it prints (but for the time of day), and to answer Python."""

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import xmlrpc.client


def commands(folder):
    """Each command of README's section, with the lines that it is said to print."""
    with open(os.path.join(folder, "README.md"), encoding="utf-8") as file:
        section = re.search(r"^## Two commands$(.*?)^## ", file.read(), re.M | re.S).group(1)
    blocks = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```$", section, re.M | re.S)
    assert len(blocks) == 2, f"README has {len(blocks)} commands"
    return [(shlex.split(command), output.splitlines()) for command, output in blocks]


def demo(folder, command, expected):
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, start_new_session=True)
    # It has to be compiled first.
    late = threading.Timer(1800, os.killpg, (process.pid, signal.SIGKILL))
    late.start()
    try:
        for line in expected:
            printed = process.stdout.readline().rstrip("\n")
            print(printed, flush=True)
            shape = re.sub(r"\d{8}T\d\d:\d\d:\d\d", "TIME", line)
            assert re.sub(r"\d{8}T\d\d:\d\d:\d\d", "TIME", printed) == shape, f"README says {line!r}"
        url = expected[0].removeprefix("listening on ")
        with xmlrpc.client.ServerProxy(url) as server:
            assert server.add(2, 3) == 5
        print("Python: add(2, 3) -> 5")
    finally:
        late.cancel()
        os.killpg(process.pid, signal.SIGINT)
        process.wait()
    return 0


def main():
    which, folder = sys.argv[1:]
    first, second = commands(folder)
    if which == "demo":
        return demo(folder, *first)
    command, expected = second
    assert which == "tests" and expected == [], "the tests are the second command"
    return subprocess.run(command, cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
