"""Text, character by character: `code_points` tells what the server read, `from_code_points` makes it write."""

from checks import call_raw, code_points, equal, fault, proxy, raises
from xmlrpc.client import ProtocolError

server = proxy()

TEXTS = {
    "empty": "",
    "one blank": " ",
    "blanks only": " \t\n ",
    "leading and trailing blanks": "  padded\t ",
    "newlines": "one\ntwo\n\nthree\n",
    "tabs": "a\tb\t\tc",
    "markup": "<a href=\"x\">&amp; ]]> <![CDATA[ 'quoted' </string></value>",
    "latin": "Grüße, señor Ærø",
    "cyrillic": "Привет",
    "cjk": "漢字かな交じり文 한국어",
    "right to left": "שלום عليكم",
    "combining": "e\u0301 n\u0303 \u0928\u093f",
    "composed": "\u00e9",
    "astral": "😀 𝄞 𠜎 \U0010fffd",
    "joined emoji": "👩‍👩‍👧‍👦 🏳️‍🌈",
    "separators": "\u0085 \u00a0 \u2028 \u2029 \u200b \ufeff",
    "edges of the planes": "\ud7ff\ue000\ufffd\U00010000",
}
for name, text in TEXTS.items():
    equal(f"{name}: is read", server.code_points(text), code_points(text))
    equal(f"{name}: is written", server.from_code_points(code_points(text)), text)
    equal(f"{name}: is echoed", server.echo(text), text)
    equal(f"{name}: is a member's name", server.echo({text: 1}), {text: 1})

# Python writes a carriage return as it is, and XML makes a newline of that; ours go as a reference and survive.
equal("a raw carriage return is a newline", server.code_points("a\rb\r\nc"), "61 A 62 A 63")
equal("a carriage return is written", server.from_code_points("61 D 62 D A 63"), "a\rb\r\nc")
equal("a referenced carriage return is read", call_raw("code_points", "<string>a&#13;&#xA;b</string>"), "61 D A 62")

fault("NUL, which Python writes as it is", -32702, lambda: server.echo("\0"))
fault("ESC, which Python writes as it is", -32702, lambda: server.echo("\x1b[0m"))
fault("a result that XML cannot say", -32603, lambda: server.from_code_points("1B"))

for name, text in {"ascii": "0123456789" * 90_000, "markup": "<&>" * 60_000, "astral": "😀" * 225_000}.items():
    equal(f"big, {name}: is counted", server.count(text), len(text))
    equal(f"big, {name}: is echoed", server.echo(text), text)
equal("big, made by the server", server.repeat("0123456789ABCDEF", 60_000), "0123456789ABCDEF" * 60_000)
raises("bigger than a request may be", ProtocolError, lambda: server.echo("x" * 1_200_000), errcode=413)
equal("the proxy still works after that", server.add(2, 3), 5)
