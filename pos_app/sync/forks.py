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
from pos_app.sync.errors import Rejected
from pos_app.sync.ports import StoreAccess

log = logging.getLogger("tillwright.sync")

FORK, OLD_IMAGE = "fork", "old_image"
ANOTHERS = "wrong_journal"


def part_ways(client: HeadOffice, store: StoreAccess, desk: Desk, jid: UUID, theirs: int) -> bool:
    """Journal again what comes after the common prefix; the next pushes send it.

    Args:
        theirs: the last entry of the journal at head office.

    Returns:
        True when this till's file is an old one: head office has all of it, and more.
    """
    common, digest = _common_prefix(client, store, jid, theirs)
    now = desk.now()

    def part(tx: Connection) -> tuple[int | None, bool]:
        ends = {head.jid: head.seq for head in push.heads(tx)}
        old = ends[jid] == common < theirs
        moved = journal_again(tx, desk, jid, common, OLD_IMAGE if old else FORK)
        push.acknowledge(tx, jid, common, digest, now)
        return moved, old

    moved, old = store.write(part).result()
    if moved is None:
        return False
    log.warning(
        "journal %s has another past at head office after entry %d; %d entries were journalled "
        "again and none is lost",
        jid,
        common,
        moved,
    )
    return old


def _common_prefix(
    client: HeadOffice, store: StoreAccess, jid: UUID, theirs: int
) -> tuple[int, str]:
    """The last entry that is the same on both sides, by bisection, and its hash in hex.

    Entries that are gone from here cannot be compared; what is left is journalled again then.
    """
    low, known = store.read(push.known_from, jid).result()
    high, digest = theirs + 1, known.hex()
    if low > theirs:
        log.error("head office lacks entries of journal %s before %d that are gone here", jid, low)
    try:
        while high - low > 1:
            middle = (low + high) // 2
            own = store.read(push.own_hash, jid, middle).result()
            if own is not None and own.hex() == client.entry_hash(jid, middle):
                low, digest = middle, own.hex()
            else:
                high = middle
    except Rejected as problem:
        if problem.problem.code != ANOTHERS:
            raise
        # Of an earlier enrolment elsewhere: nothing can be compared, so all of it goes on here.
    return low, digest
