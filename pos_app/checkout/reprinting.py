"""A receipt again, as a copy or without its amounts: the newest of this till, or another one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from db.store.print_queue import PrintJob
from db.store.sales import Sale, SaleLine
from pos_app.checkout import receipt_ways, receipts, records
from pos_app.till.service import TillSession
from retail.contract.documents import decode_document
from retail.errors import RetailError

_RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Reprinted:
    """What is printed again: a receipt's number, and so many slips that never came out."""

    number: str
    slips: int = 0


def again(tx: Connection, session: TillSession, rid: UUID | None = None) -> Reprinted:
    """Queue a receipt again, marked as a copy.

    One that nobody got yet, on paper or by e-mail, is printed as the original that it is. Slips
    of store credit that never came out follow the newest one, those of older sales too.

    Args:
        rid: the sale; None for the newest.

    Raises:
        RetailError: as :func:`printed`.
    """
    row = printed(tx, rid)
    slips = records.queue_credits_again(tx, session.desk) if rid is None else 0
    told = Reprinted(str(row.number), slips)
    if receipt_ways.print_late(tx, session.desk, row.job_id):
        return told
    copies = select(func.max(PrintJob.copy_no)).where(
        PrintJob.rid == row.rid, PrintJob.kind == _RECEIPT
    )
    copy_no = tx.execute(copies).scalar_one() + 1
    copy = receipts.copy(decode_document(bytes(row.document)), copy_no)
    records.write_print_job(tx, session.desk, copy, rid=row.rid, copy_no=copy_no, drawer=False)
    return told


def gift(tx: Connection, session: TillSession, rid: UUID | None = None) -> str:
    """Queue a receipt without amounts; returns its number.

    Args:
        rid: the sale; None for the newest.

    Raises:
        RetailError: as :func:`printed`; ``print.no_gift`` when nothing was sold with it.
    """
    row = printed(tx, rid)
    sold = select(SaleLine.n).where(SaleLine.rid == row.rid, SaleLine.quantity > 0).limit(1)
    if tx.execute(sold).first() is None:
        raise RetailError("print.no_gift", "This receipt sold nothing; no gift receipt for it.")
    document = receipts.gift(decode_document(bytes(row.document)))
    records.write_gift_job(tx, session.desk, document, rid=row.rid)
    return str(row.number)


def printed(tx: Connection, rid: UUID | None = None) -> Row[UUID, bytes, str, UUID]:
    """Sale, document, number and job of a receipt as it was first made out.

    Args:
        rid: the sale; None for the newest.

    Raises:
        RetailError: ``print.nothing`` when this till has printed no receipt yet;
            ``print.elsewhere`` for one of another till; ``print.old`` when it is kept no more.
    """
    wanted = (
        select(PrintJob.rid, PrintJob.document, Sale.number, PrintJob.job_id)
        .join(Sale, Sale.rid == PrintJob.rid)
        .where(PrintJob.copy_no == 0, PrintJob.kind == _RECEIPT)
        .order_by(PrintJob.job_id.desc())
        .limit(1)
    )
    row = tx.execute(wanted if rid is None else wanted.where(PrintJob.rid == rid)).first()
    if row is None and rid is not None:
        raise RetailError(
            "print.elsewhere",
            "This receipt is another till's, which can print it again; here its goods can come "
            "back.",
        )
    if row is None:
        raise RetailError("print.nothing", "This till has printed no receipt yet.")
    if not row.document:
        raise RetailError(
            "print.old",
            "Receipt %(number)s is too old to be kept at this till; head office has its sale.",
            number=row.number,
        )
    return row
