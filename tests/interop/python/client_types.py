"""Every type, out and back. `describe` tells what the server saw, so that two mistakes cannot undo each other."""

import datetime
import xmlrpc.client
from xmlrpc.client import Binary, DateTime

from checks import call_raw, equal, fault, proxy, raises

server = proxy()
builtin = proxy(use_builtin_types=True)


def both_ways(check, value, described):
    equal(f"{check} is read", server.describe(value), described)
    equal(f"{check} is echoed", server.echo(value), value)


for number in (0, 1, -1, 2**31 - 1, -(2**31)):
    both_ways(f"int {number}", number, f"int {number}")
raises("2**31 is refused by Python itself", OverflowError, lambda: server.echo(2**31))
for number in (2**31, -(2**31) - 1, 2**63 - 1, -(2**63)):
    equal(f"i8 {number} is read", call_raw("describe", f"<i8>{number}</i8>"), f"i8 {number}")
    equal(f"i8 {number} is echoed", call_raw("echo", f"<i8>{number}</i8>"), number)
equal("an int beyond 32 bits is widened", call_raw("echo", f"<int>{2**40}</int>"), 2**40)
equal("i4 is int", call_raw("describe", "<i4>7</i4>"), "int 7")
fault("an i8 beyond 64 bits", -32600, lambda: call_raw("echo", f"<i8>{2**63}</i8>"))

for flag in (True, False):
    both_ways(f"boolean {flag}", flag, f"boolean {str(flag).lower()}")

for number in (0.0, -0.0, 1.5, -2.25, 0.1, 1 / 3, 1e300, -1e300, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e22):
    equal(f"double {number!r} is echoed", server.echo(number), number)
equal("double is read", server.describe(0.1), "double 0.1")
equal("infinity is read", server.describe(float("inf")), "double inf")
equal("nan is read", server.describe(float("nan")), "double NaN")
fault("infinity is not written", -32603, lambda: server.echo(float("inf")))

both_ways("string", "text", "string text")
both_ways("string that looks like a number", "42", "string 42")
equal("an untyped value is a string", call_raw("describe", " untyped "), "string  untyped ")

every_byte = bytes(range(256))
equal("bytes are read", server.describe(every_byte), "base64 " + every_byte.hex())
equal("bytes come back as Binary", server.echo(every_byte), Binary(every_byte))
equal("bytes come back as bytes", builtin.echo(every_byte), every_byte)
equal("Binary is read", server.describe(Binary(b"abc")), "base64 616263")
equal("no bytes", builtin.echo(b""), b"")
equal("many bytes", builtin.echo(every_byte * 1000), every_byte * 1000)

leap_day = datetime.datetime(2024, 2, 29, 12, 34, 56)
equal("datetime is read", server.describe(leap_day), "dateTime.iso8601 20240229T12:34:56")
equal("datetime comes back as DateTime", server.echo(leap_day), DateTime("20240229T12:34:56"))
equal("datetime comes back as datetime", builtin.echo(leap_day), leap_day)
equal("DateTime is echoed", server.echo(DateTime("19980717T14:08:55")), DateTime("19980717T14:08:55"))

both_ways("empty array", [], "array of 0")
both_ways("array of every type", [1, "two", 3.5, True, [], {}, ["nested", [True]]], "array of 7")
equal("a tuple is an array", server.echo((1, "two")), [1, "two"])
both_ways("empty struct", {}, "struct of 0")
both_ways("struct", {"b": 1, "a": [1, {"x": "y"}], "": "no name", " blank ": 2, "ключ": "значение"}, "struct of 5")
equal("a struct of many members", server.echo({f"m{i}": i for i in range(5000)}), {f"m{i}": i for i in range(5000)})


def nested(depth):
    value = "deep"
    for _ in range(depth - 1):
        value = [value]
    return value


equal("64 levels deep", server.echo(nested(64)), nested(64))
fault("65 levels deep", -32600, lambda: server.echo(nested(65)))

person = {
    "name": "Zoë",
    "age": 36,
    "email": "zoe@example.org",
    "tags": ["a", "b"],
    "scores": {"go": 1.5},
    "photo": Binary(b"\x89PNG"),
    "joined": DateTime("20240229T12:34:56"),
}
equal("a typed struct", server.echo_person(person), person)
equal("members in another order", server.echo_person(dict(reversed(person.items()))), person)
without_email = {name: member for name, member in person.items() if name != "email"}
equal("an optional member left out stays out", server.echo_person(without_email), without_email)
equal("a member nobody asked for", server.echo_person({**person, "height": 180}), person)

equal("nothing is true", server.nothing(), True)
