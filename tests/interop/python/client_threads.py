"""Many clients at once."""

import threading

from checks import equal, proxy

THREADS = 16
CALLS = 100


def together(work):
    """Runs `work(number)` in as many threads at once and gives what each returned or raised."""
    results = [None] * THREADS

    def run(number):
        try:
            results[number] = work(number)
        except Exception as error:
            results[number] = repr(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def mixed(number):
    server = proxy()
    return all(
        server.add(number, call) == number + call and server.echo(f"{number} {call}") == f"{number} {call}"
        for call in range(CALLS)
    )


equal("answers do not get mixed up", together(mixed), [True] * THREADS)
# Nobody is let go before all have come: this hangs in a server that takes one call after the other.
equal("calls really run at once", together(lambda _: proxy().meet()), [THREADS] * THREADS)
# Those who wait hold nobody else up.
waiting = threading.Thread(target=lambda: proxy().wait_for_release())
waiting.start()
equal("a quick call overtakes a slow one", proxy().add(2, 3), 5)
equal("the slow one is let go", proxy().release(), True)
waiting.join()
