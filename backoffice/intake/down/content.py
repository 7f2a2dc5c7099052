"""What is in force in a stream at a position, as a count and a hash to compare with."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import distinct_on

from backoffice.intake.auth import Caller
from backoffice.intake.down.visible import check_visible
from backoffice.intake.errors import Refused
from db.head.streams import StreamChange, StreamHead
from retail.contract.manifest import StreamContent, digest_text, row_hash

_MOST_KEPT = 64


class Contents:
    """Contents by stream, generation and position: tills ask for the same few."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int], StreamContent] = OrderedDict()
        self._lock = Lock()

    def content(self, tx: Connection, caller: Caller, stream: str, at: int) -> StreamContent:
        """The content of a stream at a position.

        Raises:
            Refused: 403 ``stream``, 409 ``ahead``, 410 ``snapshot_required``.
        """
        check_visible(tx, caller, stream)
        head = tx.execute(select(StreamHead).where(StreamHead.stream == stream)).first()
        if at > (head.head if head else 0):
            raise Refused(409, "ahead", "The till has rows that this head office does not know.")
        if head is not None and at < head.floor:
            raise Refused(410, "snapshot_required", "That position is merged with later ones.")
        name = (stream, head.generation if head else 1, at)
        with self._lock:
            found = self._kept.get(name)
        if found is None:
            found = content_at(tx, stream, at)
            with self._lock:
                self._kept[name] = found
                while len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
        return found


def content_at(tx: Connection, stream: str, at: int) -> StreamContent:
    """Count and hash of the newest version of every key that is not withdrawn."""
    rows = tx.execution_options(yield_per=2_000).execute(
        select(StreamChange.entity, StreamChange.key, StreamChange.op, StreamChange.body)
        .ext(distinct_on(StreamChange.entity, StreamChange.key))
        .where(StreamChange.stream == stream, StreamChange.seq <= at)
        .order_by(StreamChange.entity, StreamChange.key, StreamChange.seq.desc())
    )
    count, digest = 0, 0
    for row in rows:
        if row.op != "del":
            count += 1
            digest ^= row_hash(row.entity, row.key, row.body)
    return StreamContent(stream=stream, at=at, rows=count, digest=digest_text(digest))
