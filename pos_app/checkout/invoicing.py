"""Invoices and credit notes: issued once for a sale, numbered without gaps, handed out again.

Who an invoice is for stands beside the journal and in the till's own row, which forgets it when
the entry is pruned (:mod:`pos_app.sync.retention`).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, func, insert, select, update

from db.base import from_us
from db.store.invoices import Invoice
from db.store.sales import Sale
from pos_app.checkout import invoice_paper, receipt_search, receipt_ways, receipts, records
from pos_app.customers.queries import known
from pos_app.journal import append as journal
from pos_app.till.service import TillSession
from retail.business_day import zone_of
from retail.contract.codec import Side, canonical, side_hash
from retail.contract.documents import decode_document, encode_document
from retail.contract.facts import InvoiceIssued, InvoiceSide
from retail.contract.sales import SaleClosed, SoldLine, TaxRow
from retail.customers import Personal, mail_address
from retail.errors import RetailError
from retail.invoices import Figures, InvoiceKind, InvoiceNumber, check_buyer, figures, sold_lines
from retail.receipt import ReceiptDocument

_SALT_BYTES = 16
_INVOICE = InvoiceKind.INVOICE.value
_buyer = msgspec.json.Decoder(Personal)


@dataclass(frozen=True, slots=True)
class Subject:
    """A sale that an invoice is wanted for.

    Attributes:
        issued: number of its invoice, empty before there is one.
        buyer: who it is for, as far as this till knows.
    """

    rid: UUID
    receipt: str
    total_minor: int
    currency: str
    issued: str = ""
    buyer: Personal = field(default_factory=lambda: Personal(name=""))


def subject(tx: Connection, which: str | UUID = "") -> Subject:
    """The sale of a receipt's number or QR code or of its record, the newest for an empty code.

    Raises:
        RetailError: ``invoice.unknown``; ``invoice.nothing`` for one that sold nothing and has no
            credit note; ``invoice.came_back`` for one without an invoice of which nothing is left;
            as :func:`pos_app.checkout.receipt_search.receipt`.
    """
    found = _receipt(tx, which)
    fact = found.fact
    row = _invoice_of(tx, found.rid)
    if row is None and all(line.back is not None for line in fact.lines):
        row = _note_of(tx, found.rid)
    if row is None:
        _left_of(found)
    customer = known(tx, fact.party) if fact.party else None
    buyer = customer.personal if customer else Personal(name="")
    if row is not None and row.buyer:
        buyer = _buyer.decode(row.buyer)
    number = row.number if row is not None else ""
    return Subject(found.rid, fact.number, fact.total, fact.currency, number, buyer)


def issue(tx: Connection, session: TillSession, rid: UUID, buyer: Personal) -> str:
    """Issue the invoice of a sale; returns its number.

    What came back since is credited with it, so that both together cover what is left.

    Raises:
        RetailError: ``invoice.exists`` for a second one; ``invoice.seller`` while the store has
            no VAT number; ``invoice.elsewhere`` when another till took goods back, which no credit
            note of this one's covers; as :func:`subject` and :func:`retail.invoices.check_buyer`.
    """
    found = _own(tx, receipt_search.receipt(tx, rid))
    row = _invoice_of(tx, rid)
    if row is not None:
        raise RetailError(
            "invoice.exists",
            "Receipt %(receipt)s has invoice %(number)s already; hand out a copy of it.",
            receipt=found.fact.number,
            number=row.number,
        )
    if not session.store.vat_id:
        raise RetailError(
            "invoice.seller",
            "The store has no VAT number yet; head office must enter it. Nothing was issued.",
        )
    lines = _left_of(found)
    if receipt_search.went_elsewhere(tx, rid):
        raise _elsewhere(found.fact.number)
    clean = check_buyer(buyer)
    paper = _Paper(_INVOICE, rid, clean, _day(session, found.at))
    number = _write(tx, session, paper, found.fact, figures(found.fact, lines))
    for back in _returned(tx, rid):
        _credit(tx, session, back.rid, back.fact, _day(session, back.at))
    return number


def credit(tx: Connection, session: TillSession, rid: UUID, sale: SaleClosed) -> None:
    """Issue a credit note for each invoice whose goods come back with a sale being closed."""
    if any(line.back is not None and line.back.sale for line in sale.lines):
        _credit(tx, session, rid, sale, _day(session, session.desk.now()))


def hand_out(tx: Connection, rid: UUID) -> tuple[ReceiptDocument, ...]:
    """What was issued for a sale and corrects it: what is new, else all of it as copies.

    Raises:
        RetailError: ``invoice.none`` before there is one, ``invoice.gone`` when it is so old that
            only head office has it.
    """
    corrected = select(Invoice.number).where(Invoice.sale_rid == rid, Invoice.kind == _INVOICE)
    own = (Invoice.sale_rid == rid) | Invoice.refers.in_(corrected)
    rows = tx.execute(select(Invoice.__table__).where(own).order_by(Invoice.series, Invoice.n))
    issued = rows.all()
    fresh = [row for row in issued if not row.handed_out]
    found = []
    for row in fresh or issued:
        if not row.document:
            raise RetailError(
                "invoice.gone",
                "Invoice %(number)s is too old to be kept at this till; head office has it.",
                number=row.number,
            )
        document = decode_document(bytes(row.document))
        found.append(receipts.copy(document, row.handed_out) if row.handed_out else document)
        more = update(Invoice).where(Invoice.rid == row.rid)
        tx.execute(more.values(handed_out=Invoice.handed_out + 1))
    if not found:
        raise RetailError("invoice.none", "There is no invoice for this receipt yet.")
    return tuple(found)


def print_out(tx: Connection, session: TillSession, rid: UUID) -> None:
    """Print an invoice on receipt paper; its particulars are the same.

    Raises:
        RetailError: as :func:`hand_out`.
    """
    for document in hand_out(tx, rid):
        records.write_sheet_job(tx, session.desk, document)


def mail_out(tx: Connection, session: TillSession, rid: UUID, address: str) -> None:
    """Have an invoice sent by e-mail, as A4.

    Raises:
        RetailError: ``mail.address``; as :func:`hand_out`.
    """
    to = mail_address(address)
    for document in hand_out(tx, rid):
        receipt_ways.send(tx, session, rid, document, to, sheet="a4")


@dataclass(frozen=True, slots=True)
class _Paper:
    """What is about to be issued, and for whom; ``supplied`` is the day of the supply."""

    kind: str
    sale: UUID
    buyer: Personal
    supplied: date
    refers: str = ""


def _credit(
    tx: Connection, session: TillSession, rid: UUID, sale: SaleClosed, supplied: date
) -> None:
    lines: dict[UUID, list[SoldLine]] = {}
    for line in sale.lines:
        if line.back is not None and line.back.sale is not None:
            lines.setdefault(line.back.sale, []).append(line)
    for sold, own in lines.items():
        row = _invoice_of(tx, sold)
        if row is not None and not _credited(tx, rid, row.number):
            buyer = _buyer.decode(row.buyer) if row.buyer else Personal(name="–")
            kind = InvoiceKind.CREDIT_NOTE.value
            paper = _Paper(kind, rid, buyer, supplied, row.number)
            _write(tx, session, paper, sale, figures(sale, own))


def _write(
    tx: Connection, session: TillSession, paper: _Paper, sale: SaleClosed, found: Figures
) -> str:
    """Number, journal and keep it, all in the caller's transaction."""
    store, end = session.store, journal.head(tx)
    number = InvoiceNumber(store.store_id, session.till, end.series, _next(tx, end.series))
    kind, now = InvoiceKind(paper.kind), session.desk.now()
    heading = invoice_paper.Heading(
        str(number), kind, _day(session, now), paper.supplied, paper.refers
    )
    document = encode_document(invoice_paper.build(store, paper.buyer, heading, sale, found))
    content = InvoiceSide(buyer=paper.buyer, document=msgspec.Raw(document))
    side = Side(secrets.token_bytes(_SALT_BYTES), canonical(content))
    fact = _fact(session, paper, sale, found, (str(number), side_hash(side).hex()))
    rid = session.desk.new_id()
    entry = journal.append(
        tx, session.desk, end, journal.Draft(rid, session.place(), fact, side=side)
    )
    tx.execute(
        insert(Invoice).values(
            rid=rid,
            number=str(number),
            series=number.series,
            n=number.n,
            kind=paper.kind,
            sale_rid=paper.sale,
            refers=paper.refers,
            total_minor=found.total,
            at=from_us(entry.at_us),
            handed_out=0,
            document=document,
            buyer=canonical(paper.buyer),
        )
    )
    return str(number)


