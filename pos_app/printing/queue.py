"""The print queue's rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, select, update

from db.store.print_queue import PrintJob
from retail.contract.documents import decode_document, encode_document
from retail.errors import RetailError
from retail.receipt import ReceiptDocument
from retail.receipt_ways import ReceiptWay

TOO_OLD = timedelta(minutes=15)
"""Older jobs are never printed unasked: a printer that was off over night stays quiet."""


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job that is to be printed."""

    job_id: UUID
    rid: UUID
    drawer: bool
    document: ReceiptDocument


def settle_after_restart(tx: Connection, now: datetime) -> None:
    """Jobs that were being printed when the till stopped are of unknown fate."""
    tx.execute(
        update(PrintJob)
        .where(PrintJob.state == "sent")
        .values(state="unknown", error="The till stopped while this was being printed.")
    )
    _expire(tx, now)


def _expire(tx: Connection, now: datetime) -> None:
    tx.execute(
        update(PrintJob)
        .where(PrintJob.state == "queued", PrintJob.created_at < now - TOO_OLD)
        .values(state="unknown", error="It waited too long to be printed unasked.")
    )


def take_next(tx: Connection, now: datetime) -> QueuedJob | None:
    """Mark the oldest queued job as sent and give it; None when nothing waits.

    Jobs that have become too old meanwhile, because the printer was off, expire first. The
    drawer is opened with the first attempt only: never minutes later, when nobody stands there.
    """
    _expire(tx, now)
    row = tx.execute(
        select(
            PrintJob.job_id,
            PrintJob.rid,
            PrintJob.drawer,
            PrintJob.document,
            PrintJob.attempts,
            PrintJob.way,
        )
        .where(PrintJob.state == "queued")
        .order_by(PrintJob.job_id)
        .limit(1)
    ).first()
    if row is None:
        return None
    try:
        document = decode_document(bytes(row.document))
    except RetailError as problem:
        # One receipt that cannot be read must not hold up those behind it.
        _send(tx, row.job_id)
        mark(tx, row.job_id, "unknown", now, str(problem))
        return take_next(tx, now)
    _send(tx, row.job_id)
    if row.way != ReceiptWay.PAPER:
        # Of a receipt that goes another way the printer gets the drawer's pulse alone.
        document = replace(document, blocks=())
    drawer = bool(row.drawer) and row.attempts == 0
    return QueuedJob(row.job_id, row.rid, drawer, document)


def _send(tx: Connection, job_id: UUID) -> None:
    sent = update(PrintJob).where(PrintJob.job_id == job_id)
    tx.execute(sent.values(state="sent", attempts=PrintJob.attempts + 1))


def mark(tx: Connection, job_id: UUID, state: str, now: datetime, error: str = "") -> None:
    """Note how a job ended: done, unknown, or queued again.

    One that was queued anew while the drawer's pulse was under way stays queued: what ended was
    not what is to be printed.
    """
    ended = tx.execute(
        update(PrintJob)
        .where(PrintJob.job_id == job_id, PrintJob.state == "sent")
        .values(state=state, done_at=now if state == "done" else None, error=error[:300])
    )
    if state == "done" and ended.rowcount:
        _forget(tx, job_id)


def _forget(tx: Connection, job_id: UUID) -> None:
    """Forget what is on paper and never comes again.

    Of a slip of store credit nothing is left that could be spent, of an invoice nobody's name.
    """
    once = (PrintJob.job_id == job_id, PrintJob.kind.in_(("credit", "sheet")))
    title = ReceiptDocument(title="", language="en", blocks=())
    tx.execute(update(PrintJob).where(*once).values(document=encode_document(title)))


def newest_document(tx: Connection, rid: UUID) -> ReceiptDocument | None:
    """The receipt of a sale as it was first printed; None when it is kept no more."""
    row = tx.execute(
        select(PrintJob.document).where(PrintJob.rid == rid, PrintJob.copy_no == 0)
    ).first()
    return decode_document(bytes(row.document)) if row is not None and row.document else None
