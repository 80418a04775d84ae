"""`MultiCall`, also with calls that fail in the middle."""

from checks import equal, fault, faults, proxy
from xmlrpc.client import MultiCall

server = proxy()

many = MultiCall(server)
many.add(1, 2)
many.div(1, 0)
many.a.b.c.d()
many.no.such()
many.add("x")
many.echo([[], {}])
many.system.listMethods()
many.add(3, 4)
results = many()
equal("the first", results[0], 3)
faults("the second fails alone", 42, "cannot divide 1 by <zero> & co: ∞", lambda: results[1])
equal("the third", results[2], "a.b.c.d")
fault("no such method", -32601, lambda: results[3])
fault("bad arguments", -32602, lambda: results[4])
equal("an array in its envelope", results[5], [[], {}])
equal("a system method", results[6], server.system.listMethods())
equal("the last", results[7], 7)

equal("none", list(MultiCall(server)()), [])

many = MultiCall(server)
for number in range(1000):
    many.add(number, 1)
equal("a thousand, in order", list(many()), list(range(1, 1001)))
many.add(0, 0)
fault("one more than the limit", -32600, many)

raw = server.system.multicall(
    [
        {"methodName": "add", "params": [1, 2]},
        {"methodName": "system.multicall", "params": [[]]},
        {"methodName": "nothing"},
        {"params": []},
        "no struct",
        {"methodName": "add", "params": [5, 6]},
    ]
)
equal("as many answers as calls", len(raw), 6)
equal("around the bad ones", (raw[0], raw[5]), ([3], [11]))
equal("those are faults", [sorted(item) for item in raw[1:2] + raw[3:5]], [["faultCode", "faultString"]] * 3)
