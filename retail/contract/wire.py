"""The lines of a push: an entry without its hash, which the receiver computes.

Between a till and a head office that knows them, bodies of sales travel slim, see :mod:`.slim`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from retail.contract.codec import OPAQUE, Entry, Side, canonical
from retail.contract.slim import slim, whole
from retail.errors import RetailError

_Position = Annotated[int, msgspec.Meta(ge=1, le=(1 << 63) - 1)]
_Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
_Microseconds = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
_Version = Annotated[int, msgspec.Meta(ge=0, le=(1 << 32) - 1)]
_Minutes = Annotated[int, msgspec.Meta(ge=-(1 << 31), le=(1 << 31) - 1)]


_NAMES = {"body": "b", "side": "p", "short": "k"}


class WireEntry(msgspec.Struct, frozen=True, omit_defaults=True, rename=_NAMES):
    """An entry as a line of NDJSON. Hashes are not sent; the receiver computes them.

    The bounds are those of :func:`entry_bytes` and of a database's signed integers.
    """

    s: _Position
    r: UUID
    t: str
    v: _Version
    at: _Microseconds
    m: _Milliseconds
    boot: UUID
    z: str
    o: _Minutes
    d: date
    st: str
    body: msgspec.Raw
    sh: UUID | None = None
    side: Side | None = None
    short: bool = False


def to_wire(entry: Entry, side: Side | None = None, *, short: bool = False) -> bytes:
    """One line of NDJSON without its line feed.

    Args:
        short: the reader knows slim bodies; a body goes slim where that loses nothing.
    """
    body = slim(entry.body, entry.at_us) if short else None
    return canonical(
        WireEntry(
            s=entry.seq,
            r=entry.rid,
            t=entry.type,
            v=entry.sv,
            at=entry.at_us,
            m=entry.mono_ms,
            boot=entry.boot_id,
            z=entry.zone,
            o=entry.tz_minutes,
            d=entry.business_date,
            st=entry.store,
            sh=entry.shift,
            body=msgspec.Raw(entry.body if body is None else body),
            side=side,
            short=body is not None,
        )
    )


@dataclass(frozen=True, slots=True)
class OpaquePlace:
    """What is known of an entry without reading it."""

    seq: int
    rid: UUID
    at_us: int
    business_date: date


def to_opaque_wire(place: OpaquePlace, data: bytes) -> bytes:
    """A line that carries an entry's bytes untouched; they chain as they do at the till."""
    return canonical(
        WireEntry(
            s=place.seq,
            r=place.rid,
            t=OPAQUE,
            v=1,
            at=place.at_us,
            m=0,
            boot=UUID(int=0),
            z="",
            o=0,
            d=place.business_date,
            st="",
            body=msgspec.Raw(canonical(data)),
        )
    )


_bytes_decoder = msgspec.json.Decoder(bytes)
_wire_decoder = msgspec.json.Decoder(WireEntry)


def from_wire(jid: UUID, line: bytes) -> tuple[Entry, Side | None]:
    """Read a line of NDJSON; the body's bytes are kept as they came, or as they were before.

    Raises:
        RetailError: ``wire.entry`` when the line is no entry, ``wire.slim`` when its body is
            said to be slim and is not.
    """
    try:
        wire = _wire_decoder.decode(line)
        # No pattern: it would cost as much as reading the rest of the line.
        if "\0" in wire.t or "\0" in wire.z or "\0" in wire.st:
            raise msgspec.ValidationError("a text holds a zero character")
        body = _bytes_decoder.decode(wire.body) if wire.t == OPAQUE else bytes(wire.body)
        if wire.short:
            body = whole(body, wire.at)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise RetailError(
            "wire.entry", "A line of the batch is no journal entry: %(why)s.", why=problem
        ) from problem
    entry = Entry(
        jid=jid,
        seq=wire.s,
        rid=wire.r,
        type=wire.t,
        sv=wire.v,
        at_us=wire.at,
        mono_ms=wire.m,
        boot_id=wire.boot,
        zone=wire.z,
        tz_minutes=wire.o,
        business_date=wire.d,
        store=wire.st,
        shift=wire.sh,
        body=body,
    )
    return entry, wire.side


def batch_lines(lines: Iterable[bytes]) -> bytes:
    """The body of a push before compression."""
    return b"".join(line + b"\n" for line in lines)
