"""Which store a journal belongs to: the one where its till stood when it was opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection, bindparam, text

from backoffice.intake.auth import Caller
from backoffice.intake.errors import Refused
from db.bulk import UUIDS

_HOMES = text(
    "SELECT jid, installation_id, store_id FROM journal_head WHERE jid = ANY(:jids)"
).bindparams(bindparam("jids", type_=UUIDS))


def at_home(
    tx: Connection, callers: Sequence[Caller | Refused], jids: Sequence[UUID]
) -> list[Caller | Refused]:
    """Callers as of the store of the journal that each pushes into.

    A till that was moved brings late entries of its earlier journals: they are the other store's.
    """
    homes = {
        (row.jid, row.installation_id): row.store_id
        for row in tx.execute(_HOMES, {"jids": list(jids)})
    }
    return [
        caller
        if isinstance(caller, Refused)
        else replace(caller, store_id=homes.get((jid, caller.installation_id), caller.store_id))
        for caller, jid in zip(callers, jids, strict=True)
    ]
