"""Kill a selling till at random points between tender and next sale; nothing may be missing.

The till is a real process with the services, the database, the spool and the sync of every till,
and a printer that is a file. It is killed with SIGKILL at a random instant behind "paying" and
started again on the same folder, where the cashier goes on as people do: what seems unpaid is
paid again. What the paper says and what the till said are compared with its journal at the end.
"""

from __future__ import annotations

import base64
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from db.engine import open_store
from db.store.journal import JournalEntry
from db.store.print_queue import PrintJob
from db.store.sales import Sale
from db.transaction import begin
from pos_app.journal.verify import verify
from pos_app.runtime.paths import TillPaths
from retail.contract.codec import merkle_leaf, read_entry
from tests.proof.seller import PAPER, Order
from tests.proof.till_process import TillProcess
from tests.support import till

_BEGUN = re.compile(rb"(S1-1-[0-9A-Z]{2}-[0-9]{8}) +\d{4}-\d\d-\d\d \d\d:\d\d")
_WHOLE = re.compile(rb"\{B(S1-1-[0-9A-Z]{2}-[0-9]{8})\x1ba\x00")
_PROOF = re.compile(rb"TW1\.([0-9a-f]{32})\.([A-Za-z0-9_-]{43})")
_FIRST_SPAN_SECONDS = 0.03
_LONGEST_SPAN_SECONDS = 0.25
# Behind the sale and its receipt, so that some kills hit the next basket.
_REACH = 1.3


class Tally(msgspec.Struct, frozen=True):
    """What a run of kills met.

    Attributes:
        where: kills by the last thing that the till said before it died.
        found_paid, found_open: of the sales that were being paid when the till died, how many
            the next start found committed, and how many as the open basket.
        begun, whole: receipts on the paper that were begun, and that are complete.
        unknown: print jobs of unknown fate, which were not printed again.
    """

    kills: int
    sales: int
    acknowledged: int
    begun: int
    whole: int
    unknown: int
    found_paid: int
    found_open: int
    where: dict[str, int]


@dataclass
class History:
    """What the till said until it was killed: the truth outside of its database."""

    sold: dict[str, str] = field(default_factory=dict)
    printed: set[str] = field(default_factory=set)
    basket: str = ""
    lines: int = 0
    last: str = ""
    unsure: str = ""
    paid: Counter[str] = field(default_factory=Counter)

    def hear(self, words: list[str]) -> None:
        """Note a line; one that contradicts what was said before fails."""
        match words:
            case ["open", basket, lines]:
                self._opened(basket, int(lines))
            case ["scanned", basket, lines]:
                self.basket, self.lines = basket, int(lines)
            case ["paying", basket]:
                self.unsure = basket
            case ["sold", basket, number]:
                assert self.sold.setdefault(basket, number) == number
                assert basket == self.unsure
                self.unsure, self.basket, self.lines = "", "", 0
            case ["printed", rid, "done"]:
                assert rid not in self.printed
                self.printed.add(rid)
            case ["printing" | "printed", *_]:
                pass
            case _:
                raise AssertionError(f"the till said {words}")
        self.last = words[0]

    def _opened(self, basket: str, lines: int) -> None:
        """The basket after a start is the one before the kill, or one change further."""
        if self.unsure:
            self.paid["open" if basket == self.unsure else "paid"] += 1
            assert lines > 0 if basket == self.unsure else lines == 0
        elif self.basket:
            assert basket == self.basket
            assert self.lines <= lines <= self.lines + 1
        else:
            assert basket not in self.sold
            assert lines <= 1


def run(folder: Path, *, seed: int, kills: int) -> Tally:
    """Kill a new till in ``folder`` so many times, and check its books at the end.

    Raises:
        AssertionError: a sale is missing, doubled or altered.
    """
    till.build(folder / "till")
    rng = random.Random(seed)
    history = History()
    where: Counter[str] = Counter()
    span = _FIRST_SPAN_SECONDS
    with TillProcess() as process:
        for number in range(kills):
            process.start(
                Order(str(folder / "till"), rng.randrange(1 << 30), unsure=history.unsure)
            )
            took = _kill_between_tender_and_next_sale(process, history, rng, span)
            span = min((3 * span + took) / 4, _LONGEST_SPAN_SECONDS)
            where[history.last] += 1
            if number % 10 == 9:
                _books(folder, history)
    return _tally(folder, history, kills=kills, where=where)


