"""How far each till has each stream, as its hellos tell: for the fleet, and for compaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from backoffice.intake.auth import Caller
from db.head.stores import Installation
from db.head.streams import InstallationStream
from retail.contract.envelope import DeadReport, StreamVector

FORGOTTEN_AFTER = timedelta(days=45)
"""A till that was silent for so long holds no row back; it starts again with the chunks."""


def note_cursors(
    tx: Connection,
    caller: Caller,
    streams: Iterable[StreamVector],
    dead: Iterable[DeadReport],
    now: datetime,
) -> None:
    """Keep what a till says of its streams; streams that it no longer names are forgotten."""
    rows = [
        {
            "store_id": caller.store_id,
            "installation_id": caller.installation_id,
            "stream": vector.stream[:64],
            "generation": vector.generation,
            "seq": vector.seq,
            "dead": _text([one for one in dead if one.stream == vector.stream]),
            "told_at": now,
        }
        for vector in {vector.stream: vector for vector in streams}.values()
    ]
    own = (
        InstallationStream.store_id == caller.store_id,
        InstallationStream.installation_id == caller.installation_id,
    )
    named = [row["stream"] for row in rows]
    tx.execute(delete(InstallationStream).where(*own, InstallationStream.stream.not_in(named)))
    if not rows:
        return
    told = insert(InstallationStream)
    tx.execute(
        told.on_conflict_do_update(
            index_elements=["store_id", "installation_id", "stream"],
            set_={name: told.excluded[name] for name in ("generation", "seq", "dead", "told_at")},
        ),
        rows,
    )


def _text(dead: list[DeadReport]) -> str:
    return msgspec.json.encode(dead).decode() if dead else ""


def slowest(tx: Connection, stream: str, generation: int, now: datetime) -> int | None:
    """The lowest position of the tills that count; None when no till has anything of it."""
    return tx.execute(
        select(func.min(InstallationStream.seq))
        .join(
            Installation,
            (Installation.store_id == InstallationStream.store_id)
            & (Installation.installation_id == InstallationStream.installation_id),
        )
        .where(
            InstallationStream.stream == stream,
            InstallationStream.generation == generation,
            InstallationStream.seq > 0,
            Installation.state == "active",
            InstallationStream.told_at > now - FORGOTTEN_AFTER,
        )
    ).scalar()
