"""Pages: one Jinja environment, the frame around every page, fragments for htmx."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from backoffice.platform.deps import now_of
from backoffice.platform.sessions import SignedIn
from backoffice.web import formats
from backoffice.web.assets import asset_url
from resources import path

THEME_COOKIE = "tw_theme"
THEMES = ("light", "dark")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place in the left navigation; ``area`` is what its pages name themselves."""

    area: str
    title: str
    icon: str
    url: str


NAVIGATION = (
    NavItem("dashboard", "Dashboard", "layout-grid", "/"),
    NavItem("sales", "Sales", "receipt-text", "/sales"),
    NavItem("products", "Products", "tags", "/products"),
    NavItem("promotions", "Promotions", "badge-percent", "/promotions"),
    NavItem("tills", "Tills", "scan-barcode", "/tills"),
    NavItem("stores", "Stores", "store", "/stores"),
)


@cache
def icon(name: str) -> Markup:
    """A Lucide icon in the colour of its text; an unknown name gives the box."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        name = "box"
    file = path("vendor", "icons", f"{name}.svg")
    if not file.exists():
        file = path("vendor", "icons", "box.svg")
    svg = _COMMENT.sub("", file.read_text(encoding="utf-8")).strip()
    # The file comes from the pinned icon package, not from a request.
    return Markup(re.sub(r'class="[^"]*"', 'class="icon" aria-hidden="true"', svg, count=1))  # noqa: S704


@cache
def environment() -> Environment:
    """The templates with their filters; a missing value is an error, never an empty place."""
    found = Environment(
        loader=FileSystemLoader(path("web", "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("money", "money_short", "quantity", "rate", "clock", "instant", "day"):
        found.filters[name] = getattr(formats, name)
    for name in ("ago", "change", "short_hash", "since"):
        found.filters[name] = getattr(formats, name)
    found.globals.update(icon=icon, asset=asset_url, navigation=NAVIGATION)
    return found


def wants_fragment(request: Request) -> bool:
    """True when htmx asks for a part of the page; a history restore needs all of it."""
    headers = request.headers
    return "hx-request" in headers and "hx-history-restore-request" not in headers


def page(
    request: Request,
    template: str,
    values: Mapping[str, Any],
    *,
    area: str = "",
    status: int = 200,
    address: str = "",
) -> Response:
    """Render a page, or the fragment of it that an htmx request asks for.

    Args:
        address: what the browser shows as the fragment's address, when it is not the request's.
    """
    who: SignedIn | None = getattr(request.state, "who", None)
    theme = request.cookies.get(THEME_COOKIE, "")
    frame = {
        "request_path": request.url.path,
        "area": area,
        "who": who,
        "theme": theme if theme in THEMES else "",
        "now": now_of(request),
        "fragment": wants_fragment(request),
    }
    html = environment().get_template(template).render(**frame, **values)
    headers = {"vary": "hx-request"}
    if address and frame["fragment"]:
        headers["hx-push-url"] = address
    return HTMLResponse(html, status_code=status, headers=headers)


def go_to(url: str) -> Response:
    """Send the browser on after a form was handled."""
    return RedirectResponse(url, status_code=303)


def local_path(url: str) -> str:
    """The address when it lies within this site, otherwise the dashboard's."""
    plain = url.isascii() and url.isprintable() and "\\" not in url
    return url if plain and url.startswith("/") and not url.startswith("//") else "/"