def _kill_between_tender_and_next_sale(
    process: TillProcess, history: History, rng: random.Random, span: float
) -> float:
    """Kill at a random instant behind a random "paying"; how long tender to next sale takes."""
    waited, took, began = rng.randrange(1, 4), span, 0.0
    while waited:
        words = process.line()
        history.hear(words)
        if words[0] == "paying":
            waited -= 1
            began = time.perf_counter()
        elif words[0] == "scanned" and began:
            took, began = time.perf_counter() - began, 0.0
    reached = time.perf_counter() + rng.uniform(0.0, span * _REACH)
    while time.perf_counter() < reached:
        pass
    process.kill()
    while (words := process.line())[0] != "gone":
        history.hear(words)
    assert int(words[2]) == 9
    return took


def _tally(folder: Path, history: History, *, kills: int, where: Counter[str]) -> Tally:
    sales, unknown = _books(folder, history)
    paper = (folder / PAPER).read_bytes()
    return Tally(
        kills=kills,
        sales=sales,
        acknowledged=len(history.sold),
        begun=len(_BEGUN.findall(paper)),
        whole=len(_WHOLE.findall(paper)),
        unknown=unknown,
        found_paid=history.paid["paid"],
        found_open=history.paid["open"],
        where=dict(sorted(where.items())),
    )


def _books(folder: Path, history: History) -> tuple[int, int]:
    """Paper, words and journal tell the same; sales and jobs of unknown fate."""
    paper = (folder / PAPER).read_bytes()
    with begin(open_store(TillPaths(folder / "till").store)) as tx:
        found = verify(tx)
        assert found.broken == ""
        sales = {rid.hex: number for rid, number in tx.execute(select(Sale.rid, Sale.number))}
        assert len(set(sales.values())) == len(sales) == found.sales
        for basket, number in history.sold.items():
            assert sales[basket] == number
        _paper(tx, paper, sales)
        return len(sales), _jobs(tx, paper, sales, history)


def _paper(tx: Connection, paper: bytes, sales: dict[str, str]) -> None:
    """No receipt was begun twice, each is a sale's, and its code proves the journal's entry."""
    begun = Counter(number.decode() for number in _BEGUN.findall(paper))
    assert [number for number, count in begun.items() if count > 1] == []
    assert begun.keys() <= set(sales.values())
    leaves = dict(_leaves(tx))
    for rid, code in _PROOF.findall(paper):
        assert base64.urlsafe_b64encode(leaves[rid.decode()]).rstrip(b"=") == code


def _leaves(tx: Connection) -> Iterator[tuple[str, bytes]]:
    rows = tx.execute(select(JournalEntry.entry).where(JournalEntry.type == "sale.closed"))
    for row in rows:
        entry = read_entry(bytes(row.entry))
        yield entry.rid.hex, merkle_leaf(entry.rid, entry.body)


def _jobs(tx: Connection, paper: bytes, sales: dict[str, str], history: History) -> int:
    """Each sale has one job; what is called done is on the paper, in whole."""
    rows = tx.execute(select(PrintJob.rid, PrintJob.state, PrintJob.copy_no)).all()
    assert Counter(row.rid.hex for row in rows) == Counter(sales.keys())
    assert {row.copy_no for row in rows} <= {0}
    whole = {number.decode() for number in _WHOLE.findall(paper)}
    done = {row.rid for row in rows if row.state == "done"}
    assert {UUID(rid) for rid in history.printed} <= done
    assert {sales[rid.hex] for rid in done} <= whole
    return sum(row.state == "unknown" for row in rows)
