"""CPython's xmlrpc.client at the other end of a pipe: reads documents and tells what it found, or writes some.

A frame is its length in 4 bytes, big end first, and that many bytes. The first byte of a request is what is wanted:

    R  and a document:             read it, answer with one frame, the description of its value
    W  and a seed and a count:     write so many values, answer with two frames for each: document, description

A description is JSON: one list for each value, with the name of its type and its content.
"""

import base64
import json
import random
import struct
import sys
import xmlrpc.client

# Characters that XML 1.0 forbids, and surrogates, are left out.
RANGES = [
    (0x20, 0x7E),
    (0x20, 0x7E),
    (0xA0, 0xD7FF),
    (0xE000, 0xFFFD),
    (0x10000, 0x10FFFF),
]
# What markup, line ends and encodings trip over.
SPECIAL = "<>&\"'];-\t\n\r \x7f\x80\x85\ufeff\ufffd\u2028\U0001f600"
DEEPEST = 5


def main():
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while header := requests.read(4):
        request = requests.read(int.from_bytes(header, "big"))
        if request[:1] == b"R":
            send(answers, read(request[1:]))
        elif request[:1] == b"W":
            seed, count = struct.unpack(">QI", request[1:])
            chance = random.Random(seed)
            for _ in range(count):
                value = any_value(chance, 1)
                document = xmlrpc.client.dumps((value,), methodresponse=True, allow_none=True)
                # A lone surrogate cannot occur, so that this never fails.
                send(answers, document.encode())
                send(answers, description(value))
        answers.flush()


def send(answers, frame):
    answers.write(len(frame).to_bytes(4, "big") + frame)


def read(document):
    try:
        (value,), _ = xmlrpc.client.loads(document)
    except Exception as error:  # Whatever it is, it is what Python makes of the document.
        return json.dumps(["error", repr(error)]).encode()
    return description(value)


def description(value):
    return json.dumps(describe(value)).encode()


def describe(value):
    # bool before int, of which it is one.
    if value is None:
        return ["nil"]
    if isinstance(value, bool):
        return ["boolean", value]
    if isinstance(value, int):
        return ["int", str(value)]
    if isinstance(value, float):
        return ["double", struct.pack(">d", value).hex()]
    if isinstance(value, str):
        return ["string", value]
    if isinstance(value, (bytes, xmlrpc.client.Binary)):
        data = value if isinstance(value, bytes) else value.data
        return ["base64", base64.b64encode(data).decode()]
    if isinstance(value, xmlrpc.client.DateTime):
        return ["dateTime", value.value]
    if isinstance(value, (list, tuple)):
        return ["array", [describe(item) for item in value]]
    if isinstance(value, dict):
        return ["struct", [[name, describe(member)] for name, member in value.items()]]
    # <bigdecimal> is a decimal.Decimal, and its text is exact.
    return [type(value).__name__, str(value)]


def any_value(chance, depth):
    return chance.choice(SCALARS if depth >= DEEPEST else SCALARS + CONTAINERS)(chance, depth)


def integer(chance, _):
    return chance.choice([chance.randint(-(2**31), 2**31 - 1), chance.randint(-3, 3), -(2**31), 2**31 - 1])


def boolean(chance, _):
    return chance.random() < 0.5


def double(chance, _):
    while True:
        (number,) = struct.unpack(">d", chance.randbytes(8))
        if number - number == 0.0:  # Neither infinite nor NaN.
            return chance.choice([number, number, number, 0.0, -0.0, 5e-324, round(chance.uniform(-1e6, 1e6), 3)])


def text(chance, _=None):
    def character():
        if chance.random() < 0.3:
            return chance.choice(SPECIAL)
        return chr(chance.randint(*chance.choice(RANGES)))

    return "".join(character() for _ in range(chance.choice([0, 1, 2, 5, 20])))


def binary(chance, _):
    # More than 57 bytes become lines of base64.
    return chance.randbytes(chance.choice([0, 1, 2, 3, 10, 57, 58, 200]))


def date(chance, _):
    year, month, day = chance.randint(1, 9999), chance.randint(1, 12), chance.randint(1, 28)
    hour, minute, second = chance.randint(0, 23), chance.randint(0, 59), chance.randint(0, 59)
    return xmlrpc.client.DateTime(f"{year:04}{month:02}{day:02}T{hour:02}:{minute:02}:{second:02}")


def nil(_chance, _depth):
    return None


def array(chance, depth):
    return [any_value(chance, depth + 1) for _ in range(chance.randint(0, 5))]


def structure(chance, depth):
    return {text(chance): any_value(chance, depth + 1) for _ in range(chance.randint(0, 5))}


SCALARS = [integer, boolean, double, text, binary, date, nil]
CONTAINERS = [array, structure]

main()
