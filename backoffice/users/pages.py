"""Signing in and out, and how the pages look."""

from __future__ import annotations

import secrets
from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from backoffice.platform.deps import Now, WriteTx
from backoffice.platform.errors import Forbidden
from backoffice.platform.security import COOKIE, EVERYBODY, Who, allow
from backoffice.platform.sessions import LIFETIME
from backoffice.users.service import sign_in, sign_out
from backoffice.web.layout import THEME_COOKIE, THEMES, go_to, local_path, page

LOGIN_COOKIE = "tw_login"
_YEAR_S = 365 * 86400
_REFUSED = (
    "Login and password do not match. After five failures a login rests for a while; "
    "wait a minute, then try again."
)
_Text = Annotated[str, Form(max_length=400)]

router = APIRouter(include_in_schema=False)


@router.get("/login")
def login_form(request: Request, next: str = "/") -> Response:  # noqa: A002 (the field's name)
    """The form; its token is in a cookie too, so that no other site can sign somebody in."""
    return _form(request, {"onward": local_path(next), "error": "", "login": ""})


@router.post("/login")
def log_in(  # noqa: PLR0913 (a form's fields)
    request: Request,
    tx: WriteTx,
    now: Now,
    *,
    login: _Text = "",
    password: _Text = "",
    csrf: _Text = "",
    next: _Text = "/",  # noqa: A002 (the field's name)
) -> Response:
    """Sign in."""
    kept = request.cookies.get(LOGIN_COOKIE, "")
    if not kept or not compare_digest(kept.encode(), csrf.encode()):
        raise Forbidden("csrf.invalid", "This form is out of date. Load the page and try again.")
    token = sign_in(tx, login, password, now=now)
    if token is None:
        values = {"onward": local_path(next), "error": _REFUSED, "login": login[:80]}
        return _form(request, values, status=401)
    answer = go_to(local_path(next))
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    answer.delete_cookie(LOGIN_COOKIE)
    return answer


@router.post("/logout")
def log_out(tx: WriteTx, who: Who, now: Now) -> Response:
    """Sign out."""
    sign_out(tx, who, now)
    answer = go_to("/login")
    answer.delete_cookie(COOKIE)
    return answer


@router.post("/preferences/theme", dependencies=[Depends(allow(*EVERYBODY))])
def choose_theme(
    request: Request,
    theme: _Text = "",
    next: _Text = "/",  # noqa: A002 (the field's name)
) -> Response:
    """Keep light or dark; anything else follows the system."""
    answer = go_to(local_path(next))
    if theme in THEMES:
        answer.set_cookie(
            THEME_COOKIE,
            theme,
            max_age=_YEAR_S,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    else:
        answer.delete_cookie(THEME_COOKIE)
    return answer


def _form(request: Request, values: dict[str, str], *, status: int = 200) -> Response:
    token = request.cookies.get(LOGIN_COOKIE, "") or secrets.token_urlsafe(32)
    answer = page(request, "login.html", values | {"csrf": token}, status=status)
    answer.set_cookie(
        LOGIN_COOKIE,
        token,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer
