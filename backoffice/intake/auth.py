"""Signed requests of enrolled tills.

``HMAC-SHA256(key, method|path|stamp|nonce|body_sha256)``; a nonce is good once, so that a
replayed request changes nothing.
"""

from __future__ import annotations

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
    row = _installation(tx, request.installation)
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
        raise Refused(401, "signature", "The head office does not know this till; enrol it again.")
    if signed_sha256 != request.body_sha256:
        raise Refused(400, "bad_digest", "The request arrived damaged; send it again.")
    if row.state != "active":
        raise Refused(403, "revoked", "This till was shut out by the head office.")
    if not 16 <= len(request.nonce) <= 64:
        raise Refused(401, "signature", "The request carries no usable nonce.")
    used = tx.execute(
        insert(RequestNonce)
        .values(
            store_id=row.store_id,
            installation_id=row.installation_id,
            nonce=request.nonce,
            seen_at=now,
        )
        .on_conflict_do_nothing()
        .returning(RequestNonce.nonce)
    )
    if used.first() is None:
        raise Refused(409, "replayed", "The same request was seen before; it changed nothing.")
    return Caller(row.store_id, row.till, row.installation_id)


def forget_old_nonces(tx: Connection, now: datetime) -> None:
    """Drop nonces that are older than any request can travel."""
    tx.execute(delete(RequestNonce).where(RequestNonce.seen_at < now - _KEEP_NONCES))


def _installation(tx: Connection, text: str) -> Any:
    try:
        installation_id = UUID(text)
    except ValueError:
        return None
    return tx.execute(
        select(
            Installation.store_id,
            Installation.till,
            Installation.installation_id,
            Installation.signing_key,
            Installation.state,
        ).where(Installation.installation_id == installation_id)
    ).first()
