"""The proof of a receipt: its journal entry's place in the chain, computed when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from db.base import to_us
from db.head.journals import JournalEntry
from retail.contract.codec import GENESIS, Entry, chain_hash, merkle_leaf, read_entry
from retail.errors import RetailError


@dataclass(frozen=True, slots=True)
class JournalProof:
    """What the stored bytes of an entry and its neighbours prove; hashes in hex.

    Attributes:
        previous_hash: hash of the entry before, 32 zero bytes for a journal's first.
        computed_hash: ``SHA-256(previous ‖ entry)``, computed anew from the stored bytes.
        leaf: Merkle leaf of the receipt, ``SHA-256(0x00 ‖ rid ‖ body)``.
        columns_agree: the columns beside the bytes say what the bytes say.
        next_holds: the following entry continues the chain; None when there is none yet.
    """

    jid: UUID
    seq: int
    entry_bytes: int
    previous_hash: str
    stored_hash: str
    computed_hash: str
    leaf: str
    columns_agree: bool
    next_holds: bool | None

    @property
    def holds(self) -> bool:
        """True when nothing contradicts the chain."""
        linked = self.stored_hash == self.computed_hash
        return linked and self.columns_agree and self.next_holds is not False


def proof_of(tx: Connection, store_id: str, rid: UUID) -> JournalProof | None:
    """The proof of a document, or None when it did not come through a journal."""
    own = tx.execute(
        select(JournalEntry)
        .where(JournalEntry.store_id == store_id, JournalEntry.rid == rid)
        .order_by(JournalEntry.received_at, JournalEntry.jid)
        .limit(1)
    ).first()
    if own is None:
        return None
    around = tx.execute(
        select(JournalEntry.seq, JournalEntry.hash, JournalEntry.entry).where(
            JournalEntry.store_id == store_id,
            JournalEntry.jid == own.jid,
            JournalEntry.seq.in_((own.seq - 1, own.seq + 1)),
        )
    ).all()
    before = next((row.hash for row in around if row.seq < own.seq), b"")
    previous = GENESIS if own.seq == 1 else before
    after = next((row for row in around if row.seq > own.seq), None)
    fields = _read(own.entry)
    return JournalProof(
        jid=own.jid,
        seq=own.seq,
        entry_bytes=len(own.entry),
        previous_hash=previous.hex(),
        stored_hash=own.hash.hex(),
        computed_hash=chain_hash(previous, own.entry).hex(),
        leaf=merkle_leaf(rid, fields.body).hex() if fields else "",
        columns_agree=fields is not None and _agree(fields, own),
        next_holds=None if after is None else chain_hash(own.hash, after.entry) == after.hash,
    )


def _read(data: bytes) -> Entry | None:
    try:
        return read_entry(data)
    except RetailError:
        return None


def _agree(entry: Entry, row: object) -> bool:
    names = ("jid", "seq", "rid", "type", "business_date")
    same = all(getattr(entry, name) == getattr(row, name) for name in names)
    return same and entry.store == row.store_id and entry.at_us == to_us(row.at)  # type: ignore[attr-defined]
