"""The HTTP around a call."""

import urllib.error
import urllib.request
import xmlrpc.client

from checks import URL, equal, proxy, raises, request

CALL = xmlrpc.client.dumps((2, 3), "add").encode()

for path in ("", "/", "/RPC2"):
    equal(f"path {path!r}", proxy(path).add(2, 3), 5)
raises("another path", xmlrpc.client.ProtocolError, lambda: proxy("/other").add(2, 3), errcode=404)
for path in ("/rpc2", "/RPC2/", "//RPC2", "/RPC2/more"):
    equal(f"{path} is another path", request("POST", path, CALL)[0], 404)

status, headers, body = request("POST", "/nowhere", CALL)
equal("404", (status, headers.get_content_type(), body.decode().strip()), (404, "text/plain", "No such page"))
for method in ("GET", "PUT", "DELETE", "HEAD", "OPTIONS"):
    status, headers, _ = request(method, "/RPC2")
    equal(f"{method} is not allowed", (status, headers["Allow"]), (405, "POST"))
raises("GET by urllib", urllib.error.HTTPError, lambda: urllib.request.build_opener(urllib.request.ProxyHandler({})).open(URL + "/"), code=405)

status, headers, body = request("POST", "/RPC2?query=ignored", CALL)
equal("a query is ignored", (status, xmlrpc.client.loads(body)[0]), (200, (5,)))
equal("Content-Type", headers["Content-Type"], "text/xml; charset=utf-8")
equal("Content-Length", headers["Content-Length"], str(len(body)))
equal("never chunked", headers["Transfer-Encoding"], None)
equal("the reply, to the byte", body, (
    b'<?xml version="1.0" encoding="UTF-8"?><methodResponse><params><param>'
    b"<value><int>5</int></value></param></params></methodResponse>"
))

for content_type in ("text/xml", "application/xml; charset=utf-8", "text/plain", "application/octet-stream"):
    equal(f"Content-Type {content_type}", request("POST", "/RPC2", CALL, {"Content-Type": content_type})[0], 200)
chunked = request("POST", "/RPC2", iter([CALL[:40], CALL[40:]]))
equal("a chunked request", (chunked[0], xmlrpc.client.loads(chunked[2])[0]), (200, (5,)))


def fault_of(body):
    status, _, reply = request("POST", "/RPC2", body)
    try:
        return status, xmlrpc.client.loads(reply)
    except xmlrpc.client.Fault as fault:
        return status, fault.faultCode


equal("no XML at all", fault_of(b"hello"), (200, -32700))
equal("an empty body", fault_of(b""), (200, -32700))
equal("half a document", fault_of(CALL[: len(CALL) // 2]), (200, -32700))
equal("another document", fault_of(b"<html><body/></html>"), (200, -32600))
