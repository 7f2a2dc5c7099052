"""Journals put straight into head office's database, and what applying must have made of them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Select, func, select

from backoffice.intake.auth import Caller
from backoffice.intake.batches import Batch, links_of
from backoffice.intake.errors import Refused
from backoffice.intake.push import push
from backoffice.intake.turns import Accepted, Push
from db.head.erp import LedgerLine
from db.head.journals import JournalEntry, JournalHead
from db.head.oms import Sale, SaleLine, SaleTender
from db.head.stock import StockLevel, StockMove
from db.transaction import begin
from retail.contract.codec import entry_bytes
from retail.contract.facts import ShiftOpened, SignedOn
from tests.support.head_data import NOW, STAFF, key, sold
from tests.support.wire_till import WireJournal, packed

Part = tuple[int, int]
Balance = tuple[str, str, str, str]
TILL = Caller("S1", 1, UUID(int=1))


def caller() -> Caller:
    """A till that nobody else is."""
    return Caller("S1", 1, key())


def send(engine: Engine, caller: Caller, journal: WireJournal, part: Part) -> Accepted | Refused:
    """Push the entries from one to another, as the endpoint does."""
    first, last = part
    body = packed(journal.lines[first - 1 : last], "zstd")
    digest = sha256(body).hexdigest()
    batch = Batch(
        jid=journal.jid,
        base_seq=first - 1,
        base_hash=journal.hashes[first - 1],
        count=last - first + 1,
        last_hash=journal.hashes[last],
        body_sha256=digest,
        encoding="zstd",
        body=body,
        real_sha256=digest,
    )
    try:
        with begin(engine) as tx:
            return push(tx, Push(caller, batch, links_of(batch)), NOW)
    except Refused as problem:
        return problem


def strange_entry(engine: Engine) -> None:
    """Head office journals an entry that the till of the newest journal never made."""
    newest = select(JournalHead).order_by(JournalHead.opened_at.desc()).limit(1)
    with begin(engine) as tx:
        head = tx.execute(newest).one()
    strange = WireJournal(jid=head.jid)
    strange.entries = [None] * head.head_seq  # type: ignore[list-item]
    strange.lines = [b""] * head.head_seq
    strange.hashes = [bytes(head.head_hash)] * (head.head_seq + 1)
    strange.sell()
    maker = Caller(head.store_id, head.till, head.installation_id)
    answer = send(engine, maker, strange, (strange.head, strange.head))
    assert isinstance(answer, Accepted), answer


def journalled(engine: Engine, journal: WireJournal, till: Caller = TILL) -> None:
    """Push a whole journal."""
    for first in range(1, journal.head + 1, 500):
        answer = send(engine, till, journal, (first, min(first + 499, journal.head)))
        assert isinstance(answer, Accepted), answer


def count(engine: Engine, table: Any, *where: Any) -> int:
    """Rows of a table."""
    with begin(engine) as tx:
        return int(tx.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def check_balanced(engine: Engine) -> None:
    """Ledger lines, stock levels, tenders and lines add up, each to what they must."""
    with begin(engine) as tx:
        unbalanced = tx.execute(
            select(LedgerLine.rid).group_by(LedgerLine.rid).having(func.sum(LedgerLine.minor) != 0)
        ).all()
        assert unbalanced == []
        assert levels(tx) == summed_moves(tx)
        sales = pairs(tx, select(Sale.rid, Sale.total_minor))
        rounding = pairs(tx, select(Sale.rid, Sale.rounding_minor))
        tender = select(SaleTender.rid, func.sum(SaleTender.amount_minor))
        tenders = pairs(tx, tender.group_by(SaleTender.rid))
        line = select(SaleLine.rid, func.sum(SaleLine.net_minor))
        lines = pairs(tx, line.group_by(SaleLine.rid))
    assert tenders == {rid: total + rounding[rid] for rid, total in sales.items()}
    assert lines == sales


def pairs(tx: Connection, query: Select[Any, Any]) -> dict[Any, Any]:
    return {row[0]: row[1] for row in tx.execute(query)}


def levels(tx: Connection) -> dict[Balance, int]:
    rows = tx.execute(select(StockLevel))
    return {(r.store_id, r.sku, r.site, r.state): r.thousandths for r in rows}


def summed_moves(tx: Connection) -> dict[Balance, int]:
    summed: dict[Balance, int] = {}
    for move in tx.execute(select(StockMove)):
        for site, state, delta in (
            (move.from_site, move.from_state, -move.thousandths),
            (move.to_site, move.to_state, move.thousandths),
        ):
            key = (move.store_id, move.sku, site, state)
            summed[key] = summed.get(key, 0) + delta
    return summed


def mixed(count: int, journal: WireJournal | None = None) -> WireJournal:
    """Sign-on, shift, then sales of every kind."""
    made = journal or WireJournal()
    made.add(SignedOn(staff=STAFF))
    made.add(
        ShiftOpened(number=1, till=1, staff=STAFF, float_minor=10_000, currency="EUR"),
    )
    for n in range(count):
        lines = (sold("P1", 2000), sold("P2", 1000 * (1 + n % 3), n=2), sold("P3", n=3))
        made.sell(*lines[: 1 + n % 3], kind=("cash", "card")[n % 2])
    return made


def stored(engine: Engine, journal: WireJournal) -> list[tuple[int, bytes, bytes]]:
    """Seq, bytes and hash of what head office has of a journal."""
    with begin(engine) as tx:
        rows = tx.execute(
            select(JournalEntry.seq, JournalEntry.entry, JournalEntry.hash)
            .where(JournalEntry.jid == journal.jid)
            .order_by(JournalEntry.seq)
        )
        return [(row.seq, bytes(row.entry), bytes(row.hash)) for row in rows]


def expected(journal: WireJournal, last: int | None = None) -> list[tuple[int, bytes, bytes]]:
    """The same of the journal itself, up to an entry."""
    end = journal.head if last is None else last
    return [(e.seq, entry_bytes(e), journal.hashes[e.seq]) for e in journal.entries[:end]]
