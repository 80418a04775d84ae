"""Ten thousand calls in a row on one connection."""

from checks import URL, equal
from xmlrpc.client import Fault, ServerProxy, Transport

CALLS = 10_000


class CountingTransport(Transport):
    def __init__(self):
        super().__init__()
        self.connects = 0
        self.watched = None

    def make_connection(self, host):
        connection = super().make_connection(host)
        if connection is not self.watched:
            self.watched = connection
            connect = connection.connect

            def counted():
                self.connects += 1
                connect()

            connection.connect = counted
        return connection


transport = CountingTransport()
server = ServerProxy(URL, transport=transport)
wrong = 0
for number in range(CALLS):
    if number % 100 == 99:
        try:
            server.div(number, 0)
            wrong += 1
        except Fault:
            pass
    elif server.add(number, 1) != number + 1:
        wrong += 1
equal("every call has its own answer", wrong, 0)
equal("all on one connection", transport.connects, 1)
