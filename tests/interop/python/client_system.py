"""Introspection, and names with dots."""

from checks import equal, fault, proxy, true

server = proxy()

names = server.system.listMethods()
equal("listMethods is sorted", names, sorted(names))
true("listMethods has the methods", {"add", "div", "echo", "a.b.c.d"} <= set(names), names)
true("and its own", {"system.listMethods", "system.methodHelp", "system.methodSignature", "system.multicall"} <= set(names), names)
equal("listMethods ignores an argument", server.system.listMethods("x"), names)

equal("methodSignature", server.system.methodSignature("add"), [["int", "int", "int"]])
equal("methodSignature of a fallible one", server.system.methodSignature("div"), [["int", "int", "int"]])
equal("methodSignature of a struct", server.system.methodSignature("echo_person"), [["struct", "struct"]])
equal(
    "methodSignature of an optional argument",
    sorted(server.system.methodSignature("greet")),
    [["string", "string"], ["string", "string", "string"]],
)
fault("methodSignature of nothing", -32601, lambda: server.system.methodSignature("no.such"))

equal("methodHelp", server.system.methodHelp("add"), "Adds two integers.")
equal("methodHelp of several lines", server.system.methodHelp("div"), "Divides, rounding towards zero.\n\nFault 42 for a zero: <&>.")
equal("methodHelp of the undocumented", server.system.methodHelp("nothing"), "")
fault("methodHelp of nothing", -32601, lambda: server.system.methodHelp("no.such"))
for name in names:
    true(f"{name} has help and a signature", (server.system.methodHelp(name), server.system.methodSignature(name)), name)

equal("a chain of names", server.a.b.c.d(), "a.b.c.d")
equal("a chain, item by item", getattr(getattr(server, "a.b"), "c.d")(), "a.b.c.d")
fault("half a chain", -32601, lambda: server.a.b())
fault("a chain too long", -32601, lambda: server.a.b.c.d.e())
fault("nothing is traversed", -32601, lambda: getattr(server, "add.__class__.__name__")())
equal("a name that is no identifier", getattr(server, "Grüße.mehr")(), "Grüße.mehr")
