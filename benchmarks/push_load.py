"""Tills by the dozen that push to a served head office, everything prepared beforehand."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import httpx2
from sqlalchemy import Engine, insert, select

from backoffice.database import prepare
from backoffice.intake.applier import catch_up
from backoffice.stores.service import issue_code
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.head.stores import Terminal
from db.transaction import begin
from tests.support.head_data import sold
from tests.support.processes import running
from tests.support.small_chain import load_small_chain
from tests.support.wire_till import WireJournal, WireTill, packed

_LINES = 6
_SETTLE_SECONDS = 300.0
_SERVE = "benchmarks.grouped_head"
_OK, _BUSY = 200, 423
_RETRY_AFTER_SECONDS = 1.0
"""What the head office asks of a till whose journal is being booked at that moment."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, and how many sales it brings that are not there yet."""

    data: bytes
    sales: int
    signed_again: Callable[[], bytes]
    """The same request with a nonce of its own, for a journal that was busy."""


@dataclass(slots=True)
class Office:
    """A head office with so many enrolled tills."""

    engine: Engine
    url: str
    tills: list[WireTill]

    def batches(
        self, till: WireTill, count: int, size: int, *, replay_every: int = 0, first: int = 0
    ) -> list[Sent]:
        """Successive pushes of a new journal; every so many is sent twice.

        Args:
            first: the number of the first batch, by which those are chosen.
        """
        journal = sales_journal(count * size)
        requests: list[Sent] = []
        for number, end in enumerate(range(size, journal.head + 1, size), first):
            data = partial(_request, till, journal, end - size, end)
            requests.append(Sent(data(), size, data))
            if replay_every and number % replay_every == 0:
                requests.append(Sent(data(), 0, data))
        return requests

    def settle(self) -> None:
        """Wait until everything is booked, so that no booking disturbs what is timed next."""
        if not catch_up(self.engine, seconds=_SETTLE_SECONDS):
            raise TimeoutError("the entries were not booked in time")

    def send_all(self, by_till: Sequence[Sequence[Sent]]) -> tuple[float, int]:
        """Each till sends its requests one after the other, all tills at once.

        Returns the seconds it took and the sales that were new.
        """
        began = time.perf_counter()
        asyncio.run(self._send_all(by_till))
        return time.perf_counter() - began, sum(s.sales for sent in by_till for s in sent)

    async def _send_all(self, by_till: Sequence[Sequence[Sent]]) -> None:
        await asyncio.gather(*(self._send(requests) for requests in by_till))

    async def _send(self, requests: Sequence[Sent]) -> None:
        host, _, port = self.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        for sent in requests:
            status = await _answered(reader, writer, sent.data)
            while status == _BUSY:
                await asyncio.sleep(_RETRY_AFTER_SECONDS)
                status = await _answered(reader, writer, sent.signed_again())
            if status != _OK:
                raise RuntimeError(f"a push was answered with {status}")
        writer.close()
        await writer.wait_closed()


def _request(till: WireTill, journal: WireJournal, base: int, end: int) -> bytes:
    body = packed(journal.lines[base:end], "zstd")
    path = f"/v1/journals/{journal.jid}/entries"
    headers = {
        **till.signed("POST", path, body),
        "x-tillwright-base-seq": str(base),
        "x-tillwright-base-hash": journal.hashes[base].hex(),
        "x-tillwright-count": str(end - base),
        "x-tillwright-last-hash": journal.hashes[end].hex(),
        "x-tillwright-body-sha256": sha256(body).hexdigest(),
        "content-encoding": "zstd",
        "content-length": str(len(body)),
        "host": "head-office",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


async def _answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes) -> int:
    """The status of an answer that has been read to its end."""
    writer.write(data)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = re.search(rb"content-length: *(\d+)", head)
    await reader.readexactly(int(length[1]) if length else 0)
    return int(head.split(maxsplit=2)[1])


def sales_journal(count: int) -> WireJournal:
    """A new journal of so many sales of six lines each."""
    journal, rng = WireJournal(at=datetime.now(UTC)), Random(count)
    for _ in range(count):
        journal.sell(*(sold(f"P{rng.randrange(1, 4)}", n=n) for n in range(1, _LINES + 1)))
    return journal


@contextmanager
def office(tills: int, *, most_pushes: int = 128) -> Iterator[Office]:
    """A head office served by a process of its own, on a PostgreSQL with production settings.

    Args:
        most_pushes: how many pushes may share a transaction.
    """
    with TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder))
        server.start()
        engine = open_head(server.url)
        try:
            prepare(engine, datetime.now(UTC).date())
            codes = _codes(engine, tills)
            words = (_SERVE, "--db", server.url, "--most-pushes", str(most_pushes))
            with running(*words) as served:
                url = served.line()
                with httpx2.Client(base_url=url) as client:
                    enrolled = [WireTill.enrolled(client, code) for code in codes]
                yield Office(engine, url, enrolled)
                served.terminate()
        finally:
            engine.dispose()
            server.stop()


def _codes(engine: Engine, tills: int) -> list[str]:
    with begin(engine) as tx:
        load_small_chain(tx)
        taken = set(tx.execute(select(Terminal.till).where(Terminal.store_id == "S1")).scalars())
        rows = [
            {"store_id": "S1", "till": n, "name": f"Till {n}", "installation_id": None}
            for n in range(1, tills + 1)
            if n not in taken
        ]
        if rows:
            tx.execute(insert(Terminal), rows)
        return [issue_code(tx, "S1", n, lambda: datetime.now(UTC)) for n in range(1, tills + 1)]
