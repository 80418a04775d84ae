"""A CGI program under a web server; the URL is that of the program."""

import threading
import urllib.parse
import xmlrpc.client
from xmlrpc.client import MultiCall

from checks import URL, equal, fault, faults, proxy, request

PATH = urllib.parse.urlsplit(URL).path
MOST = 1024 * 1024


def exchange(method, path, body=None):
    """Status, headers and body. Python's own web server leaves the status of a program among the headers."""
    status, headers, body = request(method, path, body)
    if "Status" in headers:
        status = int(headers["Status"].split()[0])
    return status, headers, body


def call_of(size):
    """A call of `length` with a document of so many bytes, and its argument's length."""
    around = len(xmlrpc.client.dumps(("",), "length"))
    return xmlrpc.client.dumps(("x" * (size - around),), "length").encode(), size - around


server = proxy()
equal("a call", server.add(2, 3), 5)
equal("another, in another process", server.length("Grüße"), 5)
equal("the caller's address", server.caller(), "127.0.0.1")
equal("below the program's path", proxy("/RPC2").add(2, 3), 5)
equal("with a blank and more in it", proxy("/a%20b/%C3%BC").add(2, 3), 5)
equal("with a query", proxy("?a=b").add(2, 3), 5)
faults("a handler's fault", -32500, "the sum is too large", lambda: server.add(2**31 - 1, 1))
fault("no such method", -32601, lambda: server.sub(2, 3))
fault("bad parameters", -32602, lambda: server.add("2", 3))

many = MultiCall(server)
many.add(1, 2)
many.add(2**31 - 1, 1)
many.length("three")
results = many()
equal("the first of a multicall", results[0], 3)
faults("the second", -32500, "the sum is too large", lambda: results[1])
equal("the third", results[2], 5)

status, headers, _ = exchange("GET", PATH)
equal("GET is not allowed", (status, headers["Allow"]), (405, "POST"))

for size in (MOST - 1, MOST):
    body, length = call_of(size)
    equal(f"a document of {size} bytes", len(body), size)
    status, headers, reply = exchange("POST", PATH, body)
    equal("it is answered", (status, xmlrpc.client.loads(reply)[0]), (200, (length,)))
    equal("Content-Type", headers["Content-Type"], "text/xml; charset=utf-8")
    equal("Content-Length", headers["Content-Length"], str(len(reply)))
for size in (MOST + 1, 4 * MOST):
    status, _, reply = exchange("POST", PATH, call_of(size)[0])
    equal(f"a document of {size} bytes is too large", (status, reply), (413, b"the request is too large"))

sums = [None] * 8


def add(number):
    sums[number] = proxy().add(number, 1)


threads = [threading.Thread(target=add, args=(number,)) for number in range(len(sums))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
equal("several at once", sums, list(range(1, 9)))
