"""What became of this till's records at head office, as a store manager reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from db.store.journal import JournalEntry, RecordResult
from retail.contract.codec import read_entry
from retail.errors import RetailError

REFUSED = "refused"
_MOST = 500


@dataclass(frozen=True, slots=True)
class Told:
    """A record with a result.

    Attributes:
        type: the record's type, empty when it is not this till's.
        case_id: the case that head office decides on, if there is one.
    """

    rid: UUID
    type: str
    at: datetime | None
    state: str
    code: str
    detail: str
    case_id: UUID | None
    seen: bool


def results(tx: Connection, *, unseen: bool = False) -> tuple[Told, ...]:
    """The newest 500 records with a result, the newest first.

    Args:
        unseen: only those that nobody has marked.
    """
    query = (
        select(
            RecordResult.rid,
            JournalEntry.type,
            JournalEntry.at,
            RecordResult.state,
            RecordResult.code,
            RecordResult.detail,
            RecordResult.case_id,
            RecordResult.seen,
        )
        .outerjoin(JournalEntry, JournalEntry.rid == RecordResult.rid)
        .order_by(RecordResult.rid.desc(), JournalEntry.jid)
        .limit(_MOST)
    )
    if unseen:
        query = query.where(RecordResult.seen.is_(False))
    # A record that was journalled again has an entry in each of those journals.
    found = {row.rid: row for row in tx.execute(query)}
    return tuple(Told(row.rid, row.type or "", *row[2:]) for row in found.values())


def unread(tx: Connection) -> int:
    """How many results nobody has marked."""
    query = select(func.count()).select_from(RecordResult).where(RecordResult.seen.is_(False))
    return tx.execute(query).scalar_one()


def mark_seen(tx: Connection, rid: UUID) -> None:
    """A store manager has read it."""
    tx.execute(update(RecordResult).where(RecordResult.rid == rid).values(seen=True))


def note_refused(tx: Connection, rid: UUID, code: str, detail: str) -> None:
    """Keep that head office would not take a record in its own form and got its bytes."""
    values = {"state": REFUSED, "code": code[:64], "detail": detail[:400], "seen": False}
    tx.execute(
        insert(RecordResult)
        .values(rid=rid, case_id=None, **values)
        .on_conflict_do_update(index_elements=["rid"], set_=values)
    )


def export_record(tx: Connection, rid: UUID) -> bytes:
    """A record as indented JSON with its place in the journal, its result and its raw bytes.

    Raises:
        RetailError: ``record.unknown`` when this till has no such record.
    """
    row = tx.execute(
        select(JournalEntry)
        .where(JournalEntry.rid == rid)
        .order_by(JournalEntry.jid.desc())
        .limit(1)
    ).first()
    if row is None:
        raise RetailError("record.unknown", "This till has no such record.")
    data = bytes(row.entry)
    told = tx.execute(select(RecordResult).where(RecordResult.rid == rid)).first()
    exported = {
        "rid": rid,
        "journal": row.jid,
        "seq": row.seq,
        "type": row.type,
        "at": row.at,
        "business_date": row.business_date,
        "hash": bytes(row.hash).hex(),
        "fact": _fact(data),
        "entry": data,
        "result": None
        if told is None
        else {"state": told.state, "code": told.code, "detail": told.detail},
    }
    return msgspec.json.format(msgspec.json.encode(exported), indent=2)


def _fact(data: bytes) -> object:
    """The body as values; None for bytes that are no entry or no JSON."""
    try:
        return msgspec.json.decode(read_entry(data).body)
    except (RetailError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
