"""Quotas kept borrowed: refilled while head office can be reached, given back when over.

A lease is asked for under an id that is stored first, so that a lost answer is asked for again
and never lends twice. What was used is counted from the sales.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from db.base import from_us
from db.store.value import ValueKey, ValueLease, ValueQuota
from pos_app.journal.desk import Desk
from pos_app.value.ports import StoreAccess, ValueOffice
from pos_app.value.queries import leases_of, used_of
from retail.contract.value import LeaseBack, QuotaAnswer, QuotaRequest
from retail.value import ValueKind

RENEW_BEFORE = timedelta(hours=6)
"""A lease that ends this soon is given back for a new one while head office can be reached."""


InUse = Callable[[Connection], Collection[UUID]]


def _none(_tx: Connection) -> Collection[UUID]:
    return ()


@dataclass(frozen=True, slots=True)
class Due:
    """One request that must be made: what to ask for, and what to give back with it."""

    kind: str
    request: QuotaRequest


def keep_quota(tx: Connection, kind: ValueKind, lookup: bytes, wanted: int) -> None:
    """Keep so much of an instrument borrowed from now on; 0 for none."""
    values = {"kind": kind.value, "wanted": wanted}
    tx.execute(
        insert(ValueQuota)
        .values(lookup=lookup, **values)
        .on_conflict_do_update(index_elements=["lookup"], set_=values)
    )


def refresh(store: StoreAccess, office: ValueOffice, desk: Desk, in_use: InUse = _none) -> int:
    """Give back what is over and borrow what is missing; returns how many requests it took.

    Args:
        in_use: a query for the leases that some basket counts on, which are kept until it is sold.

    Raises:
        Unanswered: head office cannot be asked; what was stored is asked again the next time.
    """
    made = 0
    for due in store.write(prepare, desk, in_use).result():
        answer = office.quota(due.kind, due.request)
        store.write(keep_answer, due, answer).result()
        made += 1
    return made


def prepare(tx: Connection, desk: Desk, in_use: InUse = _none) -> list[Due]:
    """Close leases that are (nearly) over, write down what will be asked for, and list both."""
    now = desk.now()
    tx.execute(
        update(ValueLease)
        .where(ValueLease.state == "open", ValueLease.expires_at <= now + RENEW_BEFORE)
        .values(state="over")
    )
    for quota in tx.execute(select(ValueQuota)).all():
        _ask(tx, desk, quota.kind, quota.lookup, quota.wanted)
    back = _over(tx, in_use(tx))
    asked = tx.execute(select(ValueLease).where(ValueLease.state == "asked")).all()
    due = [
        Due(
            row.kind,
            QuotaRequest(lease=row.lease_id, lookup=row.lookup.hex(), wanted=row.granted),
        )
        for row in asked
    ]
    if back or (not due and _no_key(tx)):
        first = QuotaRequest(lease=desk.new_id(), lookup="", wanted=0, back=back)
        due.insert(0, Due(ValueKind.CAMPAIGN.value, first))
    return due


def keep_answer(tx: Connection, due: Due, answer: QuotaAnswer) -> None:
    """Keep what was lent and what was taken back."""
    tx.execute(
        insert(ValueKey)
        .values(id=1, key=answer.key)
        .on_conflict_do_update(index_elements=["id"], set_={"key": answer.key})
    )
    tx.execute(
        update(ValueLease).where(ValueLease.lease_id.in_(answer.back)).values(state="returned")
    )
    if due.request.wanted:
        state = "open" if answer.granted else "returned"
        tx.execute(
            update(ValueLease)
            .where(ValueLease.lease_id == due.request.lease)
            .values(state=state, granted=answer.granted, expires_at=from_us(answer.expires_us))
        )


def _ask(tx: Connection, desk: Desk, kind: str, lookup: bytes, wanted: int) -> None:
    """Write down a request for what is missing, unless one is under way."""
    under_way = select(ValueLease.lease_id).where(
        ValueLease.lookup == lookup, ValueLease.state == "asked"
    )
    left = sum(rest for _, rest in leases_of(tx, lookup, desk.now()))
    # Not for each one that is used: half is enough until it is half gone.
    if tx.execute(under_way).first() is not None or 2 * left > wanted or wanted == 0:
        return
    tx.execute(
        insert(ValueLease).values(
            lease_id=desk.new_id(),
            lookup=lookup,
            kind=kind,
            granted=wanted - left,
            state="asked",
            expires_at=desk.now(),
        )
    )


def _over(tx: Connection, in_use: Collection[UUID]) -> tuple[LeaseBack, ...]:
    rows: list[UUID] = list(
        tx.execute(
            select(ValueLease.lease_id)
            .where(ValueLease.state == "over", ValueLease.lease_id.not_in(in_use))
            .order_by(ValueLease.lease_id)
        ).scalars()
    )
    return tuple(LeaseBack(lease, used_of(tx, lease)) for lease in rows)


def _no_key(tx: Connection) -> bool:
    return tx.execute(select(ValueKey.id)).first() is None
