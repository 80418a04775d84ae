"""Every method of the two classic suites, with the arguments that their clients send."""

import datetime
import math
from xmlrpc.client import Binary, DateTime, MultiCall

from checks import call_raw, equal, fault, proxy, true

server = proxy()
builtin = proxy(use_builtin_types=True)

# ── validator1 ──

v = server.validator1

stooges = [{"moe": moe, "larry": moe + 1, "curly": curly} for moe, curly in ((1, -7), (5, 60), (9, 0), (2, 11))]
equal("arrayOfStructsTest", v.arrayOfStructsTest(stooges), 64)
equal("arrayOfStructsTest of none", v.arrayOfStructsTest([]), 0)
equal("arrayOfStructsTest with other members", v.arrayOfStructsTest([{"moe": 1, "larry": 2, "curly": 3, "shemp": "4"}]), 3)
fault("arrayOfStructsTest without curly", -32602, lambda: v.arrayOfStructsTest([{"moe": 1, "larry": 2}]))

text = "<<>&'\"\"\"&amp;''<\u00e9&\n>"
counts = {
    "ctLeftAngleBrackets": text.count("<"),
    "ctRightAngleBrackets": text.count(">"),
    "ctAmpersands": text.count("&"),
    "ctApostrophes": text.count("'"),
    "ctQuotes": text.count('"'),
}
equal("countTheEntities", v.countTheEntities(text), counts)
equal("countTheEntities of nothing", set(v.countTheEntities("").values()), {0})
equal("countTheEntities of CDATA", call_raw("validator1.countTheEntities", "<string><![CDATA[<&]]></string>")["ctAmpersands"], 1)

equal("easyStructTest", v.easyStructTest({"moe": 1, "larry": -20, "curly": 300}), 281)
equal("easyStructTest at the limit", v.easyStructTest({"moe": 2**31 - 1, "larry": 0, "curly": 0}), 2**31 - 1)
fault("easyStructTest beyond it", -32500, lambda: v.easyStructTest({"moe": 2**31 - 1, "larry": 1, "curly": 0}))

everything = {"int": 1, "text": "<&>", "yes": True, "half": 0.5, "list": [1, "two", [3]], "inner": {"": {}, "x y": []}}
equal("echoStructTest", v.echoStructTest(everything), everything)
equal("echoStructTest of dates and bytes", v.echoStructTest({"d": DateTime("19980717T14:08:55"), "b": Binary(b"\0\xff")}), {"d": DateTime("19980717T14:08:55"), "b": Binary(b"\0\xff")})

many = [7, True, "<text>", -2.5, datetime.datetime(1998, 7, 17, 14, 8, 55), b"you can't read this!"]
equal("manyTypesTest", builtin.validator1.manyTypesTest(*many), many)
fault("manyTypesTest with an int for the boolean", -32602, lambda: v.manyTypesTest(7, 1, *many[2:]))
fault("manyTypesTest with five", -32602, lambda: v.manyTypesTest(*many[:5]))

for size in (100, 137, 200):
    words = [f"Ä{n}&" for n in range(size)]
    equal(f"moderateSizeArrayCheck of {size}", v.moderateSizeArrayCheck(words), words[0] + words[-1])
equal("moderateSizeArrayCheck of one", v.moderateSizeArrayCheck(["a"]), "aa")
fault("moderateSizeArrayCheck of none", -32602, lambda: v.moderateSizeArrayCheck([]))

years = range(1999, 2002)
calendar = {str(y): {f"{m:02}": {f"{d:02}": {} for d in range(1, 32)} for m in range(1, 13)} for y in years}
fault("nestedStructTest of an empty day", -32602, lambda: v.nestedStructTest(calendar))
calendar["2000"]["04"]["01"] = {"moe": 4, "larry": 5, "curly": 6, "shemp": "7"}
calendar["2000"]["01"]["04"] = {"moe": 40, "larry": 50, "curly": 60}
equal("nestedStructTest", v.nestedStructTest(calendar), 15)
del calendar["2000"]
fault("nestedStructTest without the year", -32602, lambda: v.nestedStructTest(calendar))

for number in (0, -3, 2**31 - 1):
    want = [number * 10, number * 100, number * 1000]
    got = v.simpleStructReturnTest(number)
    equal(f"simpleStructReturnTest of {number}", [got["times10"], got["times100"], got["times1000"]], want)
    equal("and no other member", len(got), 3)

# ── interopEchoTests ──

e = server.interopEchoTests

toolkit = e.whichToolkit()
names = ["toolkitDocsUrl", "toolkitName", "toolkitOperatingSystem", "toolkitVersion"]
equal("whichToolkit has its members", sorted(toolkit), names)
true("which are texts that say something", all(isinstance(text, str) and text for text in toolkit.values()), toolkit)
equal("and the name", toolkit["toolkitName"], "tagwire")
equal("noInParams", e.noInParams(), 0)
fault("noInParams with one", -32602, lambda: e.noInParams(1))

for value in (1, "text", True, 1.5, DateTime("19980717T14:08:55"), Binary(b"\0"), [], [1, ["x"]], {}, everything):
    equal(f"echoValue of {value!r}", e.echoValue(value), value)

echoes = {
    "echoString": ["", "text", " <&>'\"\n\t", "Grüße, \u4f60\u597d \U0001f980"],
    "echoInteger": [0, -1, 2**31 - 1, -(2**31)],
    "echoBoolean": [True, False],
    "echoFloat": [0.0, -0.0, 0.1, -1.5e300, 5e-324, math.inf],
    "echoStruct": [{}, everything],
    "echoDate": [DateTime("19980717T14:08:55"), DateTime("20240229T23:59:59")],
    "echoBase64": [Binary(b""), Binary(bytes(range(256)))],
    "echoStringArray": [[], ["a", "", "<&>"]],
    "echoIntegerArray": [[], [0, -1, 2**31 - 1]],
    "echoFloatArray": [[], [0.5, -2.25, 1e-10]],
    "echoStructArray": [[], [{}, everything, {"x": [{}]}]],
}
for name, values in echoes.items():
    for value in values:
        equal(f"{name} of {value!r}", getattr(e, name)(value), value)
equal("echoFloat of nan", str(e.echoFloat(math.nan)), "nan")
equal("echoDate keeps an odd form", call_raw("interopEchoTests.echoDate", "<dateTime.iso8601>1998-07-17T14:08:55.25Z</dateTime.iso8601>"), DateTime("1998-07-17T14:08:55.25Z"))

wrong = {"echoString": 1, "echoInteger": "1", "echoBoolean": 1, "echoFloat": "x", "echoStruct": [], "echoDate": 1, "echoBase64": 1}
wrong |= {"echoStringArray": [1], "echoIntegerArray": ["x"], "echoFloatArray": ["x"], "echoStructArray": [1]}
for name, value in wrong.items():
    fault(f"{name} of {value!r}", -32602, lambda: getattr(e, name)(value))

# ── both at once ──

calls = MultiCall(server)
calls.validator1.easyStructTest({"moe": 1, "larry": 2, "curly": 3})
calls.interopEchoTests.noInParams()
equal("both in a multicall", list(calls()), [6, 0])

suites = [name for name in server.system.listMethods() if not name.startswith("system.")]
tested = ["interopEchoTests." + name for name in ("whichToolkit", "noInParams", "echoValue", *echoes)]
tested += ["validator1." + name for name in ("arrayOfStructsTest", "countTheEntities", "easyStructTest", "echoStructTest", "manyTypesTest", "moderateSizeArrayCheck", "nestedStructTest", "simpleStructReturnTest")]
equal("there is no other method", suites, sorted(tested))
