"""Enrolment tickets: a restored head office knows a till again that its backup does not hold.

A ticket is sealed with the key of the identity file (ChaCha20-Poly1305): what it says can be read
by anybody and changed by nobody, and only head office can open the signing key inside.
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import new
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from backoffice.identity import Identity
from db.base import from_us, to_us
from retail.errors import RetailError

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Ticket:
    """What head office says of a till; ``signing_key`` is sealed inside."""

    hq_id: UUID
    installation: UUID
    store_id: str
    till: int
    issued_at: datetime
    signing_key: bytes

    def __repr__(self) -> str:
        return f"Ticket({self.store_id}, {self.till}, {self.installation})"


def issue(identity: Identity, ticket: Ticket) -> str:
    """The ticket as text that the till keeps."""
    clear = json.dumps(
        [
            ticket.hq_id.hex,
            ticket.installation.hex,
            ticket.store_id,
            ticket.till,
            to_us(ticket.issued_at),
        ],
        separators=(",", ":"),
    ).encode()
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = ChaCha20Poly1305(identity.key).encrypt(nonce, ticket.signing_key, clear)
    return f"{_text(clear)}.{_text(nonce + sealed)}"


def read(identity: Identity, text: str) -> Ticket:
    """Open a ticket of this head office.

    Raises:
        RetailError: ``ticket.invalid`` for anything else.
    """
    try:
        clear, sealed = (urlsafe_b64decode(part) for part in text.split("."))
        nonce, sealed = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        signing_key = ChaCha20Poly1305(identity.key).decrypt(nonce, sealed, clear)
        hq_id, installation, store_id, till, issued_us = json.loads(clear)
    except (ValueError, TypeError, InvalidTag) as problem:
        raise RetailError(
            "ticket.invalid", "The head office does not know this till; enrol it again."
        ) from problem
    return Ticket(
        UUID(hex=hq_id),
        UUID(hex=installation),
        store_id,
        till,
        from_us(issued_us),
        signing_key,
    )


def next_secret(identity: Identity, installation: UUID, signing_key: bytes) -> bytes:
    """The secret that follows a till's present one.

    The same however often it is asked for: a lost or late answer cannot leave the two sides with
    different ones, and head office need not keep a secret.
    """
    text = b"tillwright next secret\0" + installation.bytes + signing_key
    return new(identity.key, text, sha256).digest()


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode()
