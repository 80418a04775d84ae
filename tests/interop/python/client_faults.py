"""What goes wrong comes back as a fault with its code, on a connection that lives on."""

from checks import equal, fault, faults, proxy, true

server = proxy()

faults("a handler's fault", 42, "cannot divide 7 by <zero> & co: ∞", lambda: server.div(7, 0))
faults("a fault without a text", 0, "", lambda: server.fail(0, ""))
faults("a fault below zero", -7, "minus", lambda: server.fail(-7, "minus"))
equal("no fault", server.div(7, 2), 3)

true("no such method, named", "no.such" in fault("no such method", -32601, lambda: server.no.such()), "the fault's text")
fault("nor as a private name", -32601, lambda: server._private())
fault("nor by another case", -32601, lambda: server.ADD(1, 2))

fault("too few arguments", -32602, lambda: server.add(1))
fault("too many arguments", -32602, lambda: server.add(1, 2, 3))
fault("arguments for a method that takes none", -32602, lambda: server.nothing(1))
text = fault("a string for an int", -32602, lambda: server.add("s3cret", 2))
true("the value is not echoed", "s3cret" not in text, text)
fault("a double for an int", -32602, lambda: server.add(1.5, 2))
text = fault("a struct that lacks a member", -32602, lambda: server.echo_person({"name": "Ada"}))
true("the argument is named", "person" in text, text)
fault("a value for a struct", -32602, lambda: server.echo_person(5))

equal("and it still works", server.add(2, 3), 5)
