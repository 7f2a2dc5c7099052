"""A till by hand: it signs requests and builds journals, and can do both wrongly."""

from __future__ import annotations

import gzip
import itertools
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx2
import msgspec
import zstandard

from db.base import to_us
from retail.contract.codec import GENESIS, Entry, Side, canonical, chain_hash, entry_bytes
from retail.contract.envelope import (
    EnrolAnswer,
    HelloAnswer,
    HelloRequest,
    JournalHead,
    request_signature,
    signing_key,
)
from retail.contract.facts import Fact, type_of
from retail.contract.sales import SoldLine
from retail.contract.wire import OpaquePlace, batch_lines, from_wire, to_opaque_wire, to_wire
from retail.identity import series_of
from tests.support.head_data import NOW, closed_sale, key, sold


@dataclass(slots=True)
class WireJournal:
    """A journal as its till keeps it; ``hashes[n]`` is the chain after entry n."""

    store: str = "S1"
    jid: UUID = field(default_factory=key)
    at: datetime = NOW
    entries: list[Entry] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=lambda: [GENESIS])
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def head(self) -> int:
        """How many entries there are."""
        return len(self.entries)

    def sell(self, *lines: SoldLine, kind: str = "cash") -> Entry:
        """Append a sale."""
        number = f"{self.store}-1-{series_of(self.jid)}-{next(self.numbers):08d}"
        return self.add(closed_sale(number, lines or (sold("P1"),), kind=kind))

    def sell_many(self, count: int) -> WireJournal:
        """Append so many sales of one article."""
        for _ in range(count):
            self.sell()
        return self

    def add(self, fact: Fact, *, side: Side | None = None, **other: Any) -> Entry:
        """Append any fact; ``other`` replaces fields of its entry."""
        name, version = type_of(fact)
        fields = {"type": name, "sv": version} | other
        return self.add_raw(canonical(fact), side=side, **fields)

    def add_raw(self, body: bytes, *, side: Side | None = None, **other: Any) -> Entry:
        """Append an entry of any content."""
        fields: dict[str, Any] = {
            "jid": self.jid,
            "seq": self.head + 1,
            "rid": key(self.at),
            "type": "sale.closed",
            "sv": 1,
            "at_us": to_us(self.at),
            "mono_ms": self.head,
            "boot_id": UUID(int=1),
            "zone": "Europe/Amsterdam",
            "tz_minutes": 60,
            "business_date": self.at.date(),
            "store": self.store,
            "shift": None,
            "body": body,
        }
        entry = Entry(**(fields | other))
        return self._keep(entry, to_wire(entry, side))

    def opaque_sale(self) -> Entry:
        """Append a sale whose bytes are sent as they are."""
        sale = self.sell()
        place = OpaquePlace(sale.seq, sale.rid, sale.at_us, sale.business_date)
        self.lines[-1] = to_opaque_wire(place, entry_bytes(sale))
        return sale

    def opaque(self, data: bytes) -> Entry:
        """Append bytes that are no entry."""
        place = OpaquePlace(self.head + 1, key(self.at), to_us(self.at), self.at.date())
        line = to_opaque_wire(place, data)
        return self._keep(from_wire(self.jid, line)[0], line)

    def _keep(self, entry: Entry, line: bytes) -> Entry:
        self.entries.append(entry)
        self.lines.append(line)
        self.hashes.append(chain_hash(self.hashes[-1], entry_bytes(entry)))
        return entry


