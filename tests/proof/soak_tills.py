"""Many tills that sell at a pace and sync, forked from one process that has loaded their code.

``python -m tests.proof.soak_tills`` forks a till for every order on its standard input and says
``till NUMBER PID`` and ``gone NUMBER``. A till writes each sale that is durable into its own list
of printed receipts, as ``RID NUMBER MINOR``. On SIGTERM it stops selling and goes on syncing.
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
import threading
import time
from pathlib import Path

import msgspec

from pos_app.bootstrap import simulation
from pos_app.bootstrap.till import Till
from pos_app.checkout.closing import ClosedSale
from tests.proof.seller import say


class Order(msgspec.Struct, frozen=True):
    """What a till is to do.

    Attributes:
        code: enrols the folder when it is not.
        printed: the file of printed receipts.
        rate: sales a second.
    """

    number: int
    folder: str
    server: str
    code: str
    printed: str
    seed: int
    rate: float


def sell(order: Order, quiet: threading.Event) -> None:
    """Sell until told to be quiet, then only sync."""
    rng = random.Random(order.seed)
    out = os.open(order.printed, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with Till(Path(order.folder)) as till:
        if till.identity is None:
            till.enrol(order.server, order.code)
        till.work()
        session = simulation._session(till)
        codes = till.tasks.read(simulation._codes).result()
        began = time.monotonic()
        sold = 0
        while not quiet.wait(max(0.0, began + sold / order.rate - time.monotonic())):
            _print(out, simulation._sell(till, session, rng, codes))
            sold += 1
        signal.pause()


def _print(out: int, sale: ClosedSale) -> None:
    os.write(out, f"{sale.rid.hex} {sale.receipt_number} {sale.total_minor}\n".encode())


def main() -> int:
    """Fork tills until the orders end; then they are killed."""
    alive: dict[int, int] = {}
    ordered = ""
    while True:
        ready, _, _ = select.select([sys.stdin], [], [], 0.05)
        if ready:
            read = os.read(sys.stdin.fileno(), 1 << 16).decode()
            if not read:
                break
            ordered += read
            *lines, ordered = ordered.split("\n")
            for line in lines:
                order = msgspec.json.decode(line, type=Order)
                alive[_fork(order)] = order.number
        _bury(alive)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return 0


def _fork(order: Order) -> int:
    pid = os.fork()
    if pid == 0:
        _child(order)
    say("till", order.number, pid)
    return pid


def _bury(alive: dict[int, int]) -> None:
    for pid in list(alive):
        if os.waitpid(pid, os.WNOHANG)[0]:
            say("gone", alive.pop(pid))


def _child(order: Order) -> None:
    quiet = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: quiet.set())
    try:
        sell(order, quiet)
    except BaseException as problem:  # noqa: BLE001 (told to the test, then the process ends)
        sys.stderr.write(f"till {order.number} ended: {problem!r}\n")
        sys.stderr.flush()
    finally:
        os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
