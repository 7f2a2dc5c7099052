"""Reading a till's request, and answering it: what all endpoints of the sync share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Annotated, TypeVar

import msgspec
import psycopg
from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError

from backoffice.intake.auth import Caller, SignedRequest, authenticate
from backoffice.intake.errors import Refused
from backoffice.platform.deps import Now, engine_of
from db.transaction import begin, may_be_lost
from retail.contract.envelope import MAX_BYTES, Problem

_encode = msgspec.json.encode
S = TypeVar("S")
_LARGEST_BODY = MAX_BYTES + 65_536


async def on_refused(_request: Request, problem: Exception) -> Response:
    """The exception handler that the application registers for :class:`Refused`."""
    if not isinstance(problem, Refused):
        raise problem
    body = Problem(
        code=problem.code,
        message=problem.message,
        head=problem.head,
        head_hash=problem.head_hash.hex(),
        forget=problem.forget,
    )
    headers = {"Retry-After": "1"} if problem.status in {423, 503} else None
    return JSONResponse(msgspec.to_builtins(body), problem.status, headers)


async def signed_request(request: Request) -> SignedRequest:
    """Read a request up to the size that a till may send.

    Raises:
        Refused: 413 for a larger body.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise Refused(413, "too_large", "The batch is too large; send it in smaller parts.")
    query = f"?{request.url.query}" if request.url.query else ""
    headers = request.headers
    return SignedRequest(
        method=request.method,
        path=request.url.path + query,
        installation=headers.get("x-tillwright-installation", ""),
        stamp=headers.get("x-tillwright-stamp", ""),
        nonce=headers.get("x-tillwright-nonce", ""),
        signature=headers.get("x-tillwright-signature", ""),
        encoding=headers.get("content-encoding", ""),
        body_sha256=sha256(body).hexdigest(),
        body=bytes(body),
        headers={k: v for k, v in headers.items() if k.startswith("x-tillwright-")},
    )


Signed = Annotated[SignedRequest, Depends(signed_request)]


def known_till(request: Signed, http: Request, now: Now) -> Caller:
    """The till that signed a question; its nonce is used up when this returns."""
    with begin(engine_of(http)) as tx:
        # Asked again after a crash, a question gets the same answer and changes nothing.
        may_be_lost(tx)
        return authenticate(tx, request, now)


Till = Annotated[Caller, Depends(known_till)]


@contextmanager
def in_bounds(code: str) -> Iterator[None]:
    """Values that no column holds are the sender's fault; asking again would not help."""
    try:
        yield
    except (DataError, psycopg.DataError, OverflowError) as problem:
        raise Refused(400, code, "A value of the request is out of bounds.") from problem


def decoded(body: bytes, shape: type[S]) -> S:
    """Read a body.

    Raises:
        Refused: 400 ``bad_request``.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise Refused(400, "bad_request", f"The request cannot be read: {problem}.") from problem


def json_answer(value: object, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(_encode(value), status, media_type="application/json")
