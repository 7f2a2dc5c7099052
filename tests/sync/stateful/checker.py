"""What must hold once a history has come to rest, judged by what was printed."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy import Connection, func, select

from backoffice.intake.verify import verify as verify_head
from db.head.journals import Applied, JournalEntry, Quarantined
from db.head.oms import Sale
from db.head.stock import StockLevel
from db.head.streams import StreamHead
from db.store.catalog import Price
from db.store.streams import Stream
from db.transaction import begin
from pos_app.inventory.queries import on_hand
from pos_app.journal.verify import verify
from retail.identity import parse_document_number
from tests.sync.stateful.world import SKUS, World


def check(world: World) -> None:
    """All invariants.

    Raises:
        AssertionError: with what does not hold.
    """
    with begin(world.head.engine) as tx:
        verified = verify_head(tx)
        assert verified.broken == "", verified
        _each_sale_once(tx, world)
        _money(tx, world)
        _stock(tx, world)
        _streams(tx, world)
    for station in world.stations:
        found = station.till.tasks.read(verify).result()
        assert found.broken == "", found
    _numbers(world)


def _each_sale_once(tx: Connection, world: World) -> None:
    """I1: every printed receipt is booked once; records from tomorrow are kept, not booked."""
    printed = Counter(receipt.rid for station in world.stations for receipt in station.printed)
    foreign: set[UUID] = {rid for station in world.stations for rid in station.foreign}
    booked = Counter(tx.execute(select(Sale.rid).where(Sale.jid.is_not(None))).scalars())
    assert booked == printed
    applied = set(tx.execute(select(Applied.rid)).scalars())
    aside = set(tx.execute(select(Quarantined.rid)).scalars())
    journalled = set(tx.execute(select(JournalEntry.rid)).scalars())
    assert not applied & aside
    assert journalled == applied | aside
    assert foreign == aside


def _money(tx: Connection, world: World) -> None:
    """I2: what was printed is what was booked, to the cent."""
    printed = sum(receipt.minor for station in world.stations for receipt in station.printed)
    booked = tx.execute(
        select(func.coalesce(func.sum(Sale.total_minor), 0)).where(Sale.jid.is_not(None))
    ).scalar_one()
    assert booked == printed


def _stock(tx: Connection, world: World) -> None:
    """I3: head office and every till show the same of every article."""
    rows = tx.execute(
        select(StockLevel.sku, StockLevel.thousandths).where(
            StockLevel.store_id == "S1", StockLevel.state == "on_hand"
        )
    )
    there = {row.sku: row.thousandths for row in rows}
    for station in world.stations:
        here = {sku: int(station.till.tasks.read(on_hand, sku).result()) for sku in SKUS}
        assert here == {sku: there.get(sku, 0) for sku in SKUS}


def _numbers(world: World) -> None:
    """I4: in each series the printed numbers are 1 to n, each once."""
    series: dict[str, list[int]] = {}
    for station in world.stations:
        for receipt in (*station.printed, *station.lost):
            number = parse_document_number(receipt.number)
            series.setdefault(f"{number.till}/{number.series}", []).append(number.n)
    for name, numbers in series.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), name


def _streams(tx: Connection, world: World) -> None:
    """I5, I6: every till has every stream to its end, and the newest prices are in force."""
    heads = {row.stream: row.head for row in tx.execute(select(StreamHead))}
    for station in world.stations:
        mine = station.till.tasks.read(_positions).result()
        assert mine
        assert mine == {name: heads[name] for name in mine}
    prices = [station.till.tasks.read(_prices).result() for station in world.stations]
    assert all(found == prices[0] for found in prices)


def _positions(tx: Connection) -> dict[str, int]:
    return {row.name: row.active_seq for row in tx.execute(select(Stream))}


def _prices(tx: Connection) -> list[tuple[str, int]]:
    query = select(Price.sku, Price.minor).order_by(Price.sku, Price.valid_from_us)
    return [(row.sku, row.minor) for row in tx.execute(query)]
