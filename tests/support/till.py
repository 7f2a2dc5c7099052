"""A till's data folder that is enrolled and has its catalogue, without a head office.

It is made once as a template, by the very code that enrols a till and applies its down-streams,
and copied for whoever needs one.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import Connection, text

from db.base import to_us
from db.demo import catalogue, chain
from db.demo.assortment import ASSORTMENTS
from db.demo.catalogue import PACK, Article
from db.engine import open_store
from db.transaction import begin, begin_on
from db.upgrade import ready_store
from pos_app.checkout import closing, service
from pos_app.checkout.closing import ClosedSale
from pos_app.checkout.open_basket import CheckoutView
from pos_app.journal.desk import Desk
from pos_app.journal.verify import Verified, verify
from pos_app.runtime.paths import TillPaths
from pos_app.staff.service import StaffMember, staff_list
from pos_app.sync import flip, staging
from pos_app.sync.enrol import _keep
from pos_app.till.service import TillSession, open_shift, start_session
from retail.contract.codec import canonical, read_entry, row_chain
from retail.contract.envelope import EnrolAnswer, StreamRow, StreamTail
from retail.contract.facts import decode
from retail.contract.reference import (
    BarcodeRow,
    CategoryRow,
    PriceRow,
    ProductRow,
    Row,
    entity_of,
    key_of,
)
from retail.contract.sales import SaleClosed
from retail.contract.scopes import ScopedRow, store_stream, stream_of
from retail.identity import Uuid7Source
from retail.tender.settlement import Offer, TenderKind

MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NOWHERE = "http://127.0.0.1:9"
"""A head office that nobody answers for: the discard port."""
PIN = chain.DEMO_PIN
FLOAT_MINOR = 15_000
_ARTICLES = 400
_KIT_NUMBER = 700_001

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Clock:
    """A wall clock that stands where it is put; the monotonic one never goes back."""

    now: datetime = MORNING
    ticks: int = 0

    def now_us(self) -> int:
        """Microseconds; each look is one later, as on a real machine."""
        self.ticks += 1
        return to_us(self.now) + self.ticks

    def mono_ms(self) -> int:
        """Milliseconds since the boot."""
        return self.ticks

    def step(self, **by: float) -> None:
        """Go on, or back, by so many seconds, minutes, hours or days."""
        self.now += timedelta(**by)


def desk_of(clock: Clock, seed: int = 1) -> Desk:
    """A desk on that clock whose keys repeat with the seed."""
    rng = random.Random(f"desk {seed}")
    new_id = Uuid7Source(lambda: to_us(clock.now) // 1000, rng.getrandbits)
    return Desk(now_us=clock.now_us, mono_ms=clock.mono_ms, new_id=new_id, boot_id=new_id())


@dataclass(frozen=True)
class Shelf:
    """Articles of the demo assortment by what is special about them."""

    piece: Article
    other: Article
    weighed: Article
    adult: Article
    pack: Article
    kit: Article
    all: tuple[Article, ...]

    def code(self, article: Article) -> str:
        """The barcode as a scanner sends it."""
        return article.gtin[1:]


def _kit(parts: Sequence[Article]) -> Article:
    row = ProductRow(
        sku="KIT1",
        name="Breakfast for two",
        category=parts[0].row.category,
        tax_code="R",
        components=((parts[0].row.sku, 2000), (parts[1].row.sku, 500)),
    )
    return Article(row, catalogue.gtin13(_KIT_NUMBER), {"NL": 495, "BE": 520}, 1_000_000)


def shelf() -> Shelf:
    """The first few hundred demo articles, and a kit of two of them."""
    found = tuple(islice(catalogue._articles(), _ARTICLES))
    plain = [a for a in found if a.row.unit == "piece" and not a.row.min_age and not a.pack_gtin]
    kit = _kit(plain[2:4])
    return Shelf(
        piece=plain[0],
        other=plain[1],
        weighed=next(a for a in found if a.row.unit == "kg"),
        adult=next(a for a in found if a.row.min_age),
        pack=next(a for a in found if a.pack_gtin),
        kit=kit,
        all=(*found, kit),
    )


SHELF = shelf()


def tail_of(stream: str, rows: Iterable[Row], at: staging.Position) -> StreamTail:
    """Rows as head office sends them after a position, with the real chain."""
    sent: list[StreamRow] = []
    value = at.chain
    for seq, row in enumerate(rows, at.staged_seq + 1):
        entity, key, body = entity_of(row), key_of(row), canonical(row).decode()
        value = row_chain(value, tuple(word.encode() for word in (entity, key, "put", body)))
        sent.append(StreamRow(seq=seq, entity=entity, key=key, op="put", ver=seq, body=body))
    head = sent[-1].seq if sent else at.staged_seq
    return StreamTail(stream=stream, generation=1, head=head, chain=value.hex(), rows=tuple(sent))


def _catalogue_rows() -> tuple[ScopedRow, ...]:
    categories = tuple(
        CategoryRow(category=a.category, name=a.name, icon=a.icon, tint=a.tint, rank=rank)
        for rank, a in enumerate(ASSORTMENTS, 1)
    )
    barcodes: list[BarcodeRow] = []
    prices: list[PriceRow] = []
    barcodes.extend(catalogue._barcodes(SHELF.all))
    prices.extend(catalogue._prices(SHELF.all))
    products = (article.row for article in SHELF.all)
    return (*catalogue.TAX, *categories, *products, *barcodes, *prices)


def receive(tx: Connection, stream: str, rows: Iterable[Row], now: datetime) -> None:
    """Apply rows of a stream as the sync does, slice by slice, then switch."""
    at = staging.position(tx, stream) or staging.start_over(tx, stream, 1, 0)
    for part in staging.tail_slices(at, tail_of(stream, rows, at)):
        staging.stage(tx, stream, part)
    flip.flip(tx, (stream,), (), now)


def build(folder: Path, store_id: str = "S1", *, server: str = NOWHERE) -> None:
    """An enrolled till of a demo store, its catalogue in force."""
    paths = TillPaths(folder)
    paths.prepare()
    ready_store(paths.store)
    desk = desk_of(Clock(), seed=0)
    answer = EnrolAnswer(
        hq_id=desk.new_id(),
        incarnation=1,
        installation=desk.new_id(),
        store=store_id,
        till=1,
        secret=b"a secret of thirty-two bytes....",
        ticket="",
        nonce="",
    )
    (store,) = (store for store in chain.STORES if store.store == store_id)
    with begin(open_store(paths.store)) as tx:
        _keep(tx, desk, server, answer)
        receive(tx, store_stream(store_id), (store, *chain.staff_of(store_id)), desk.now())
        rows = _catalogue_rows()
        for stream in sorted({stream_of(row) for row in rows}):
            receive(tx, stream, (r for r in rows if stream_of(r) == stream), desk.now())


def copy(template: Path, folder: Path) -> Path:
    """A copy of a till that nobody runs."""
    return Path(shutil.copytree(template, folder, dirs_exist_ok=True))


@contextmanager
def scratch(template: Path) -> Iterator[Path]:
    """A copy for one example of a property."""
    with tempfile.TemporaryDirectory(prefix="tillwright-") as folder:
        yield copy(template, Path(folder) / "till")


@dataclass
class Books:
    """A till's database with somebody at work; every verb is a transaction of its own."""

    folder: Path
    connection: Connection
    clock: Clock
    desk: Desk
    session: TillSession = field(init=False)

    @property
    def path(self) -> Path:
        """The database file."""
        return TillPaths(self.folder).store

    def run(
        self,
        use_case: Callable[Concatenate[Connection, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """One use case in one transaction."""
        with begin_on(self.connection) as tx:
            return use_case(tx, *args, **kwargs)

    def staff(self) -> tuple[StaffMember, ...]:
        """Who may sign on."""
        return self.run(staff_list)

    def begin_work(self, *, shift: bool = True) -> TillSession:
        """The first of the staff signs on and, unless told otherwise, opens a shift."""
        self.session = self.run(start_session, self.desk, self.staff()[0])
        if shift and self.session.shift is None:
            self.session = self.run(open_shift, self.session, FLOAT_MINOR)
        return self.session

    def enter(self, *codes: str) -> CheckoutView:
        """Type or scan codes, one after the other."""
        for code in codes:
            view = self.run(service.enter, self.session, code)
        return view

    def view(self) -> CheckoutView:
        """The open basket."""
        return self.run(service.current, self.session)

    def pay(self, *offers: Offer) -> ClosedSale:
        """Finish the open basket; without offers exactly in cash."""
        priced = self.view().priced
        given = offers or (Offer(TenderKind.CASH, self.cash_due(priced.total_minor)),)
        return self.run(closing.close_sale, self.session, priced.basket.basket_id, given)

    def cash_due(self, total_minor: int) -> int:
        """The total in the store's coins."""
        step = self.session.store.cash_increment
        return (total_minor + step // 2) // step * step

    def sell(self, *codes: str) -> ClosedSale:
        """Scan and pay in cash."""
        self.enter(*codes)
        return self.pay()

    def fact(self, rid: UUID) -> SaleClosed:
        """A finished sale as it was journalled."""
        data = self.value("SELECT entry FROM journal_entry WHERE rid = :rid", rid=rid.bytes)
        entry = read_entry(bytes(data))
        found = decode(entry.type, entry.sv, entry.body)
        if not isinstance(found, SaleClosed):
            raise TypeError(found)
        return found

    def query(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with begin_on(self.connection) as tx:
            return [tuple(row) for row in tx.execute(text(statement), values)]

    def value(self, statement: str, **values: object) -> Any:
        """The first value of a query."""
        return self.query(statement, **values)[0][0]

    def execute(self, statement: str, **values: object) -> None:
        """Change something behind the program's back."""
        with begin_on(self.connection) as tx:
            tx.execute(text(statement), values)

    def verify(self) -> Verified:
        """Check the books."""
        return self.run(verify)

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        names = self.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {name: self.query(f"SELECT * FROM {name}") for (name,) in names}  # noqa: S608

    def journalled(self) -> list[tuple[str, UUID]]:
        """Type and key of every entry, in order."""
        rows = self.query("SELECT type, rid FROM journal_entry ORDER BY seq")
        return [(kind, UUID(bytes=rid)) for kind, rid in rows]


@contextmanager
def books(folder: Path, *, clock: Clock | None = None, seed: int = 1) -> Iterator[Books]:
    """Open a till's database for the services."""
    used = clock or Clock()
    engine = open_store(TillPaths(folder).store)
    with engine.connect() as connection:
        yield Books(folder, connection, used, desk_of(used, seed))


def pack_code(article: Article) -> str:
    """The barcode of an article's pack of six."""
    if not article.pack_gtin or PACK != 6000:
        raise ValueError(article)
    return article.pack_gtin[1:]
