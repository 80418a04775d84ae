"""What the scripts share: one JSON line on stdout for each check, judged by the Rust test that runs the script."""

import http.client
import json
import sys
import urllib.parse
import xmlrpc.client

URL = sys.argv[1]


def proxy(path="", **options):
    return xmlrpc.client.ServerProxy(URL + path, **options)


def equal(check, got, want):
    got, want = shown(got), shown(want)
    report(check, got == want, got, want)


def true(check, condition, got):
    report(check, bool(condition), shown(got), "something else")


def raises(check, kind, call, **attributes):
    """`call()` raises exactly `kind`, with these attributes."""
    try:
        got = "no exception, but " + shown(call())
    except Exception as error:
        got = shown((type(error).__name__, {name: getattr(error, name, None) for name in attributes}))
    want = shown((kind.__name__, attributes))
    report(check, got == want, got, want)


def faults(check, code, string, call):
    raises(check, xmlrpc.client.Fault, call, faultCode=code, faultString=string)


def fault(check, code, call):
    """A fault of this code; its text comes back to be looked at."""
    try:
        got = shown(call())
    except xmlrpc.client.Fault as error:
        report(check, error.faultCode == code, shown((error.faultCode, error.faultString)), str(code))
        return error.faultString
    report(check, False, got, f"fault {code}")
    return ""


def report(check, ok, got, want):
    print(json.dumps({"check": check, "ok": ok, "got": short(got), "want": short(want)}), flush=True)


def shown(value):
    """A text that differs wherever two values differ, `True` from `1`, -0.0 from 0.0 and the order of members too."""
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(shown, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{shown(name)}: {shown(member)}" for name, member in value.items()) + "}"
    if isinstance(value, (xmlrpc.client.DateTime, xmlrpc.client.Binary)):
        return f"{type(value).__name__}({value.value if hasattr(value, 'value') else value.data!r})"
    return repr(value)


def short(text):
    return text if len(text) <= 400 else f"{text[:200]}...{text[-100:]} ({len(text)} characters)"


def request(method, path, body=None, headers={}):
    """One raw HTTP exchange: status, headers, body."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(URL).netloc, timeout=30)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def call_raw(method, *values):
    """Calls with values that are written by hand, `<int>1</int>`, and gives the result."""
    params = "".join(f"<param><value>{value}</value></param>" for value in values)
    body = f"<?xml version='1.0'?><methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>"
    status, _, reply = request("POST", "/RPC2", body.encode(), {"Content-Type": "text/xml"})
    if status != 200:
        raise xmlrpc.client.ProtocolError(URL, status, "raw call", {})
    return xmlrpc.client.loads(reply)[0][0]


def code_points(text):
    return " ".join(f"{ord(character):X}" for character in text)
