"""A history: tills that sell, sync, crash and jump in time, a head office that goes back in time.

The world keeps what the outside saw: every receipt that was printed. Nothing else decides whether
something was lost or doubled.
"""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select

from db.embedded import EmbeddedPostgres
from db.store.journal import JournalEntry
from pos_app.bootstrap.till import Till
from pos_app.checkout import closing, service
from pos_app.inventory import service as inventory
from pos_app.journal.append import Draft, head
from pos_app.journal.append import _entry as entry_of
from pos_app.journal.append import _link as link
from pos_app.journal.desk import Desk
from pos_app.staff.service import staff_list
from pos_app.sync.errors import SyncError
from pos_app.sync.push import queue_state
from pos_app.till.service import TillSession, open_shift, start_session
from retail.contract.facts import SignedOn
from retail.errors import RetailError
from retail.identity import Uuid7Source
from retail.tender.settlement import Offer, TenderKind
from tests.support.head_data import STAFF
from tests.support.small_chain import gtin
from tests.sync.stateful.head import Head, head_of
from tests.sync.stateful.wire import SERVER, Harm, Wire, session_factory

SKUS = ("P1", "P2", "P3")


@dataclass(frozen=True, slots=True)
class Printed:
    """A receipt in a customer's hand."""

    rid: UUID
    number: str
    minor: int


