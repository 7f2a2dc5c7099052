"""Signed requests of enrolled tills.

``HMAC-SHA256(key, method|path|stamp|nonce|body_sha256)``; a nonce is good once, so that a
replayed request changes nothing. Of a till's keys the current one, the next one and for some days
the previous one are good; the first use of the next one makes it the current one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, bindparam, delete, text, update

from backoffice.intake.errors import Refused
from db.bulk import TEXTS, UUIDS
from db.crash_points import crash_point
from db.head.stores import Installation, RequestNonce
from retail.contract.envelope import Problem, request_signature, signature_matches

_KEEP_NONCES = timedelta(days=2)
PREVIOUS_KEY_FOR = timedelta(days=7)
_UNKNOWN = "The head office does not know this till; enrol it again."
TOO_OLD = Problem(
    code="too_old",
    message="Till and head office are too far apart in age: prices and articles no longer come. "
    "Selling goes on, and sales are taken in. Update the older of the two.",
)
_REPLAYED = "The same request was seen before; it changed nothing."
_SHUT_OUT = "This till was shut out by the head office."
_DRAINS = f"{_SHUT_OUT} What it still holds is taken in."


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What arrived, before anybody looked at it."""

    method: str
    path: str
    installation: str
    stamp: str
    nonce: str
    signature: str
    encoding: str
    body_sha256: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Caller:
    """The till that signed a request.

    Attributes:
        refusal: why it gets nothing down; None for a till at work.
        renewed: it signed with its next key, which is the current one from now on.
    """

    store_id: str
    till: int
    installation_id: UUID
    refusal: Problem | None = None
    renewed: bool = False


def authenticate(
    tx: Connection, request: SignedRequest, now: datetime, *, draining: bool = False
) -> Caller:
    """Check signature, state and nonce; uses the nonce up.

    Args:
        draining: let in tills too that are only to hand over what they hold: for hellos, pushes
            and what pushes need.

    Raises:
        Refused: 400 ``bad_digest`` when the body is not the one that was signed, 401
            ``signature``, 403 ``revoked`` or ``shut_out``, 409 ``replayed``, 426 ``too_old``.
    """
    (found,) = authenticate_all(tx, [request], now, draining=draining)
    if isinstance(found, Refused):
        raise found
    return found


def authenticate_all(
    tx: Connection, requests: Sequence[SignedRequest], now: datetime, *, draining: bool = False
) -> list[Caller | Refused]:
    """Who sent each of several requests, or why it is refused; see :func:`authenticate`."""
    rows = _installations(tx, requests)
    found = [
        _judged(rows.get(request.installation), request, now, draining=draining)
        for request in requests
    ]
    unused = _use_nonces(tx, zip(found, requests, strict=True), now)
    for caller in found:
        if isinstance(caller, Caller) and caller.renewed:
            _renew(tx, caller, now)
    for at, (caller, request) in enumerate(zip(found, requests, strict=True)):
        if isinstance(caller, Refused):
            continue
        nonce = (caller.installation_id, request.nonce)
        if nonce not in unused:
            found[at] = Refused(409, "replayed", _REPLAYED)
        unused.discard(nonce)
    return found


def own(caller: Caller) -> tuple[ColumnElement[bool], ...]:
    """Selects a till's installation."""
    return (
        Installation.store_id == caller.store_id,
        Installation.installation_id == caller.installation_id,
    )


def check_signature(request: SignedRequest, keys: Sequence[bytes]) -> bytes:
    """The key that signed a request.

    Raises:
        Refused: 401 ``signature`` when none did, 400 ``bad_digest`` for another body.
    """
    signed_sha256 = request.headers.get("x-tillwright-body-sha256", request.body_sha256)
    signer = None
    for key in keys:
        expected = request_signature(
            key,
            request.method,
            request.path,
            stamp=request.stamp,
            nonce=request.nonce,
            body_sha256=signed_sha256,
        )
        if signature_matches(expected, request.signature):
            signer = key
    if signer is None:
        raise Refused(401, "signature", _UNKNOWN)
    if signed_sha256 != request.body_sha256:
        raise Refused(400, "bad_digest", "The request arrived damaged; send it again.")
    if not 16 <= len(request.nonce) <= 64:
        raise Refused(401, "signature", "The request carries no usable nonce.")
    return signer


