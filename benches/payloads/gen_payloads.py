#!/usr/bin/env python3
"""Writes the payloads of the benchmarks into the folder given: the same bytes on every machine.

For every payload ID:

  ID.call.xml, ID.resp.xml    what Python's xmlrpc.client.dumps makes: newlines between tags, base64 in lines of 76
  ID.callc.xml, ID.respc.xml  the same without white space between elements, base64 in one line, <i4> for <int>
  ID.json                     the same data as JSON: dates as strings, base64 as one string, a single parameter bare
"""

import base64
import datetime
import json
import pathlib
import random
import re
import sys
import xmlrpc.client

WORDS = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor".split()
LETTERS = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJ0123456789.,\n"
PARTNERS = ["Müller GmbH", "Société Générale", "Acme & Sons", "ООО Ромашка"]
INT_MIN, INT_MAX = -(2**31), 2**31 - 1
MIB = 1 << 20

# Every value is drawn from this one, so the order of the draws is part of the data.
rng = random.Random(20240607)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, (method, params) in payloads().items():
        result = list(params) if len(params) > 1 else params[0]
        call = xmlrpc.client.dumps(params, method)
        response = xmlrpc.client.dumps((result,), methodresponse=True)
        assert xmlrpc.client.loads(compact(call)) == (params, method), name
        files = {
            "call.xml": call,
            "resp.xml": response,
            "callc.xml": compact(call),
            "respc.xml": compact(response),
            "json": json.dumps(plain(result), ensure_ascii=False, separators=(",", ":")),
        }
        for suffix, text in files.items():
            (folder / f"{name}.{suffix}").write_bytes(text.encode())


def payloads():
    return {
        "p1_add": ("add", (2, 3)),
        "p2_ints": ("echo", ([rng.randint(INT_MIN, INT_MAX) for _ in range(1000)],)),
        "p3_structs": ("echo", ([record(i) for i in range(1000)],)),
        "p4_text": ("echo", (text(),)),
        "p5_b64": ("echo", (xmlrpc.client.Binary(rng.randbytes(MIB)),)),
        "p6_multicall": (
            "system.multicall",
            ([{"methodName": "add", "params": [i, i * 7]} for i in range(100)],),
        ),
        "p7_records": ("d.multicall2", ([torrent(i) for i in range(200)],)),
    }


def record(i):
    """One of every type, nested."""
    return {
        "id": rng.randint(INT_MIN, INT_MAX),
        "name": words(3),
        "price": round(rng.uniform(-1e4, 1e4), 3),
        "active": bool(i & 1),
        "when": xmlrpc.client.DateTime(moment().strftime("%Y%m%dT%H:%M:%S")),
        "blob": xmlrpc.client.Binary(bytes(rng.getrandbits(8) for _ in range(32))),
        "triple": [rng.randint(0, 1000) for _ in range(3)],
        "sub": {"x": rng.randint(0, 10**6), "label": rng.choice(WORDS)},
    }


def torrent(i):
    """A wide struct of short strings, as torrent clients and business systems list their records."""
    info_hash = "%040X" % rng.getrandbits(160)
    return {
        "hash": info_hash,
        "name": f"{words(4).title()} {i}",
        "base_path": f"/srv/data/{rng.choice(WORDS)}/{info_hash[:8]}",
        "size_bytes": str(rng.randint(0, 2**40)),
        "completed_bytes": str(rng.randint(0, 2**40)),
        "up_rate": str(rng.randint(0, 10**6)),
        "down_rate": str(rng.randint(0, 10**6)),
        "ratio": str(rng.randint(0, 9999)),
        "is_active": i % 2,
        "is_open": 1,
        "state": rng.randint(0, 3),
        "priority": 2,
        "message": "" if i % 5 else 'Tracker: [Failure reason "a & b <timeout>"]',
        "tracker": f"udp://tracker.{rng.choice(WORDS)}.example:6969/announce?a=1&b={i}",
        "custom1": rng.choice(WORDS),
        "creation_date": rng.randint(10**9, 17 * 10**8),
        "peers_complete": rng.randint(0, 500),
        "partner": rng.choice(PARTNERS),
        "email": f"{rng.choice(WORDS)}@{rng.choice(WORDS)}.example",
        "active": bool(i % 3),
    }


def text():
    """A MiB of text; one character in a hundred has to be escaped."""
    characters = [rng.choice(LETTERS) for _ in range(MIB)]
    for place in rng.sample(range(MIB), MIB // 100):
        characters[place] = rng.choice("&<>")
    return "".join(characters)


def words(count):
    return " ".join(rng.choice(WORDS) for _ in range(count))


def moment():
    return datetime.datetime(2020, 1, 1) + datetime.timedelta(seconds=rng.randint(0, 10**8))


def plain(value):
    if isinstance(value, xmlrpc.client.DateTime):
        return value.value
    if isinstance(value, xmlrpc.client.Binary):
        return base64.b64encode(value.data).decode()
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def compact(document):
    document = re.sub(r">\n\s*<", "><", document).strip()
    document = re.sub(r"<base64>[^<]*</base64>", lambda found: found[0].replace("\n", ""), document)
    return document.replace("<int>", "<i4>").replace("</int>", "</i4>")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
