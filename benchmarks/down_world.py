"""A head office with 100,000 articles in its streams, and tills that have nothing of them yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, insert

from backoffice.database import prepare
from backoffice.intake.down.builder import build_chunks
from backoffice.intake.down.images import build_images
from backoffice.stores.service import issue_code
from benchmarks.world import gtin
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.head.stores import Terminal
from db.streams import publish_each
from db.transaction import begin
from pos_app.bootstrap.till import Till
from pos_app.runtime.tasks import Lane, LaneAccess
from pos_app.sync.client import HeadOffice
from pos_app.sync.enrol import enrol
from pos_app.sync.greeting import secrets_of
from pos_app.sync.identity import load_enrolment
from retail.contract.reference import BarcodeRow, PriceRow, ProductRow
from retail.contract.scopes import ScopedRow
from retail.release import VERSION
from tests.support.processes import running
from tests.support.small_chain import load_small_chain

PRODUCTS = 100_000
_FIRST_TILL = 10
_WORDS = ("Fresh", "Whole", "Milk", "Bread", "Dark", "Tea", "Sparkling", "Water", "Soft", "Soap")


@dataclass(slots=True)
class DownOffice:
    """Served by a process of its own; ``folder`` is for tills."""

    engine: Engine
    url: str
    folder: Path
    _tills: int = _FIRST_TILL

    @contextmanager
    def empty_till(self, server: str = "") -> Iterator[Till]:
        """A till that is enrolled and has nothing; it reaches the office as ``server``."""
        self._tills += 1
        number = self._tills
        with begin(self.engine) as tx:
            terminal = {"store_id": "S1", "till": number, "name": "Till", "installation_id": None}
            tx.execute(insert(Terminal), [terminal])
            code = issue_code(tx, "S1", number, lambda: datetime.now(UTC))
        with Till(self.folder / f"till-{number}") as till:
            store = LaneAccess(till.tasks, Lane.INTERACTIVE)
            enrol(store, till.desk, server=server or self.url, code=code, app_version=VERSION)
            yield till


def connected(till: Till) -> HeadOffice:
    """A connection of its own, signed as the till."""
    known = till.tasks.read(load_enrolment).result()
    return HeadOffice(known.server, known.installation, secrets_of(known))


def named(number: int, round_: int = 0) -> ProductRow:
    """An article; another round gives it another name."""
    first, second = _WORDS[number % 10], _WORDS[number // 10 % 10]
    name = f"{first} {second} {number}" + (f" r{round_}" if round_ else "")
    return ProductRow(sku=f"P{number:07d}", name=name, category="food", tax_code="A")


def _rows(numbers: range) -> Iterator[ScopedRow]:
    for n in numbers:
        sku = f"P{n:07d}"
        yield named(n)
        yield BarcodeRow(gtin=gtin(n), sku=sku)
        yield PriceRow(zone="NL", sku=sku, minor=99 + n % 900)
        if n % 10 < 3:
            yield PriceRow(zone="NL", sku=sku, minor=89 + n % 900, valid_from_us=2**52)


@contextmanager
def down_office() -> Iterator[DownOffice]:
    """The head office; its streams, chunks and image are ready."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        server = EmbeddedPostgres(Path(folder) / "office")
        server.start()
        stack.callback(server.stop)
        engine = open_head(server.url)
        stack.callback(engine.dispose)
        prepare(engine, datetime.now(UTC).date())
        with begin(engine) as tx:
            load_small_chain(tx)
        with begin(engine) as tx:
            publish_each(tx, _rows(range(PRODUCTS)))
        build_chunks(engine)
        build_images(engine, datetime.now(UTC))
        with begin(engine) as tx:
            tx.exec_driver_sql("ANALYZE")
        words = ("benchmarks.grouped_head", "--db", server.url, "--most-pushes", "128")
        served = stack.enter_context(running(*words))
        yield DownOffice(engine, served.line(), Path(folder))
        served.terminate()