def use_nonce(tx: Connection, caller: Caller, request: SignedRequest, now: datetime) -> None:
    """Use up the nonce of one request.

    Raises:
        Refused: 409 ``replayed``.
    """
    if not _use_nonces(tx, [(caller, request)], now):
        raise Refused(409, "replayed", _REPLAYED)


def _judged(row: Any, request: SignedRequest, now: datetime, *, draining: bool) -> Caller | Refused:
    try:
        key = check_signature(request, (bytes(32),) if row is None else _keys(row, now))
        if row is None:
            raise Refused(401, "signature", _UNKNOWN)
        refusal = _refusal(row, draining=draining)
    except Refused as problem:
        return problem
    renewed = row.next_key is not None and key == bytes(row.next_key)
    return Caller(row.store_id, row.till, row.installation_id, refusal, renewed)


def _keys(row: Any, now: datetime) -> tuple[bytes, ...]:
    keys = [row.signing_key, row.next_key]
    if row.previous_until is not None and now < row.previous_until:
        keys.append(row.previous_key)
    return tuple(bytes(key) for key in keys if key is not None)


def _refusal(row: Any, *, draining: bool) -> Problem | None:
    if row.state != "active" and not row.drain_ok:
        raise Refused(403, "shut_out", _SHUT_OUT, forget=True)
    if row.state != "active":
        status, refusal = 403, Problem(code="revoked", message=_DRAINS)
    elif row.protocol == 0:
        status, refusal = 426, TOO_OLD
    else:
        return None
    if not draining:
        raise Refused(status, refusal.code, refusal.message)
    return refusal


def _renew(tx: Connection, caller: Caller, now: datetime) -> None:
    tx.execute(
        update(Installation)
        .where(*own(caller), Installation.next_key.is_not(None))
        .values(
            signing_key=Installation.next_key,
            next_key=None,
            previous_key=Installation.signing_key,
            previous_until=now + PREVIOUS_KEY_FOR,
            key_since=now,
        )
    )
    crash_point("rotate.taken_up")


def _use_nonces(
    tx: Connection, requests: Iterable[tuple[Caller | Refused, SignedRequest]], now: datetime
) -> set[tuple[UUID, str]]:
    """Note the nonces of who may go on; returns those that were never seen before."""
    shown = [
        (caller.store_id, caller.installation_id, request.nonce)
        for caller, request in requests
        if isinstance(caller, Caller)
    ]
    if not shown:
        return set()
    stores, installations, nonces = map(list, zip(*shown, strict=True))
    used = tx.execute(
        _USE_NONCES,
        {"stores": stores, "installations": installations, "nonces": nonces, "now": now},
    )
    return {(row.installation_id, row.nonce) for row in used}


_USE_NONCES = text(
    "INSERT INTO request_nonce (store_id, installation_id, nonce, seen_at)"
    " SELECT s, i, n, :now FROM unnest(:stores, :installations, :nonces) AS new(s, i, n)"
    " ON CONFLICT DO NOTHING RETURNING installation_id, nonce"
).bindparams(
    bindparam("stores", type_=TEXTS),
    bindparam("installations", type_=UUIDS),
    bindparam("nonces", type_=TEXTS),
)


def forget_old_nonces(tx: Connection, now: datetime) -> None:
    """Drop nonces that are older than any request can travel."""
    tx.execute(delete(RequestNonce).where(RequestNonce.seen_at < now - _KEEP_NONCES))


def _installations(tx: Connection, requests: Sequence[SignedRequest]) -> dict[str, Any]:
    """The rows of the installations that the requests name, by the name that they gave."""
    named = {request.installation: _uuid(request.installation) for request in requests}
    rows = tx.execute(_INSTALLATIONS, {"named": [key for key in named.values() if key]})
    known = {row.installation_id: row for row in rows}
    return {name: known.get(key) for name, key in named.items() if key}


_INSTALLATIONS = text(
    "SELECT store_id, till, installation_id, signing_key, next_key, previous_key, previous_until,"
    " state, drain_ok, protocol FROM installation WHERE installation_id = ANY(:named)"
).bindparams(bindparam("named", type_=UUIDS))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