@dataclass(slots=True)
class WireTill:
    """An enrolled till on a client of the application; ``nonce`` is the newest hello's."""

    client: httpx2.Client
    answer: EnrolAnswer
    nonce: str = ""
    requests: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def enrolled(cls, client: httpx2.Client, code: str) -> WireTill:
        """Trade a code for an identity."""
        answer = enrol(client, code)
        assert answer.status_code == 201, answer.text
        known = msgspec.json.decode(answer.content, type=EnrolAnswer)
        return cls(client, known, known.nonce)

    def send(
        self, method: str, path: str, body: bytes = b"", *, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        """A signed request; ``headers`` replace what would be sent."""
        claimed = (headers or {}).get("x-tillwright-body-sha256", "")
        signed = self.signed(method, path, body, digest=claimed) | (headers or {})
        self.requests.append(signed)
        return self.client.request(method, path, content=body, headers=signed)

    def signed(
        self, method: str, path: str, body: bytes = b"", *, digest: str = ""
    ) -> dict[str, str]:
        """The headers of a signature; ``digest`` for a body that is another than what is sent."""
        nonce = secrets.token_hex(16)
        signature = request_signature(
            signing_key(self.answer.secret),
            method,
            path,
            stamp="",
            nonce=nonce,
            body_sha256=digest or sha256(body).hexdigest(),
        )
        return {
            "x-tillwright-installation": str(self.answer.installation),
            "x-tillwright-stamp": "",
            "x-tillwright-nonce": nonce,
            "x-tillwright-signature": signature,
        }

    def push(
        self,
        journal: WireJournal,
        first: int = 1,
        last: int | None = None,
        *,
        encoding: str = "zstd",
        **headers: object,
    ) -> httpx2.Response:
        """Send the entries ``first`` to ``last``; ``headers`` such as ``base_seq`` may lie."""
        end = journal.head if last is None else last
        body = packed(journal.lines[first - 1 : end], encoding)
        claims: dict[str, object] = {
            "base_seq": first - 1,
            "base_hash": journal.hashes[first - 1].hex(),
            "count": end - first + 1,
            "last_hash": journal.hashes[end].hex(),
            "body_sha256": sha256(body).hexdigest(),
        }
        return self.push_body(journal.jid, body, encoding=encoding, **(claims | headers))

    def push_body(
        self, jid: UUID, body: bytes, *, encoding: str = "", **claims: object
    ) -> httpx2.Response:
        """Send any bytes as a batch."""
        named = {f"x-tillwright-{k.replace('_', '-')}": str(v) for k, v in claims.items()}
        if encoding:
            named["content-encoding"] = encoding
        return self.send("POST", f"/v1/journals/{jid}/entries", body, headers=named)

    def hello(self, **told: Any) -> httpx2.Response:
        """A hello; ``told`` replaces what it says. A good answer's nonce is kept."""
        said: dict[str, Any] = {
            "oldest_protocol": 1,
            "protocol": 1,
            "hq_id": self.answer.hq_id,
            "incarnation_seen": self.answer.incarnation,
            "nonce": self.nonce,
            "journals": (),
            "streams": (),
            "clock_us": to_us(NOW),
            "queued": 0,
            "oldest_queued_us": 0,
            "app_version": "0.1.0",
        }
        request = HelloRequest(**(said | told))
        answer = self.send("POST", "/v1/hello", msgspec.json.encode(request))
        if answer.status_code == 200:
            self.nonce = hello_of(answer).nonce
        return answer


def hello_of(answer: httpx2.Response) -> HelloAnswer:
    """The answer to a hello."""
    return msgspec.json.decode(answer.content, type=HelloAnswer)


def heads_of(answer: httpx2.Response) -> dict[UUID, JournalHead]:
    """Where the journals end, by what a hello answered."""
    return {head.jid: head for head in hello_of(answer).journals}


def enrol(client: httpx2.Client, code: str, **other: Any) -> httpx2.Response:
    """Ask to be let in."""
    said = {
        "code": code,
        "installation": str(key()),
        "app_version": "0.1.0",
        "oldest_protocol": 1,
        "protocol": 1,
    }
    return client.post("/v1/enrol", content=json.dumps(said | other).encode())


def packed(lines: Sequence[bytes], encoding: str) -> bytes:
    """Lines as the body of a push."""
    plain = batch_lines(lines)
    match encoding:
        case "zstd":
            return zstandard.ZstdCompressor().compress(plain)
        case "gzip":
            return gzip.compress(plain)
        case _:
            return plain


def problem_of(answer: httpx2.Response) -> tuple[int, str]:
    """Status and code of a refusal; it must carry a sentence."""
    said = answer.json()
    assert said["message"].endswith("."), said
    return answer.status_code, said["code"]
