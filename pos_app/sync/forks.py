"""Two pasts of one journal: find what they have in common, and go on beside it.

Nothing is assumed: only an entry with the same hash on both sides proves the prefix up to it.
"""

from __future__ import annotations

import logging
from uuid import UUID

from sqlalchemy import Connection

from pos_app.journal.again import journal_again
from pos_app.journal.desk import Desk
from pos_app.sync import push
from pos_app.sync.client import HeadOffice
from pos_app.sync.ports import StoreAccess
from retail.contract.codec import GENESIS

log = logging.getLogger("tillwright.sync")

REASON = "fork"


def part_ways(client: HeadOffice, store: StoreAccess, desk: Desk, jid: UUID, theirs: int) -> None:
    """Journal again what comes after the common prefix; the next pushes send it.

    Args:
        theirs: the last entry of the journal at head office.
    """
    common, digest = _common_prefix(client, store, jid, theirs)
    now = desk.now()

    def part(tx: Connection) -> int | None:
        moved = journal_again(tx, desk, jid, common, REASON)
        push.acknowledge(tx, jid, common, digest, now)
        return moved

    moved = store.write(part).result()
    if moved is None:
        return
    log.warning(
        "journal %s has another past at head office after entry %d; %d entries were journalled "
        "again and none is lost",
        jid,
        common,
        moved,
    )


def _common_prefix(
    client: HeadOffice, store: StoreAccess, jid: UUID, theirs: int
) -> tuple[int, str]:
    """The last entry that is the same on both sides, by bisection, and its hash in hex."""
    low, high, digest = 0, theirs + 1, GENESIS.hex()
    while high - low > 1:
        middle = (low + high) // 2
        own = store.read(push.own_hash, jid, middle).result()
        if own is not None and own.hex() == client.entry_hash(jid, middle):
            low, digest = middle, own.hex()
        else:
            high = middle
    return low, digest
