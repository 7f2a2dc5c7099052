"""Finding a finished sale whose goods come back: by its code, number, card, day or article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, or_, select

from db.base import from_us
from db.store.journal import JournalEntry
from db.store.payments import CardAttempt
from db.store.sales import Sale, SaleLine, SaleLineBack, SaleTender
from pos_app.checkout import known_receipts, queries
from pos_app.checkout.known_receipts import HERE, Elsewhere
from pos_app.checkout.waiting_returns import waiting_of
from pos_app.till.service import TillSession
from retail.barcode.gtin import parse
from retail.contract.codec import read_entry
from retail.contract.facts import decode
from retail.contract.receipts import FoundReceipt, OpenReceiptAnswer
from retail.contract.sales import SaleClosed
from retail.errors import RetailError
from retail.tax import TaxRounding

_MOST = 50
_PROOF = "TW1."


@dataclass(frozen=True, slots=True)
class Found:
    """A receipt in a list of them; amounts in minor units.

    Attributes:
        store, till: where it was sold; empty and 0 for this till.
    """

    rid: UUID
    number: str
    at: datetime
    total_minor: int
    currency: str
    articles: str
    store: str = ""
    till: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """A finished sale, and what of it came back already.

    Attributes:
        gone: thousandths by line.
        waiting: thousandths by line that baskets put aside at this till take back.
        elsewhere: of another till, or partly in an open basket of one.
        rounding: how its store rounds tax; None for this store's.
    """

    rid: UUID
    fact: SaleClosed
    at: datetime
    business_date: date
    gone: Mapping[int, int]
    elsewhere: Elsewhere = HERE
    rounding: TaxRounding | None = None
    waiting: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of a receipt; an empty field narrows nothing.

    Attributes:
        reference: what is printed of the card: its last digits, or the authorisation.
    """

    number: str = ""
    reference: str = ""
    day: date | None = None
    sku: str = ""
    party: UUID | None = None


def search(tx: Connection, wanted: Wanted) -> tuple[Found, ...]:
    """Receipts of this till that fit, the newest first."""
    query = select(Sale.rid, Sale.number, Sale.at, Sale.total_minor, Sale.currency)
    if wanted.number:
        query = query.where(Sale.number.endswith(wanted.number.strip(), autoescape=True))
    if wanted.day:
        query = query.where(Sale.business_date == wanted.day)
    if wanted.party:
        query = query.where(Sale.party_id == wanted.party)
    if wanted.sku:
        own = select(SaleLine.rid).where(SaleLine.sku == wanted.sku, SaleLine.quantity > 0)
        query = query.where(Sale.rid.in_(own))
    if wanted.reference:
        shown = wanted.reference.strip()
        told = select(SaleTender.rid).where(SaleTender.reference.endswith(shown, autoescape=True))
        card = select(CardAttempt.sale_rid).where(
            CardAttempt.sale_rid.is_not(None),
            or_(CardAttempt.last_four == shown, CardAttempt.auth_code == shown),
        )
        query = query.where(or_(Sale.rid.in_(told), Sale.rid.in_(card)))
    rows = tx.execute(query.order_by(Sale.at.desc()).limit(_MOST)).all()
    names = _names(tx, [row.rid for row in rows])
    return tuple(Found(*row, names.get(row.rid, "")) for row in rows)


def with_article(tx: Connection, session: TillSession, code: str) -> tuple[Found, ...]:
    """Receipts of this till with an article, by its barcode or its SKU; the newest first."""
    sku = sku_of(tx, session, code)
    return search(tx, Wanted(sku=sku)) if sku else ()


def sku_of(tx: Connection, session: TillSession, code: str) -> str:
    """The article of a barcode; what is none is taken for an SKU."""
    sku = code.strip()
    try:
        item = queries.find(tx, session.store, parse(sku), session.desk.now_us())
    except RetailError:
        item = None
    return item.sku if item else sku


def with_others(own: Sequence[Found], told: Iterable[FoundReceipt]) -> tuple[Found, ...]:
    """Receipts of this till and those that head office found, the newest first."""
    known = {one.rid for one in own}
    others = (
        Found(
            rid=one.rid,
            number=one.number,
            at=from_us(one.at_us),
            total_minor=one.total,
            currency=one.currency,
            articles=one.articles,
            store=one.store_name,
            till=one.till,
        )
        for one in told
        if one.rid not in known
    )
    return tuple(sorted((*own, *others), key=lambda one: one.at, reverse=True))


