"""Static files under addresses that hold their content's hash, so that they may be kept for ever.

A file is found by name in ``resources/web/static`` or ``resources/vendor/web``; fonts and the
style sheet of the design tokens are added. Everything is read once and kept compressed too.
"""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from backoffice.platform.errors import NotFound
from resources import path
from resources.tokens import css_variables

_FONTS = {400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold"}
_VENDORED = ("htmx.min.js", "tabler.min.css", "echarts.common.min.js")
_FOREVER = "public, max-age=31536000, immutable"
_PACKED = frozenset({".css", ".js", ".svg", ".ttf"})
_HASH_LENGTH = 16
# The left navigation is dark in both themes, as it is on the till's own screens.
_NAV_LIGHT = (
    "--nav-back:var(--tw-inverse);--nav-text:#bcc5d3;--nav-strong:#ffffff;"
    "--nav-chosen:#2a3341;--nav-border:transparent;"
)
_NAV_DARK = (
    "--nav-back:var(--tw-surface);--nav-text:var(--tw-text2);--nav-strong:var(--tw-text);"
    "--nav-chosen:var(--tw-mute);--nav-border:var(--tw-border);"
)

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file; ``packed`` is its gzip form, empty where that gains nothing."""

    url: str
    media_type: str
    content: bytes
    packed: bytes


def _asset(name: str, content: bytes) -> Asset:
    digest = sha256(content).hexdigest()[:_HASH_LENGTH]
    suffix = Path(name).suffix
    return Asset(
        url=f"/static/{digest}/{name}",
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        content=content,
        packed=gzip.compress(content, 6, mtime=0) if suffix in _PACKED else b"",
    )


@cache
def all_assets() -> dict[str, Asset]:
    """Every static file by name.

    Raises:
        FileNotFoundError: a vendored file is missing; ``make setup`` fetches them.
    """
    found: dict[str, Asset] = {}
    for weight, word in _FONTS.items():
        font = path("vendor", "fonts", f"Inter_{weight}{word}.ttf")
        found[font.name] = _asset(font.name, font.read_bytes())
    found["theme.css"] = _asset("theme.css", _theme(found).encode())
    for name in _VENDORED:
        found[name] = _asset(name, path("vendor", "web", name).read_bytes())
    for file in sorted(path("web", "static").iterdir()):
        found[file.name] = _asset(file.name, file.read_bytes())
    return found


def _theme(fonts: dict[str, Asset]) -> str:
    faces = [
        f'@font-face{{font-family:"Inter";font-weight:{weight};font-display:swap;'
        f'src:url("{fonts[f"Inter_{weight}{word}.ttf"].url}") format("truetype")}}'
        for weight, word in _FONTS.items()
    ]
    light = f"color-scheme:light;{css_variables('light')}{_NAV_LIGHT}"
    dark = f"color-scheme:dark;{css_variables('dark')}{_NAV_DARK}"
    rules = [
        f":root{{{light}}}",
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme]){{{dark}}}}}",
        f':root[data-theme="dark"]{{{dark}}}',
    ]
    return "\n".join([*faces, *rules]) + "\n"


def asset_url(name: str) -> str:
    """The address of a static file, with its hash."""
    return all_assets()[name].url


@router.get("/static/{digest}/{name}")
def static_file(request: Request, digest: str, name: str) -> Response:
    """One static file; an address with another hash is not answered."""
    asset = all_assets().get(name)
    if asset is None or asset.url != f"/static/{digest}/{name}":
        raise NotFound("static.unknown", "There is no such file; load the page again.")
    headers = {"cache-control": _FOREVER, "vary": "accept-encoding"}
    content = asset.content
    if asset.packed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        content = asset.packed
    return Response(content, media_type=asset.media_type, headers=headers)