def _fact(
    session: TillSession,
    paper: _Paper,
    sale: SaleClosed,
    found: Figures,
    numbered: tuple[str, str],
) -> InvoiceIssued:
    number, side = numbered
    return InvoiceIssued(
        number=number,
        kind=paper.kind,
        sale=paper.sale,
        receipt=sale.number,
        refers=paper.refers,
        staff=session.staff.staff_id,
        supplied=paper.supplied.isoformat(),
        currency=sale.currency,
        net=found.net,
        total=found.total,
        tax=tuple(TaxRow(row.code, row.ppm, row.net, row.tax) for row in found.rates),
        party=sale.party,
        side=side,
    )


def _next(tx: Connection, series: str) -> int:
    newest = select(func.coalesce(func.max(Invoice.n), 0)).where(Invoice.series == series)
    return int(tx.execute(newest).scalar_one()) + 1


def _receipt(tx: Connection, which: str | UUID) -> receipt_search.Receipt:
    if isinstance(which, UUID):
        found: receipt_search.Receipt | None = receipt_search.receipt(tx, which)
    elif which.strip():
        found = receipt_search.by_code(tx, which)
    else:
        newest = tx.execute(select(Sale.rid).order_by(Sale.at.desc()).limit(1)).scalar()
        found = receipt_search.receipt(tx, newest) if newest else None
    return _own(tx, found)


def _own(tx: Connection, found: receipt_search.Receipt | None) -> receipt_search.Receipt:
    """A receipt that this till printed: no other one knows whether it has its invoice."""
    own = select(Sale.rid).where(Sale.rid == found.rid) if found else None
    if found is None or own is None or tx.execute(own).first() is None:
        raise _unknown()
    return found


def _left_of(found: receipt_search.Receipt) -> tuple[SoldLine, ...]:
    """The lines that an invoice is about, of which something must be left."""
    lines = sold_lines(found.fact)
    if all(found.gone.get(line.n, 0) >= line.qty for line in lines):
        raise RetailError(
            "invoice.came_back",
            "All goods of receipt %(receipt)s came back; nothing is left that an invoice could be "
            "for. Nothing was issued.",
            receipt=found.fact.number,
        )
    return lines


def _returned(tx: Connection, rid: UUID) -> list[receipt_search.Receipt]:
    """The tickets that took goods of a sale back, the oldest first."""
    found = [receipt_search.receipt(tx, back) for back in receipt_search.returns_of(tx, rid)]
    return [one for one in found if one is not None]


def _invoice_of(tx: Connection, sale: UUID) -> Row[Any] | None:
    where = (Invoice.sale_rid == sale, Invoice.kind == _INVOICE)
    return tx.execute(select(Invoice.__table__).where(*where)).first()


def _note_of(tx: Connection, back: UUID) -> Row[Any] | None:
    """A credit note of a return."""
    where = (Invoice.sale_rid == back, Invoice.kind == InvoiceKind.CREDIT_NOTE.value)
    return tx.execute(select(Invoice.__table__).where(*where)).first()


def _credited(tx: Connection, sale: UUID, number: str) -> bool:
    where = (Invoice.sale_rid == sale, Invoice.refers == number)
    return tx.execute(select(Invoice.rid).where(*where)).first() is not None


def _day(session: TillSession, at: datetime) -> date:
    return at.astimezone(zone_of(session.store.zone)).date()


def _elsewhere(receipt: str) -> RetailError:
    return RetailError(
        "invoice.elsewhere",
        "Goods of receipt %(receipt)s came back at another till; an invoice over all of it would "
        "be too much. Nothing was issued; tell head office, which knows what is left.",
        receipt=receipt,
    )


def _unknown() -> RetailError:
    return RetailError(
        "invoice.unknown",
        "This till has no such receipt; scan it at the till that printed it.",
    )
