"""Sessions kept at the server, CSRF tokens and roles; everything is denied by default.

The cookie holds a random token and the table its SHA-256: whoever reads the table cannot sign
in with it. Each unsafe request must repeat the session's CSRF token, in the form field ``csrf``
or the header ``X-CSRF-Token``. Source: OWASP session management and CSRF prevention.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import Connection, delete, insert, select, update

from backoffice.platform.deps import engine_of, now_of
from backoffice.platform.errors import Forbidden, SignInNeeded
from backoffice.platform.roles import Role
from db.head.users import UserAccount, UserSession
from db.transaction import begin

COOKIE = "tw_session"
LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=1)
_TOUCH_EVERY = timedelta(minutes=1)
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


EVERYBODY = (Role.ADMIN, Role.OFFICE, Role.VIEWER)
ACTING = (Role.ADMIN, Role.OFFICE)


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


async def submitted_csrf(request: Request) -> str:
    """The CSRF token that an unsafe request carries; empty for safe ones."""
    if request.method in _SAFE_METHODS:
        return ""
    header = request.headers.get("x-csrf-token")
    if header is not None:
        return header
    field = (await request.form()).get("csrf", "")
    return field if isinstance(field, str) else ""


def current(request: Request, csrf: Annotated[str, Depends(submitted_csrf)]) -> SignedIn:
    """Who sends this request.

    Raises:
        SignInNeeded: nobody.
        Forbidden: ``csrf.invalid`` when an unsafe request lacks the session's CSRF token.
    """
    token = request.cookies.get(COOKIE, "")
    found = None
    if token:
        with begin(engine_of(request)) as tx:
            found = find_session(tx, token, now_of(request))
    if found is None:
        raise SignInNeeded
    request.state.who = found
    if request.method not in _SAFE_METHODS and not compare_digest(
        found.csrf.encode(), csrf.encode()
    ):
        raise Forbidden(
            "csrf.invalid", "This form is out of date; nothing was changed. Load the page again."
        )
    return found


Who = Annotated[SignedIn, Depends(current)]


def allow(*roles: Role) -> Callable[[SignedIn], SignedIn]:
    """A dependency that lets only these roles pass; ``guards`` marks it for the shape test.

    Raises:
        Forbidden: ``role.missing``.
    """

    def check(who: Who) -> SignedIn:
        if who.role not in roles:
            raise Forbidden
        return who

    return check
