"""A real till, a real head office, and a proxy between them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from backoffice.intake.applier import catch_up
from backoffice.intake.verify import verify as verify_head
from backoffice.stores.queries import TillTotals, till_totals
from backoffice.stores.service import issue_code
from db.head.journals import JournalEntry as HeadEntry
from db.head.journals import JournalHead, Quarantined
from db.head.oms import Sale as HeadSale
from db.store.journal import Journal, JournalEntry, PushState
from db.store.sales import Sale
from db.transaction import begin, read_snapshot
from pos_app.bootstrap.till import Till
from pos_app.checkout import closing, service
from pos_app.checkout.closing import ClosedSale
from pos_app.journal.verify import verify
from pos_app.staff.service import staff_list
from pos_app.sync.faults import FaultyWire
from pos_app.sync.status import SyncState, SyncStatus
from pos_app.till.service import TillSession, open_shift, start_session
from pos_app.till.totals import totals
from retail.tender.settlement import Offer, TenderKind
from tests.support.live_head import LiveHead
from tests.support.proxy import Proxy
from tests.support.small_chain import gtin
from tests.support.waiting import wait_until

SECONDS = 20.0


@dataclass
class Seen:
    """Every status that a till published, in order."""

    states: list[SyncStatus] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, event: object) -> None:
        """What the till publishes to."""
        if isinstance(event, SyncStatus):
            with self._changed:
                self.states.append(event)
                self._changed.notify_all()

    def wait(
        self, reached: Callable[[SyncStatus], object], *, seconds: float = SECONDS
    ) -> SyncStatus:
        """The newest status as soon as it is as wanted; only what comes from now on counts."""
        with self._changed:
            start = len(self.states)
            found = self._changed.wait_for(
                lambda: next((s for s in self.states[start:] if reached(s)), None), seconds
            )
        assert isinstance(found, SyncStatus), f"last status: {self.states[-1:]}"
        return found

    def state(self, wanted: SyncState) -> SyncStatus:
        """Wait for a state."""
        return self.wait(lambda status: status.state is wanted)

    def by_now(self, reached: Callable[[SyncStatus], object]) -> SyncStatus:
        """The newest status when it is as wanted already, else the next one that is."""
        with self._changed:
            if self.states and reached(self.states[-1]):
                return self.states[-1]
            return self.wait(reached)

    def synced(self) -> SyncStatus:
        """Wait until it is online and nothing is queued, if it is not."""
        return self.by_now(lambda s: s.state is SyncState.ONLINE and s.queued == 0)

    def order(self) -> list[SyncState]:
        """The states without repetitions."""
        found: list[SyncState] = []
        for status in self.states:
            if not found or found[-1] is not status.state:
                found.append(status.state)
        return found


@dataclass
class Shop:
    """An open till with somebody at work."""

    till: Till
    seen: Seen
    _session: TillSession | None = None

    @property
    def session(self) -> TillSession:
        """Signed on, shift open."""
        if self._session is None:
            staff = self.till.tasks.read(staff_list).result()[0]
            session = self.till.tasks.run(start_session, self.till.desk, staff).result()
            if session.shift is None:
                session = self.till.tasks.run(open_shift, session, 10_000).result()
            self._session = session
        return self._session

    def sell(self, count: int = 1) -> list[ClosedSale]:
        """So many sales of one article, paid exactly in cash; each durable when it returns."""
        return [self._sell(number) for number in range(count)]

    def _sell(self, number: int) -> ClosedSale:
        run, session = self.till.tasks.run, self.session
        view = run(service.enter, session, f"{1 + number % 3}*{gtin(1 + number % 3)}").result()
        basket_id = view.priced.basket.basket_id
        offers = (Offer(TenderKind.CASH, view.priced.total_minor),)
        return run(closing.close_sale, session, basket_id, offers).result()

    def read(self, query: Callable[..., Any], *args: Any) -> Any:
        """Ask the till's database."""
        return self.till.tasks.read(query, *args).result()

    def price(self, sku: str) -> int | None:
        """What an article costs at this till."""
        found = self.read(_price, sku)
        return None if found is None else int(found)

    def acked(self) -> int:
        """How far the open journal is acknowledged."""
        open_one = select(PushState.acked_seq).join(Journal, Journal.jid == PushState.jid)
        query = open_one.where(Journal.state == "open")
        return int(self.read(lambda tx: tx.execute(query).scalar_one()))

    def pushed(self) -> None:
        """Wait until head office has acknowledged all that is in the journal by now."""
        assert wait_until(lambda: self.acked() == self.head(), seconds=SECONDS)

    def sales(self) -> set[Any]:
        """The ids of all sales."""
        return set(self.read(lambda tx: tx.execute(select(Sale.rid)).scalars().all()))

    def journals(self) -> list[tuple[str, int | None]]:
        """State of each journal and the entry after which it went on elsewhere, oldest first."""
        query = select(Journal.state, Journal.moved_after).order_by(Journal.jid)
        return [tuple(row) for row in self.read(lambda tx: tx.execute(query).all())]

    def head(self) -> int:
        """How long the journal is."""
        return int(self.read(totals).last_seq)


def _price(tx: Connection, sku: str) -> Any:
    return tx.exec_driver_sql(
        "SELECT minor FROM price WHERE sku = ? ORDER BY valid_from_us DESC LIMIT 1", (sku,)
    ).scalar()


@dataclass
class Rig:
    """One head office, one wire, one till's folder."""

    head: LiveHead
    link: Proxy
    engine: Engine
    folder: Path
    number: int = 1
    store: str = "S1"

    def beside(self, number: int) -> Rig:
        """Another till of the store, on the same wire."""
        folder = self.folder.with_name(f"till-{number}")
        return Rig(self.head, self.link, self.engine, folder, number)

    def code(self, store: str = "", till: int = 0) -> str:
        """A one-time code; for this till when none is named."""
        with begin(self.engine) as tx:
            return issue_code(
                tx, store or self.store, till or self.number, lambda: datetime.now(UTC)
            )

    @contextmanager
    def shop(self, *, work: bool = True, wire: FaultyWire | None = None) -> Iterator[Shop]:
        """The till, enrolled at its first opening; at work unless told otherwise."""
        seen = Seen()
        with Till(self.folder, publish=seen, wire=wire) as till:
            if till.identity is None:
                till.enrol(self.link.url, self.code())
            if work:
                # As Till.work does, but for the devices: nothing is printed here.
                till.tasks.on_commit(till._committed)
                till.sync.start()
            try:
                yield Shop(till, seen)
            finally:
                till.sync.stop()

    def totals(self, store: str = "S1", till: int = 1) -> TillTotals:
        """What head office has booked of a till."""
        assert catch_up(self.engine, seconds=SECONDS)
        with begin(self.engine) as tx:
            (found,) = (r for r in till_totals(tx) if (r.store, r.till) == (store, till))
        return found

    def check(self, shop: Shop) -> None:
        """Both sides hold the same, each entry once, and all books are in order."""
        verified = shop.read(verify)
        assert verified.broken == ""
        own, theirs = shop.read(totals), self.totals()
        assert [getattr(own, n) for n in own.__slots__] == [
            getattr(theirs, n) for n in own.__slots__
        ]
        assert shop.acked() == own.last_seq
        assert self.entries() == shop.read(_own_entries)
        with begin(self.engine) as tx:
            assert tx.execute(select(Quarantined.rid)).all() == []
            booked = set(tx.execute(select(HeadSale.rid)).scalars())
        assert booked == shop.sales()

    def booked(self) -> set[Any]:
        """The ids of the sales that came through journals; all books there are in order."""
        assert catch_up(self.engine, seconds=SECONDS)
        with begin(self.engine) as tx:
            read_snapshot(tx)
            verified = verify_head(tx)
            assert (verified.broken, verified.quarantined) == ("", 0)
            return set(tx.execute(select(HeadSale.rid).where(HeadSale.jid.is_not(None))).scalars())

    def entries(self) -> list[tuple[Any, ...]]:
        """What head office has of the journals."""
        query = select(HeadEntry.seq, HeadEntry.rid, HeadEntry.hash, HeadEntry.entry)
        with begin(self.engine) as tx:
            return [tuple(row) for row in tx.execute(query.order_by(HeadEntry.jid, HeadEntry.seq))]

    def head_seq(self) -> int:
        """How far head office has the newest journal."""
        newest = select(JournalHead.head_seq).order_by(JournalHead.opened_at.desc()).limit(1)
        with begin(self.engine) as tx:
            return int(tx.execute(newest).scalar() or 0)


def _own_entries(tx: Connection) -> list[tuple[Any, ...]]:
    query = select(JournalEntry.seq, JournalEntry.rid, JournalEntry.hash, JournalEntry.entry)
    return [tuple(row) for row in tx.execute(query.order_by(JournalEntry.jid, JournalEntry.seq))]
