"""The endpoints of the sync, ``/v1``. What each writes is committed before its answer."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
import psycopg
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError

from backoffice.intake import feeds, service, value
from backoffice.intake.auth import SignedRequest, authenticate
from backoffice.intake.errors import Refused
from backoffice.intake.group import PushGroups
from backoffice.intake.hashes import hashes_between
from backoffice.platform.deps import Now, WriteTx
from retail.contract.envelope import (
    MAX_BYTES,
    EnrolRequest,
    HelloRequest,
    Problem,
    PushAnswer,
)
from retail.contract.value import CaptureRequest, QuotaRequest, ReleaseRequest, ReserveRequest
from retail.errors import RetailError

router = APIRouter(prefix="/v1", tags=["sync"])
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


def groups_of(request: Request) -> PushGroups:
    """Where the running application journals pushes."""
    groups: PushGroups = request.app.state.push_groups
    return groups


Signed = Annotated[SignedRequest, Depends(signed_request)]
Groups = Annotated[PushGroups, Depends(groups_of)]


@router.post("/enrol", status_code=201)
def enrol(request: Signed, tx: WriteTx, now: Now) -> Response:
    """Trade a one-time code for an identity."""
    wanted = _decoded(request.body, EnrolRequest)
    try:
        with _in_bounds("bad_request"):
            answer = service.enrol(tx, wanted, now)
    except RetailError as problem:
        raise Refused(403, problem.code, str(problem)) from problem
    return _json(answer, 201)


@router.post("/hello")
def hello(request: Signed, tx: WriteTx, now: Now) -> Response:
    """A till reports its state and learns where its journals and streams stand."""
    caller = authenticate(tx, request, now)
    told = _decoded(request.body, HelloRequest)
    with _in_bounds("bad_request"):
        return _json(service.hello(tx, caller, told, now))


@router.post("/journals/{jid}/entries")
async def push_entries(jid: UUID, request: Signed, groups: Groups) -> Response:
    """Journal a batch together with whatever else waits; see :mod:`backoffice.intake.group`."""
    answer: PushAnswer = await wrap_future(groups.submit(jid, request))
    return _json(answer)


@router.get("/journals/{jid}/hashes")
def entry_hashes(
    jid: UUID,
    first: Annotated[int, Query(alias="from")],
    last: Annotated[int, Query(alias="to")],
    request: Signed,
    tx: WriteTx,
    now: Now,
) -> Response:
    """Hashes of a journal's entries, by which a till finds where two pasts part."""
    caller = authenticate(tx, request, now)
    with _in_bounds("bad_request"):
        return _json(hashes_between(tx, caller, jid, first, last))


@router.get("/streams/{stream:path}/tail")
def stream_tail(stream: str, after: int, request: Signed, tx: WriteTx, now: Now) -> Response:
    """Rows of a down-stream after a position."""
    caller = authenticate(tx, request, now)
    with _in_bounds("bad_request"):
        return _json(feeds.tail(tx, caller, stream, after))


@router.post("/auth/reserve")
def reserve(request: Signed, tx: WriteTx, now: Now) -> Response:
    """Hold stored value for a sale that is being paid."""
    caller = authenticate(tx, request, now)
    with _in_bounds("bad_request"):
        return _json(value.reserve(tx, caller, _decoded(request.body, ReserveRequest), now))


@router.post("/auth/capture")
def capture(request: Signed, tx: WriteTx, now: Now) -> Response:
    """Book what a completed sale did to stored value."""
    caller = authenticate(tx, request, now)
    with _in_bounds("bad_request"):
        return _json(value.capture(tx, caller, _decoded(request.body, CaptureRequest), now))


@router.post("/auth/release")
def release(request: Signed, tx: WriteTx, now: Now) -> Response:
    """Give a reservation back."""
    caller = authenticate(tx, request, now)
    return _json(value.release(tx, caller, _decoded(request.body, ReleaseRequest)))


@router.post("/quota/{kind}")
def quota(kind: str, request: Signed, tx: WriteTx, now: Now) -> Response:
    """Lend stored value for offline use, and take back what was not used."""
    caller = authenticate(tx, request, now)
    with _in_bounds("bad_request"):
        return _json(value.quota(tx, caller, kind, _decoded(request.body, QuotaRequest), now))


@contextmanager
def _in_bounds(code: str) -> Iterator[None]:
    """Values that no column holds are the sender's fault; asking again would not help."""
    try:
        yield
    except (DataError, psycopg.DataError, OverflowError) as problem:
        raise Refused(400, code, "A value of the request is out of bounds.") from problem


def _decoded(body: bytes, shape: type[S]) -> S:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise Refused(400, "bad_request", f"The request cannot be read: {problem}.") from problem


def _json(value: object, status: int = 200) -> Response:
    return Response(_encode(value), status, media_type="application/json")
