"""Answers of the sync say which request they answer, and what their body hashes to.

A network may hand a till an answer that was kept somewhere, or half of one. A till that took the
answer to an earlier hello for the newest would show a nonce that is too old and look like a clone.
"""

from __future__ import annotations

from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from retail.contract.envelope import ANSWERED, DIGEST

_PREFIX = "/v1/"


class BoundAnswers:
    """Middleware of the sync's paths; bodies that are sent in pieces carry no hash."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or not scope["path"].startswith(_PREFIX):
            await self._app(scope, receive, send)
            return
        nonce = Headers(scope=scope).get("x-tillwright-nonce", "")
        started: list[Message] = []

        async def bound(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                return
            if started:
                start = started.pop()
                headers = MutableHeaders(raw=start["headers"])
                headers[ANSWERED] = nonce
                if not message.get("more_body", False):
                    headers[DIGEST] = sha256(message.get("body", b"")).hexdigest()
                await send(start)
            await send(message)

        await self._app(scope, receive, bound)
