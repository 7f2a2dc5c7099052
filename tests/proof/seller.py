"""A till that sells as fast as it can until somebody kills it.

``python -m tests.proof.seller`` loads the till's code once, then forks a till for every order on
its standard input, so that a kill costs a fork and not a start of Python. What the till does
goes line by line to the standard output; a line is written only when what it says is durable:

* ``till PID``: forked;
* ``open BASKET LINES``: at work, with the basket that was found;
* ``scanned BASKET LINES``: the basket on disk now holds so many lines;
* ``paying BASKET``: the next transaction finishes this sale;
* ``sold BASKET NUMBER``: it is committed;
* ``printing RID``, ``printed RID STATE``: from the spool;
* ``lost BASKET``: neither the basket nor its sale is there;
* ``gone PID STATUS``: the till is dead.
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import msgspec

from pos_app.bootstrap import simulation
from pos_app.bootstrap.till import Till
from pos_app.checkout import closing, service
from pos_app.checkout.closing import ClosedSale
from pos_app.printing.spool import Printed
from pos_app.till.service import TillSession
from retail.errors import RetailError
from retail.pricing import PricedBasket

PAPER = "paper.bin"
"""What the printer took, beside the till's folder."""


class Order(msgspec.Struct, frozen=True):
    """What a till is to do.

    Attributes:
        unsure: a basket that was being paid when the till before was killed.
        patience: of ten sales, how many wait for their receipt before the next begins.
    """

    folder: str
    seed: int
    unsure: str = ""
    patience: int = 7


def say(*words: object) -> None:
    """One line, in one piece."""
    os.write(sys.stdout.fileno(), (" ".join(map(str, words)) + "\n").encode())


@dataclass
class _Paper:
    """Hears of receipts from the spool."""

    ended: threading.Event

    def hear(self, event: object) -> None:
        if not isinstance(event, Printed):
            return
        if event.state == "printing":
            say("printing", event.rid.hex)
        else:
            say("printed", event.rid.hex, event.state)
            self.ended.set()


def sell(order: Order) -> None:
    """Sell for ever."""
    rng = random.Random(order.seed)
    os.environ["TILLWRIGHT_PRINTER_ADDRESS"] = f"file:{Path(order.folder).parent / PAPER}"
    paper = _Paper(threading.Event())
    with Till(Path(order.folder), publish=paper.hear) as till:
        till.work()
        session = simulation._session(till)
        codes = till.tasks.read(simulation._codes).result()
        _resume(till, session, order)
        while True:
            paper.ended.clear()
            _scan(till, session, rng, codes)
            _pay(till, session, rng)
            if rng.randrange(10) < order.patience:
                paper.ended.wait(10)


def _resume(till: Till, session: TillSession, order: Order) -> None:
    """What a cashier does after a cut: look at the screen, and pay again what seemed unpaid."""
    priced = till.tasks.run(service.current, session).result().priced
    basket = priced.basket
    say("open", basket.basket_id.hex, len(basket.lines))
    unsure = UUID(order.unsure) if order.unsure else basket.basket_id
    if unsure != basket.basket_id:
        try:
            # A sale that is there already is given back; anything else would be a second one.
            sale = till.tasks.run(closing.close_sale, session, unsure, ()).result()
        except RetailError:
            say("lost", unsure.hex)
        else:
            _sold(sale)
    if basket.lines:
        _pay(till, session, random.Random(order.seed))


def _scan(
    till: Till, session: TillSession, rng: random.Random, codes: list[simulation._Code]
) -> None:
    for code in rng.choices(codes, k=rng.randrange(1, 6)):
        text = simulation._line(rng, code)
        view = till.tasks.run(service.enter, session, text).result()
        _scanned(view.priced)


def _scanned(priced: PricedBasket) -> None:
    say("scanned", priced.basket.basket_id.hex, len(priced.lines))


def _pay(till: Till, session: TillSession, rng: random.Random) -> None:
    oldest = 99
    priced = till.tasks.run(service.confirm_age, session, oldest).result().priced
    offers = simulation._offers(rng, priced.total_minor, session)
    say("paying", priced.basket.basket_id.hex)
    _sold(till.tasks.run(closing.close_sale, session, priced.basket.basket_id, offers).result())


def _sold(sale: ClosedSale) -> None:
    say("sold", sale.rid.hex, sale.receipt_number)


def main() -> int:
    """Fork a till for every order until the orders end."""
    while line := sys.stdin.buffer.readline():
        order = msgspec.json.decode(line, type=Order)
        pid = os.fork()
        if pid == 0:
            _child(order)
        say("till", pid)
        if not _wait(pid):
            return 0
    return 0


def _child(order: Order) -> None:
    status = 1
    try:
        sell(order)
    except BrokenPipeError:
        status = 0
    except BaseException as problem:  # noqa: BLE001 (told to the test, then the process ends)
        sys.stderr.write(f"the till ended: {problem!r}\n")
        sys.stderr.flush()
    finally:
        os._exit(status)


def _wait(pid: int) -> bool:
    """Until the till is dead; False when nobody gives orders any more."""
    handle = os.pidfd_open(pid)
    try:
        ready, _, _ = select.select([handle, sys.stdin], [], [])
        if handle not in ready:
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    finally:
        os.close(handle)
    if handle in ready:
        say("gone", pid, status)
    return handle in ready


if __name__ == "__main__":
    sys.exit(main())
