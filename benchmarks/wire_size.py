"""What a sale costs on the wire: the demo chain's sales, packed as a till packs them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from benchmarks.measure import Row, times
from db.engine import open_store
from db.transaction import begin
from pos_app.runtime.paths import TillPaths
from pos_app.sync import push
from pos_app.sync.client import PushBatch
from retail.contract.envelope import MAX_PAST
from retail.contract.packing import pack
from retail.contract.wire import batch_lines
from tests.support.processes import done, run, running

_SALES, _BATCH = 600, 50
_SALE = b'"t":"sale.closed"'


@dataclass(slots=True)
class _Weighed:
    """Batches of one size: bytes, sales, and seconds that packing each took."""

    size: int = 0
    sales: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def each(self) -> float:
        """Bytes per sale."""
        return round(self.size / self.sales, 1)


def measure() -> Row:
    """Batches of 50 and of one; the floor is the same lines whole, compressed without a past."""
    with _sold() as engine:
        ours, single = _weighed(engine, _BATCH, MAX_PAST), _weighed(engine, 1, MAX_PAST)
        plain, plain_single = _weighed(engine, _BATCH, 0), _weighed(engine, 1, 0)
    return Row(
        name="bytes per sale at batch 50",
        unit="B",
        value=ours.each,
        goal=180,
        ours=times(ours.seconds),
        floor=times(plain.seconds),
        note=(
            f"{ours.sales} sales of the demo chain; {single.each:g} when each goes alone; whole "
            f"bodies without the journal's past {plain.each:g} and {plain_single.each:g}"
        ),
    )


@contextmanager
def _sold() -> Iterator[Engine]:
    """A till of the demo chain that has sold and sent nothing."""
    with TemporaryDirectory() as folder:
        office, till = Path(folder, "office"), Path(folder, "till")
        done("backoffice", "demo-data", "--data", office)
        try:
            with running("backoffice", "serve", "--data", office, "--port", "0") as served:
                url = served.line()
                place = ("--data", office, "--store", "S1", "--till", "1")
                code = done("backoffice", "enrol-code", *place).last_line
                done("pos_app", "enrol", "--data", till, "--server", url, "--code", code)
        finally:
            run("backoffice", "stop", "--data", office)
        done("pos_app", "simulate", "--data", till, "--sales", str(_SALES), "--drain", "0")
        engine = open_store(TillPaths(till).store)
        yield engine
        engine.dispose()


def _weighed(engine: Engine, most: int, past: int) -> _Weighed:
    found = _Weighed()
    for batch in _batches(engine, most, past):
        if not batch.past and past:
            continue  # the journal's first batch, once in a till's life
        began = time.perf_counter()
        body = pack(batch_lines(batch.lines), batch.past)
        found.seconds.append(time.perf_counter() - began)
        found.size += len(body)
        found.sales += sum(_SALE in line for line in batch.lines)
    return found


def _batches(engine: Engine, most: int, past: int) -> Sequence[PushBatch]:
    """All batches in order, as if each had been acknowledged before the next."""
    found: list[PushBatch] = []
    with begin(engine) as tx:
        while batch := push.next_batch(tx, most, past):
            found.append(batch)
            end = batch.base_seq + len(batch.lines)
            digest = batch.last_hash.hex()
            push.acknowledge(tx, batch.jid, end, digest, datetime.now(UTC))
        (start,) = {batch.jid for batch in found}
        push.acknowledge(tx, start, 0, bytes(32).hex(), datetime.now(UTC))
    return found
