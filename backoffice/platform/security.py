"""Who sends a request, CSRF tokens and roles; everything is denied by default.

Each unsafe request must repeat the session's CSRF token, in the form field ``csrf`` or the header
``X-CSRF-Token``. Source: OWASP CSRF prevention.
"""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest
from typing import Annotated

from fastapi import Depends, Request

from backoffice.platform.deps import engine_of, now_of
from backoffice.platform.errors import Forbidden, SignInNeeded
from backoffice.platform.roles import Role
from backoffice.platform.sessions import SignedIn, find_session
from db.transaction import begin

COOKIE = "tw_session"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
EVERYBODY = (Role.ADMIN, Role.OFFICE, Role.VIEWER)


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
