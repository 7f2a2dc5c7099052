"""Sessions kept at the server: the cookie holds a random token and the table its SHA-256.

Whoever reads the table cannot sign in with it. Source: OWASP session management.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from backoffice.platform.roles import Role
from db.head.users import UserAccount, UserSession

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=1)
ACTING = (Role.ADMIN, Role.OFFICE)
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who sends a request."""

    company_id: str
    user_id: UUID
    login: str
    name: str
    role: Role
    csrf: str
    token_hash: bytes

    @property
    def may_act(self) -> bool:
        """True for roles that may change something."""
        return self.role in ACTING


def token_hash(token: str) -> bytes:
    """What the table keeps of a session's token."""
    return sha256(token.encode()).digest()


def open_session(tx: Connection, company_id: str, user_id: UUID, now: datetime) -> str:
    """Begin a session; returns the token for the cookie, which is kept nowhere.

    Sessions of this user that are over are removed on the way.
    """
    tx.execute(
        delete(UserSession).where(
            UserSession.company_id == company_id,
            UserSession.user_id == user_id,
            UserSession.expires_at < now,
        )
    )
    token = secrets.token_urlsafe(32)
    tx.execute(
        insert(UserSession).values(
            company_id=company_id,
            token_hash=token_hash(token),
            user_id=user_id,
            csrf=secrets.token_urlsafe(32),
            created_at=now,
            last_seen_at=now,
            expires_at=now + LIFETIME,
        )
    )
    return token


def close_session(tx: Connection, who: SignedIn) -> None:
    """End a session; its cookie is worth nothing afterwards."""
    tx.execute(
        delete(UserSession).where(
            UserSession.company_id == who.company_id, UserSession.token_hash == who.token_hash
        )
    )


def find_session(tx: Connection, token: str, now: datetime) -> SignedIn | None:
    """Who a token belongs to; None when it is unknown, expired, idle for too long or blocked."""
    key = token_hash(token)
    row = tx.execute(
        select(UserSession, UserAccount.login, UserAccount.name, UserAccount.role)
        .join(
            UserAccount,
            (UserAccount.company_id == UserSession.company_id)
            & (UserAccount.user_id == UserSession.user_id),
        )
        .where(
            UserSession.token_hash == key,
            UserSession.expires_at > now,
            UserSession.last_seen_at > now - IDLE,
            UserAccount.active,
        )
    ).one_or_none()
    if row is None:
        return None
    if row.last_seen_at < now - _TOUCH_EVERY:
        tx.execute(
            update(UserSession)
            .where(UserSession.company_id == row.company_id, UserSession.token_hash == key)
            .values(last_seen_at=now)
        )
    return SignedIn(row.company_id, row.user_id, row.login, row.name, Role(row.role), row.csrf, key)
