"""Adding users, signing in and out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from backoffice.platform import audit
from backoffice.platform.keys import new_key
from backoffice.platform.passwords import hash_password, matches, outdated
from backoffice.platform.roles import Role
from backoffice.platform.sessions import SignedIn, close_session, open_session
from db.head.stores import Company
from db.head.users import UserAccount
from retail.errors import RetailError

SHORTEST_PASSWORD = 10
_FREE_FAILURES = 4
_FIRST_BLOCK = timedelta(seconds=30)
_LONGEST_BLOCK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody to be let in; ``login`` is compared without regard to case."""

    login: str
    name: str
    role: Role
    password: str


def add_user(tx: Connection, company_id: str, user: NewUser, now: datetime) -> UUID:
    """Add a user.

    Raises:
        RetailError: ``user.login`` for an empty or taken login, ``user.password`` for a short
            password, ``user.company`` for a company that is not here.
    """
    login = normal_login(user.login)
    if not login:
        raise RetailError("user.login", "A login cannot be empty.")
    if len(user.password) < SHORTEST_PASSWORD:
        raise RetailError(
            "user.password", "A password needs %(n)s characters.", n=SHORTEST_PASSWORD
        )
    if tx.execute(select(Company).where(Company.company_id == company_id)).first() is None:
        raise RetailError("user.company", "There is no company %(id)s yet.", id=company_id)
    if _find(tx, login) is not None:
        raise RetailError("user.login", "The login %(login)s is taken.", login=login)
    user_id = new_key()
    tx.execute(
        insert(UserAccount).values(
            company_id=company_id,
            user_id=user_id,
            login=login,
            name=user.name,
            role=user.role,
            password_hash=hash_password(user.password),
            active=True,
            failures=0,
            blocked_until=None,
        )
    )
    audit.record(
        tx, company_id, at=now, actor="system", act="user.added", detail=f"{login} as {user.role}"
    )
    return user_id


def sign_in(tx: Connection, login: str, password: str, *, now: datetime) -> str | None:
    """The token of a new session, or None when login and password do not match.

    Unknown, inactive and blocked logins get the same answer after the same work. After the
    fifth failure a login rests for 30 seconds, doubled with each further one up to 15 minutes.
    The caller's transaction must be committed also when the answer is None.
    """
    user = _find(tx, normal_login(login))
    right = matches(password, user.password_hash if user is not None else None)
    if user is None:
        return None
    blocked = user.blocked_until is not None and user.blocked_until > now
    if not right or blocked or not user.active:
        if not blocked:
            _count_failure(tx, user, now)
        return None
    changed: dict[str, object] = {"failures": 0, "blocked_until": None}
    if outdated(user.password_hash):
        changed["password_hash"] = hash_password(password)
    _change(tx, user, changed)
    _note(tx, user, now, "user.signed_in")
    return open_session(tx, user.company_id, user.user_id, now)


def sign_out(tx: Connection, who: SignedIn, now: datetime) -> None:
    """End the session."""
    close_session(tx, who)
    audit.record(
        tx, who.company_id, at=now, actor=who.login, act="user.signed_out", detail=who.login
    )


def is_login(tx: Connection, login: str) -> bool:
    """True when somebody has this login."""
    return _find(tx, normal_login(login)) is not None


def normal_login(login: str) -> str:
    """How a login is kept and compared."""
    return "".join(c for c in login if c.isprintable()).strip().casefold()[:80]


def _find(tx: Connection, login: str) -> Row[UserAccount] | None:
    return tx.execute(
        select(UserAccount)
        .where(UserAccount.login == login)
        .order_by(UserAccount.company_id)
        .limit(1)
    ).one_or_none()


def _count_failure(tx: Connection, user: Row[UserAccount], now: datetime) -> None:
    failures = user.failures + 1
    block = None
    if failures > _FREE_FAILURES:
        doubled = _FIRST_BLOCK * 2 ** min(failures - _FREE_FAILURES - 1, 10)
        block = now + min(doubled, _LONGEST_BLOCK)
    _change(tx, user, {"failures": UserAccount.failures + 1, "blocked_until": block})
    _note(tx, user, now, "user.refused")


def _change(tx: Connection, user: Row[UserAccount], values: dict[str, object]) -> None:
    tx.execute(
        update(UserAccount)
        .where(UserAccount.company_id == user.company_id, UserAccount.user_id == user.user_id)
        .values(values)
    )


def _note(tx: Connection, user: Row[UserAccount], now: datetime, act: str) -> None:
    audit.record(tx, user.company_id, at=now, actor=user.login, act=act, detail=user.login)
