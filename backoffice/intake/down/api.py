"""The endpoints of the down-streams, ``/v1``."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Annotated, cast

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from backoffice.intake.auth import Caller, SignedRequest
from backoffice.intake.down.chunks import read_chunk
from backoffice.intake.down.content import Contents
from backoffice.intake.down.images import find_image, image_bytes
from backoffice.intake.down.manifest import Snapshot, manifest
from backoffice.intake.down.news import News
from backoffice.intake.down.tail import tail
from backoffice.intake.down.visible import is_public, visible_streams
from backoffice.intake.errors import Refused
from backoffice.intake.requests import Signed, Till, in_bounds, json_answer, known_till
from backoffice.platform.deps import ReadTx, engine_of, now_of
from db.transaction import begin, read_snapshot

router = APIRouter(prefix="/v1", tags=["sync"])
LONGEST_WAIT_SECONDS = 60.0
_FROM = re.compile(r"bytes=(\d{1,12})-")


@router.get("/manifest")
async def get_manifest(
    request: Request,
    signed: Signed,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0,
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """The manifest; with ``wait`` and the ETag of the newest one, as soon as it is another."""
    news = cast("News", request.app.state.news)
    if wait:
        found = await _other_than(if_none_match, wait, request, signed, news)
    else:
        found = await news.read(
            lambda: _read(request, known_till(signed, request, now_of(request)))
        )
    headers = {"ETag": found.etag, "Cache-Control": "private, no-cache"}
    if found.etag == if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(found.body, headers=headers, media_type="application/json")


async def _other_than(
    etag: str, wait: float, request: Request, signed: SignedRequest, news: News
) -> Snapshot:
    """The manifest as soon as it is another, or after ``wait`` seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait
    caller, streams = await news.read(lambda: _caller(request, signed))
    while True:
        # Watched first, then read: nothing can slip in between.
        with news.watching(streams) as changed:
            found = await news.read(lambda: _read(request, caller))
            left = deadline - loop.time()
            if found.etag != etag or left <= 0 or news.closed:
                return found
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await changed.wait()
        streams = found.streams


def _caller(request: Request, signed: SignedRequest) -> tuple[Caller, tuple[str, ...]]:
    caller = known_till(signed, request, now_of(request))
    with begin(engine_of(request)) as tx:
        return caller, visible_streams(tx, caller)


def _read(request: Request, caller: Caller) -> Snapshot:
    with begin(engine_of(request)) as tx:
        read_snapshot(tx)
        return manifest(tx, caller)


@router.get("/chunks/{digest}")
def get_chunk(
    digest: str,
    till: Till,
    tx: ReadTx,
    wanted: Annotated[str, Header(alias="range")] = "",
    if_range: Annotated[str, Header()] = "",
) -> Response:
    """An immutable chunk, or what is left of it after the bytes that a till has."""
    etag = f'"{digest}"'
    start = _asked_from(wanted, if_range, etag)
    part = read_chunk(tx, till, digest, start or 0)
    kept_by = "public" if is_public(part.stream) else "private"
    status, headers = _immutable(etag, kept_by, start, part.size)
    return Response(part.data, status, headers, media_type="application/x-ndjson+zstd")


@router.get("/snapshots/{digest}")
def get_snapshot(
    digest: str,
    till: Till,
    tx: ReadTx,
    request: Request,
    wanted: Annotated[str, Header(alias="range")] = "",
    if_range: Annotated[str, Header()] = "",
) -> Response:
    """An immutable image, or what is left of it after the bytes that a till has."""
    image, etag = find_image(tx, till, digest), f'"{digest}"'
    asked = _asked_from(wanted, if_range, etag)
    start = asked or 0
    if start >= image.size:
        raise Refused(416, "range", "The image ends before that byte.")
    status, headers = _immutable(etag, "public", asked, image.size)
    headers["Content-Length"] = str(image.size - start)
    sent = image_bytes(engine_of(request), image, start)
    return StreamingResponse(sent, status, headers, media_type="application/vnd.sqlite3+zstd")


def _asked_from(wanted: str, if_range: str, etag: str) -> int | None:
    """The byte that a till goes on from; None when it wants everything."""
    found = _FROM.fullmatch(wanted) if if_range in {"", etag} else None
    return int(found[1]) if found else None


def _immutable(etag: str, kept_by: str, start: int | None, size: int) -> tuple[int, dict[str, str]]:
    """Status and headers of bytes that never change, whole or from ``start`` on."""
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": f"{kept_by}, max-age=31536000, immutable",
    }
    if start is None:
        return 200, headers
    return 206, headers | {"Content-Range": f"bytes {start}-{size - 1}/{size}"}


@router.get("/streams/{stream:path}/tail")
def stream_tail(
    stream: str, after: int, request: Request, signed: Signed, chain: str = ""
) -> Response:
    """Rows of a down-stream after a position."""
    # Not by dependencies: each of them would be another turn of a thread.
    till = known_till(signed, request, now_of(request))
    with begin(engine_of(request)) as tx, in_bounds("bad_request"):
        read_snapshot(tx)
        return json_answer(tail(tx, till, stream, after, chain))


@router.get("/streams/{stream:path}/content")
def stream_content(stream: str, at: int, till: Till, tx: ReadTx, request: Request) -> Response:
    """Count and hash of what is in force in a stream at a position."""
    contents = cast("Contents", request.app.state.contents)
    with in_bounds("bad_request"):
        return json_answer(contents.content(tx, till, stream, at))