@dataclass(slots=True)
class Clock:
    """A till's wall clock, which may be wrong, and its monotonic one, which goes on."""

    now_us: int = field(default_factory=lambda: time.time_ns() // 1000)
    mono_ms: int = 0

    def wall(self) -> int:
        """Each look is a millisecond later."""
        self.now_us += 1_000
        return self.now_us

    def mono(self) -> int:
        """Milliseconds since the start."""
        self.mono_ms += 1
        return self.mono_ms

    def jump(self, seconds: int) -> None:
        """Somebody set it."""
        self.now_us = max(0, self.now_us + seconds * 1_000_000)


@dataclass(slots=True)
class Station:
    """One till: its folder, its clock, what it printed, and what was lost with its disk."""

    folder: Path
    number: int
    rng: random.Random
    clock: Clock = field(default_factory=Clock)
    printed: list[Printed] = field(default_factory=list)
    lost: list[Printed] = field(default_factory=list)
    foreign: set[UUID] = field(default_factory=set)
    _open: Till | None = None
    _session: TillSession | None = None

    @property
    def till(self) -> Till:
        """The running till; started when it is not."""
        if self._open is None:
            source = Uuid7Source(lambda: self.clock.wall() // 1000, self.rng.getrandbits)
            desk = Desk(
                self.clock.wall, self.clock.mono, source, UUID(int=self.rng.getrandbits(128))
            )
            self._open = Till(self.folder, desk=desk)
            self._open.__enter__()
        return self._open

    @property
    def session(self) -> TillSession:
        """Somebody signed on, with an open shift."""
        if self._session is None:
            staff = self.till.tasks.read(staff_list).result()[0]
            session = self.till.tasks.run(start_session, self.till.desk, staff).result()
            if session.shift is None:
                session = self.till.tasks.run(open_shift, session, 10_000).result()
            self._session = session
        return self._session

    def close(self) -> None:
        """Switch it off; what was committed is there when it starts again."""
        if self._open is not None:
            self._open.__exit__(None, None, None)
        self._open = self._session = None

    def image(self) -> None:
        """Keep a copy of its disk."""
        self.close()
        shutil.rmtree(self._image, ignore_errors=True)
        shutil.copytree(self.folder, self._image)

    def put_back(self, elsewhere: AbstractSet[UUID]) -> None:
        """Put the copy of its disk back, if there is one: what only the disk had is gone.

        Args:
            elsewhere: records that head office has as well.
        """
        if self._image.exists():
            self.close()
            shutil.rmtree(self.folder)
            shutil.copytree(self._image, self.folder)
            kept = elsewhere | self.till.tasks.read(_rids).result()
            self.lost += [receipt for receipt in self.printed if receipt.rid not in kept]
            self.printed = [receipt for receipt in self.printed if receipt.rid in kept]
            self.foreign &= kept

    @property
    def _image(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}-image")

    def sell(self) -> None:
        """One sale of one to three articles; the receipt is printed once it is committed."""
        run, session = self.till.tasks.run, self.session
        number = self.rng.randrange(1, 4)
        view = run(service.enter, session, f"{self.rng.randrange(1, 4)}*{gtin(number)}").result()
        offers = (Offer(TenderKind.CASH, view.priced.total_minor),)
        sale = run(closing.close_sale, session, view.priced.basket.basket_id, offers).result()
        self.printed.append(Printed(sale.rid, sale.receipt_number, sale.total_minor))

    def count(self) -> None:
        """Count one article."""
        counted = {self.rng.choice(SKUS): self.rng.randrange(0, 50) * 1000}
        self.till.tasks.run(inventory.count, self.session, counted).result()

    def foreign_record(self) -> None:
        """Journal a record of a kind that no head office knows yet."""
        desk, place = self.till.desk, self.session.place()

        def write(tx: Connection) -> UUID:
            end = head(tx)
            known = entry_of(desk, end, Draft(desk.new_id(), place, SignedOn(staff=STAFF)))
            link(tx, end, replace(known, type="from.tomorrow", sv=7), end.last_receipt)
            return known.rid

        self.foreign.add(self.till.tasks.run(write).result())

    def in_step(self) -> bool:
        """Nothing waits to be sent."""
        return self.till.tasks.read(queue_state).result().entries == 0

    def sync(self) -> str:
        """One round; the reason why it did not end well, or nothing."""
        try:
            self.till.sync.run_once()
        except (SyncError, RetailError) as problem:
            return str(problem)
        return ""

    def enrol_again(self, code: str) -> None:
        """What a manager does with a till that head office takes for a copy."""
        with suppress(SyncError, RetailError):
            self.till.enrol(SERVER, code, again=True)


def _rids(tx: Connection) -> set[UUID]:
    return set(tx.execute(select(JournalEntry.rid)).scalars())


@dataclass(slots=True)
class Plan:
    """What may happen in a history, by name and weight."""

    name: str
    harms: tuple[Harm, ...] = ()
    rate: float = 0.0
    weights: dict[str, float] = field(default_factory=dict)


USUAL = {"sell": 66.0, "sync": 13.0, "book": 2.0, "price": 1.0, "reopen": 0.5}


@dataclass(slots=True)
class World:
    """Tills of one store and their head office, moved by one source of chance."""

    plan: Plan
    rng: random.Random
    wire: Wire
    head: Head
    stations: list[Station]
    done: Counter[str] = field(default_factory=Counter)

    def run(self, steps: int) -> None:
        """So many steps, each a thing that happens somewhere."""
        weights = USUAL | self.plan.weights
        names = list(weights)
        self.wire.harms, self.wire.rate = self.plan.harms, self.plan.rate
        for name in self.rng.choices(names, [weights[name] for name in names], k=steps):
            self.step(name)

    def step(self, name: str) -> None:
        """One thing that happens."""
        acts: dict[str, Callable[[], object]] = {
            "sell": lambda: self._any().sell(),
            "sync": lambda: self._sync(self._any()),
            "count": lambda: self._any().count(),
            "foreign": lambda: self._any().foreign_record(),
            "reopen": lambda: self._any().close(),
            "clock": lambda: self._any().clock.jump(self.rng.choice(_JUMPS)),
            "book": self.head.book,
            "price": self._change_price,
            "cable": self._cable,
            "restart": self._restart,
            "backup": self.head.back_up,
            "restore": self._restore,
            "image": lambda: self._any().image(),
            "old image": lambda: self._any().put_back(self.head.records()),
        }
        acts[name]()
        self.done[name] += 1

    def heal(self) -> None:
        """The network is sound again and everything is sent, without a new sale."""
        self.wire.up, self.wire.rate = True, 0.0
        quiet = 0
        for _ in range(_ROUNDS_TO_HEAL):
            left = [self._sync(station) for station in self.stations]
            booked = self.head.book()
            in_step = all(station.in_step() for station in self.stations)
            # What is booked is told to all tills of the store in the round after it.
            quiet = quiet + 1 if in_step and not booked and not any(left) else 0
            if quiet == 2:
                return
        raise AssertionError(f"not in step after {_ROUNDS_TO_HEAL} rounds: {left}")

    def _any(self) -> Station:
        return self.rng.choice(self.stations)

    def _sync(self, station: Station) -> str:
        left = station.sync()
        if "enrol it again" in left:
            station.enrol_again(self.head.code(station.number))
            self.done["enrolled again"] += 1
        return left

    def _change_price(self) -> None:
        sku = self.rng.choice(SKUS)
        self.head.change_price(sku, 121 * self.rng.randrange(1, 9))

    def _cable(self) -> None:
        self.wire.up = not self.wire.up

    def _restart(self) -> None:
        self.head.stop()
        self.head.start()

    def _restore(self) -> None:
        if self.head.backups:
            self.head.restore(self.rng.choice(self.head.backups))


_JUMPS = (-31_536_000, -3_600, -60, 60, 3_600, 31_536_000)
_ROUNDS_TO_HEAL = 12


@contextmanager
def world(
    plan: Plan, seed: int, folder: Path, server: EmbeddedPostgres, template: str
) -> Iterator[World]:
    """Two enrolled tills of one store and their head office."""
    rng = random.Random(f"{plan.name}/{seed}")
    wire = Wire(rng)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pos_app.sync.client.requests.Session", session_factory(wire))
        # Bookings are steps of the history; a thread's would fall anywhere.
        patch.setattr("backoffice.intake.applier.Applier.start", lambda _applier: None)
        with head_of(server, template, wire) as head_office:
            stations = [
                Station(folder / f"till{number}", number, random.Random(rng.random()))
                for number in (1, 2)
            ]
            try:
                for station in stations:
                    station.till.enrol(SERVER, head_office.code(station.number))
                    # Opened with the clock right: later only a manager could open it.
                    assert station.session.shift is not None
                yield World(plan, rng, wire, head_office, stations)
            finally:
                for station in stations:
                    station.close()
