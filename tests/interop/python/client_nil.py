"""`None`, with and without leave to send it. The argument after the URL is `allowed` when the server may write nil."""

import sys

from checks import call_raw, equal, fault, proxy, raises

strict = proxy()
lenient = proxy(allow_none=True)

raises("Python without allow_none refuses by itself", TypeError, lambda: strict.echo(None))
equal("nil is always read", lenient.describe(None), "nil")
equal("nil as the last, optional argument", lenient.greet("Ada", None), "Hello, Ada")
equal("the optional argument left out", lenient.greet("Ada"), "Hello, Ada")
equal("the optional argument given", lenient.greet("Ada", "Good day"), "Good day, Ada")
equal("ex:nil of Apache's extensions", call_raw("describe", "<ex:nil/>"), "nil")

if sys.argv[2] == "allowed":
    equal("nil is written", lenient.echo(None), None)
    equal("nil in an array", lenient.echo([None, 1, None]), [None, 1, None])
    equal("nil in a struct", lenient.echo({"a": None, "b": 1}), {"a": None, "b": 1})
    equal("nothing is nil", lenient.nothing(), None)
else:
    fault("nil is not written", -32603, lambda: lenient.echo(None))
    fault("nil in an array is not written", -32603, lambda: lenient.echo([1, None]))
    equal("nothing is true", lenient.nothing(), True)
