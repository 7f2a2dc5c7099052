"""Mail jobs: one of each wish that a till journalled, taken by one sender at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from backoffice.platform.events import ReceiptWished
from db.head.journals import EntrySide
from db.head.mail import MailJob
from db.head.stores import Store
from retail.contract.documents import decode_document
from retail.contract.facts import MailedReceipt
from retail.customers import mail_address
from retail.errors import RetailError
from retail.receipt import ReceiptDocument

MOST_ATTEMPTS = 10
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=12)
_LEASE = timedelta(minutes=15)
_UNKNOWN = "It was being sent when the head office stopped; it may have arrived."
_side = msgspec.json.Decoder(MailedReceipt)


@dataclass(frozen=True, slots=True)
class Letter:
    """A job that is to be sent now; ``attempt`` counts from 1, ``a4`` is of an invoice."""

    store_id: str
    rid: UUID
    number: str
    store: str
    attempt: int
    created_at: datetime
    to: str
    document: ReceiptDocument
    a4: bool = False


def queue(tx: Connection, event: ReceiptWished, now: datetime) -> None:
    """Keep that a receipt is to be sent; a wish that is known already changes nothing."""
    tx.execute(
        insert(MailJob)
        .values(
            store_id=event.store_id,
            rid=event.rid,
            sale_rid=event.fact.sale,
            number=event.fact.number,
            state="queued",
            attempts=0,
            created_at=now,
            next_at=now,
            error="",
        )
        .on_conflict_do_nothing()
    )


def give_up_unknown(tx: Connection, now: datetime) -> None:
    """What was left in the midst of being sent is not sent twice: it has failed."""
    tx.execute(
        update(MailJob)
        .where(MailJob.state == "sending", MailJob.next_at <= now)
        .values(state="failed", ended_at=now, error=_UNKNOWN)
    )


def take(tx: Connection, now: datetime) -> Letter | None:
    """Mark the oldest job that is due as being sent, and give it; None when none is.

    One whose side was erased, or cannot be read, fails here; the next one is given.
    """
    due = (
        select(MailJob.store_id, MailJob.rid)
        .where(MailJob.state == "queued", MailJob.next_at <= now)
        .order_by(MailJob.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while True:
        job = tx.execute(
            update(MailJob)
            .where(tuple_(MailJob.store_id, MailJob.rid).in_(due))
            .values(state="sending", attempts=MailJob.attempts + 1, next_at=now + _LEASE)
            .returning(MailJob.__table__)
        ).first()
        if job is None:
            return None
        try:
            return _letter(tx, job)
        except (msgspec.MsgspecError, RetailError):
            failed(tx, job.store_id, job.rid, now, "What was to be sent is not here any more.")


def _letter(tx: Connection, job: Row[Any]) -> Letter:
    where = (EntrySide.store_id == job.store_id, EntrySide.rid == job.rid)
    side = _side.decode(tx.execute(select(EntrySide.data).where(*where)).scalar() or b"")
    return Letter(
        store_id=job.store_id,
        rid=job.rid,
        number=job.number,
        store=tx.execute(select(Store.name).where(Store.store_id == job.store_id)).scalar_one(),
        attempt=job.attempts,
        created_at=job.created_at,
        to=mail_address(side.to),
        document=decode_document(bytes(side.document)),
        a4=side.sheet == "a4",
    )


def sent(tx: Connection, letter: Letter, now: datetime) -> None:
    """A server has taken it."""
    _end(tx, letter.store_id, letter.rid, state="sent", ended_at=now, error="")


def failed(tx: Connection, store_id: str, rid: UUID, now: datetime, why: str) -> None:
    """It will not be tried again."""
    _end(tx, store_id, rid, state="failed", ended_at=now, error=why)


def try_later(tx: Connection, letter: Letter, now: datetime, why: str) -> None:
    """No server has taken it: again after a pause that doubles, ten times at most."""
    if letter.attempt >= MOST_ATTEMPTS:
        failed(tx, letter.store_id, letter.rid, now, why)
        return
    pause = min(_FIRST_PAUSE * 2 ** (letter.attempt - 1), _LONGEST_PAUSE)
    _end(tx, letter.store_id, letter.rid, state="queued", next_at=now + pause, error=why)


def _end(tx: Connection, store_id: str, rid: UUID, **values: object) -> None:
    where = (MailJob.store_id == store_id, MailJob.rid == rid)
    tx.execute(update(MailJob).where(*where).values(**values))