def _names(tx: Connection, rids: list[UUID]) -> dict[UUID, str]:
    named: dict[UUID, list[str]] = {}
    lines = select(SaleLine.rid, SaleLine.name).where(SaleLine.rid.in_(rids))
    for rid, name in tx.execute(lines.order_by(SaleLine.rid, SaleLine.n)):
        named.setdefault(rid, []).append(name)
    return {rid: ", ".join(names) for rid, names in named.items()}


def by_code(tx: Connection, code: str) -> Receipt | None:
    """The receipt of a scanned QR code or a number; None for one that is not of this till."""
    rid = scanned(code)
    if rid is None:
        rid = tx.execute(select(Sale.rid).where(Sale.number == code.strip())).scalar()
    return None if rid is None else receipt(tx, rid)


def receipt(tx: Connection, rid: UUID) -> Receipt | None:
    """A receipt of this till, or one that head office told of; None when it has neither.

    Raises:
        RetailError: ``return.pruned`` for one whose entry is no longer kept here.
    """
    sale = tx.execute(select(Sale.at, Sale.business_date).where(Sale.rid == rid)).first()
    told = known_receipts.kept(tx, rid)
    if sale is None:
        return (
            None
            if told is None
            else _told(tx, told, Elsewhere(place=told.store_name, invoice=told.invoice))
        )
    data = tx.execute(select(JournalEntry.entry).where(JournalEntry.rid == rid)).scalar()
    if data is None and told is not None:
        return _told(tx, told, HERE)
    if data is None:
        raise RetailError(
            "return.pruned",
            "This sale is too old to be kept at this till; go online and look it up again.",
        )
    entry = read_entry(bytes(data))
    fact = decode(entry.type, entry.sv, entry.body)
    if not isinstance(fact, SaleClosed):
        return None
    aside = waiting_of(tx, rid)
    return Receipt(rid, fact, sale.at, sale.business_date, gone(tx, rid), waiting=aside)


def returns_of(tx: Connection, rid: UUID) -> tuple[UUID, ...]:
    """The tickets of this till that took goods of a sale back, the oldest first."""
    rows = tx.execute(
        select(SaleLineBack.rid)
        .join(Sale, Sale.rid == SaleLineBack.rid)
        .where(SaleLineBack.sale_rid == rid)
        .group_by(SaleLineBack.rid, Sale.at)
        .order_by(Sale.at)
    )
    return tuple(rows.scalars())


def gone(tx: Connection, rid: UUID) -> dict[int, int]:
    """What of a sale came back, as far as this till knows, in thousandths by line."""
    rows = tx.execute(
        select(SaleLineBack.rid, SaleLineBack.sale_n, SaleLine.quantity)
        .join(SaleLine, (SaleLine.rid == SaleLineBack.rid) & (SaleLine.n == SaleLineBack.n))
        .where(SaleLineBack.sale_rid == rid)
    ).all()
    told = known_receipts.kept(tx, rid)
    own = {row.rid for row in rows}
    found = known_receipts.taken_elsewhere(told, own) if told else {}
    for row in rows:
        found[row.sale_n] = found.get(row.sale_n, 0) - row.quantity
    return found


def went_elsewhere(tx: Connection, rid: UUID) -> bool:
    """Whether goods of a sale came back at another till, as far as head office told this one."""
    told = known_receipts.kept(tx, rid)
    return told is not None and bool(known_receipts.taken_elsewhere(told, returns_of(tx, rid)))


def take_in(tx: Connection, session: TillSession, told: OpenReceiptAnswer) -> Receipt | None:
    """Keep what head office told of a receipt; the receipt with it, None for one of nobody."""
    if told.fact is None:
        return None
    known_receipts.keep(tx, session, told)
    found = receipt(tx, told.rid)
    if found is None:
        return None
    return replace(found, elsewhere=replace(found.elsewhere, claimed=told.claimed))


def _told(tx: Connection, told: OpenReceiptAnswer, elsewhere: Elsewhere) -> Receipt | None:
    if told.fact is None:
        return None
    return Receipt(
        told.rid,
        told.fact,
        from_us(told.at_us),
        told.business_date,
        gone(tx, told.rid),
        elsewhere,
        TaxRounding(told.rounding),
        waiting_of(tx, told.rid),
    )


def scanned(code: str) -> UUID | None:
    """The sale of a proof, ``TW1.<id>.<leaf>``."""
    if not code.startswith(_PROOF):
        return None
    try:
        return UUID(hex=code.split(".")[1])
    except (ValueError, IndexError):
        return None
