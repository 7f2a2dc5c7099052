"""Who may read the figures: whoever has the token, or this machine when there is none."""

from __future__ import annotations

from hmac import compare_digest
from ipaddress import ip_address

from fastapi import Request

from backoffice.platform.errors import Forbidden

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def may_measure(request: Request) -> None:
    """Lets pass who carries the token; without one, who asks from this machine itself.

    Raises:
        Forbidden: ``metrics.denied``.
    """
    token: str = request.app.state.metrics_token
    if token:
        given = request.headers.get("authorization", "")
        if compare_digest(given.encode(), f"Bearer {token}".encode()):
            return
    elif _asked_from_here(request):
        return
    raise Forbidden("metrics.denied", "Figures are for whoever carries the token for them.")


def _asked_from_here(request: Request) -> bool:
    """A proxy on this machine asks for others."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
