"""One-time enrolment codes, settings of a store, and shifts as tills report them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from backoffice.platform.clock import Clock
from backoffice.platform.events import ShiftReported
from backoffice.platform.keys import new_key
from db.head.stores import EnrolCode, Shift, Store, StoreSetting, Terminal
from db.streams import publish, store_stream, withdraw
from retail.contract.reference import SettingRow
from retail.errors import RetailError
from retail.identity import crockford_code, normal_crockford
from retail.store_settings import check_name, check_setting

CODE_LIFETIME = timedelta(minutes=15)
_CODE_BITS = 40


def issue_code(tx: Connection, store_id: str, till: int, clock: Clock) -> str:
    """A new one-time code, ``XXXX-XXXX``, good for 15 minutes; it is kept as a hash only.

    Earlier unused codes of the till are void from now on.

    Raises:
        RetailError: ``enrol.till`` when there is no such till.
    """
    known = select(Terminal.till).where(Terminal.store_id == store_id, Terminal.till == till)
    # The lock makes two issuers of one till wait for one another: only one code is left.
    if tx.execute(known.with_for_update()).first() is None:
        raise RetailError(
            "enrol.till",
            "Store %(store)s has no till %(till)s; check both and try again.",
            store=store_id,
            till=till,
        )
    now = clock()
    tx.execute(
        update(EnrolCode)
        .where(
            EnrolCode.store_id == store_id,
            EnrolCode.till == till,
            EnrolCode.used_at.is_(None),
            EnrolCode.expires_at > now,
        )
        .values(expires_at=now)
    )
    code = crockford_code(secrets.randbits(_CODE_BITS))
    tx.execute(
        insert(EnrolCode).values(
            store_id=store_id,
            code_id=new_key(),
            till=till,
            code_hash=_hash(code),
            expires_at=now + CODE_LIFETIME,
            used_at=None,
        )
    )
    return code


def redeem_code(tx: Connection, code: str, now: datetime) -> tuple[str, int]:
    """Use up a code, which is good once; returns the store and the till it stands for.

    Raises:
        RetailError: ``enrol.code``, the same for an unknown, used and expired code.
    """
    found = tx.execute(
        update(EnrolCode)
        .where(
            EnrolCode.code_hash == _hash(code),
            EnrolCode.used_at.is_(None),
            EnrolCode.expires_at > now,
        )
        .values(used_at=now)
        .returning(EnrolCode.store_id, EnrolCode.till)
    ).first()
    if found is None:
        raise RetailError(
            "enrol.code",
            "This enrolment code is not valid (any more); ask head office for a new one.",
        )
    return found.store_id, found.till


def record_shift(tx: Connection, event: ShiftReported) -> None:
    """Book that a till opened a shift."""
    fact = event.fact
    tx.execute(
        insert(Shift).values(
            store_id=event.store_id,
            shift_id=event.shift_id or event.rid,
            till=fact.till,
            number=fact.number,
            business_date=event.business_date,
            opened_at=event.at,
            staff_id=fact.staff,
            float_minor=fact.float_minor,
        )
    )


def _hash(code: str) -> bytes:
    return sha256(normal_crockford(code).encode()).digest()


def put_setting(tx: Connection, store_id: str, name: str, value: str | None) -> None:
    """Set something; None brings the default back.

    Raises:
        RetailError: ``store.unknown``, ``setting.unknown`` or ``setting.value``.
    """
    if tx.execute(select(Store.store_id).where(Store.store_id == store_id)).first() is None:
        raise RetailError("store.unknown", "Store %(store)s is not known here.", store=store_id)
    if value is None:
        check_name(name)
    else:
        check_setting(name, value)
    row = SettingRow(store=store_id, name=name, value=value or "")
    if value is None:
        own = (StoreSetting.store_id == store_id) & (StoreSetting.name == name)
        if tx.execute(delete(StoreSetting).where(own)).rowcount:
            withdraw(tx, store_stream(store_id), "setting", [row.key])
        return
    tx.execute(
        upsert(StoreSetting)
        .values(store_id=store_id, name=name, value=value)
        .on_conflict_do_update(index_elements=["store_id", "name"], set_={"value": value})
    )
    publish(tx, store_stream(store_id), [row])
