"""Signed requests of enrolled tills.

``HMAC-SHA256(key, method|path|stamp|nonce|body_sha256)``; a nonce is good once, so that a
replayed request changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from backoffice.intake.errors import Refused
from db.head.stores import Installation, RequestNonce
from retail.contract.envelope import request_signature, signature_matches

_KEEP_NONCES = timedelta(days=2)


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
    """The till that signed a request."""

    store_id: str
    till: int
    installation_id: UUID


def authenticate(tx: Connection, request: SignedRequest, now: datetime) -> Caller:
    """Check signature, state and nonce; uses the nonce up.

    Raises:
        Refused: 400 ``bad_digest`` when the body is not the one that was signed, 401
            ``signature``, 403 ``revoked``, 409 ``replayed``.
    """
    (found,) = authenticate_all(tx, [request], now)
    if isinstance(found, Refused):
        raise found
    return found


def authenticate_all(
    tx: Connection, requests: Sequence[SignedRequest], now: datetime
) -> list[Caller | Refused]:
    """Who sent each of several requests, or why it is refused; see :func:`authenticate`."""
    rows = _installations(tx, requests)
    found = [_judged(rows.get(request.installation), request) for request in requests]
    unused = _use_nonces(tx, zip(found, requests, strict=True), now)
    for at, (caller, request) in enumerate(zip(found, requests, strict=True)):
        if isinstance(caller, Refused):
            continue
        nonce = (caller.installation_id, request.nonce)
        if nonce not in unused:
            found[at] = Refused(
                409, "replayed", "The same request was seen before; it changed nothing."
            )
        unused.discard(nonce)
    return found


def _judged(row: Any, request: SignedRequest) -> Caller | Refused:
    signed_sha256 = request.headers.get("x-tillwright-body-sha256", request.body_sha256)
    expected = request_signature(
        bytes(row.signing_key) if row else bytes(32),
        request.method,
        request.path,
        stamp=request.stamp,
        nonce=request.nonce,
        body_sha256=signed_sha256,
    )
    if not signature_matches(expected, request.signature) or row is None:
        return Refused(401, "signature", "The head office does not know this till; enrol it again.")
    if signed_sha256 != request.body_sha256:
        return Refused(400, "bad_digest", "The request arrived damaged; send it again.")
    if row.state != "active":
        return Refused(403, "revoked", "This till was shut out by the head office.")
    if not 16 <= len(request.nonce) <= 64:
        return Refused(401, "signature", "The request carries no usable nonce.")
    return Caller(row.store_id, row.till, row.installation_id)


def _use_nonces(
    tx: Connection, requests: Iterable[tuple[Caller | Refused, SignedRequest]], now: datetime
) -> set[tuple[UUID, str]]:
    """Note the nonces of who may go on; returns those that were never seen before."""
    rows = [
        {
            "store_id": caller.store_id,
            "installation_id": caller.installation_id,
            "nonce": request.nonce,
            "seen_at": now,
        }
        for caller, request in requests
        if isinstance(caller, Caller)
    ]
    if not rows:
        return set()
    used = tx.execute(
        insert(RequestNonce)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(RequestNonce.installation_id, RequestNonce.nonce)
    )
    return {(row.installation_id, row.nonce) for row in used}


def forget_old_nonces(tx: Connection, now: datetime) -> None:
    """Drop nonces that are older than any request can travel."""
    tx.execute(delete(RequestNonce).where(RequestNonce.seen_at < now - _KEEP_NONCES))


def _installations(tx: Connection, requests: Sequence[SignedRequest]) -> dict[str, Any]:
    """The rows of the installations that the requests name, by the name that they gave."""
    named = {request.installation: _uuid(request.installation) for request in requests}
    rows = tx.execute(
        select(
            Installation.store_id,
            Installation.till,
            Installation.installation_id,
            Installation.signing_key,
            Installation.state,
        ).where(Installation.installation_id.in_([key for key in named.values() if key]))
    )
    known = {row.installation_id: row for row in rows}
    return {name: known.get(key) for name, key in named.items() if key}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
