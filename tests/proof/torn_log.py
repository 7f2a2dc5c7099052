"""Tear the database's write-ahead log at any byte, as a power cut may, and open it again.

A selling till is stopped at a random instant (SIGSTOP, every thread of it), its database and log
are copied, and the copy's log is cut at random bytes: the rest is missing, zeros or noise.
A commit returns after the log is on the disk, so a power cut may take any part of the log behind
the frames that were copied into the database file; those were on the disk before that copying
began. For every such cut it must hold that

* the store opens, passes ``integrity_check``, and its books verify;
* its sales are a prefix of the sales at that instant, in the order of their numbers;
* a sale that the till called finished is there whenever the cut lies behind the log's frames at
  the time when it said so: an acknowledged sale outlives the cut;
* the till opens it and sells on with the next number.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import struct
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import select

from db.engine import open_store
from db.store.sales import Sale
from db.transaction import begin
from db.upgrade import ready_store
from pos_app.checkout import service
from pos_app.journal.verify import verify
from pos_app.runtime.paths import TillPaths
from tests.proof.seller import Order
from tests.proof.till_process import TillProcess
from tests.support import till

_HEADER = 32
_FRAME = 24 + 4096
_MOST_LINES = 500
"""Between two snapshots: some dozens of sales, so that the log is copied and begun anew."""
_CHECKSUMMED = struct.Struct("<I")


class Tally(msgspec.Struct, frozen=True):
    """What a run of cuts met.

    Attributes:
        shorter: cuts after which the store held fewer sales than at the instant.
        checkpointed: snapshots after the log had been copied into the database at least once.
    """

    snapshots: int
    cuts: int
    sales: int
    shorter: int
    checkpointed: int


@dataclass(frozen=True)
class Snapshot:
    """A till's files at one instant.

    Attributes:
        numbers: receipt numbers in the untouched copy, in order.
        floor: bytes of the log that are on the disk for certain.
        checkpointed: the log was copied into the database before, in part or at all.
        acknowledged: receipt numbers with the log's length when the till called them finished.
    """

    database: Path
    log: bytes
    numbers: tuple[str, ...]
    floor: int
    checkpointed: bool
    acknowledged: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class LogState:
    """The log as its index sees it: valid frames, and those in the database file already."""

    salt: bytes
    frames: int
    copied: int

    @property
    def length(self) -> int:
        """Bytes of the log's valid part."""
        return _HEADER + self.frames * _FRAME


def log_state(store: Path) -> LogState:
    """Read the log's index, the ``-shm`` file. Source: SQLite, WAL-index format."""
    index = Path(f"{store}-shm").read_bytes()[:136]
    (frames,) = _CHECKSUMMED.unpack_from(index, 16)
    (attempted,) = _CHECKSUMMED.unpack_from(index, 128)
    (copied,) = _CHECKSUMMED.unpack_from(index, 96)
    return LogState(index[32:40], frames, max(copied, attempted))


def run(folder: Path, *, seed: int, snapshots: int, cuts: int, lines: int = _MOST_LINES) -> Tally:
    """Take snapshots of one selling till, so many of its words apart at most, and cut their logs.

    Raises:
        AssertionError: a cut lost or altered what must hold.
    """
    till.build(folder / "till")
    rng = random.Random(seed)
    shorter = checkpointed = 0
    numbers: tuple[str, ...] = ()
    with TillProcess() as process:
        process.start(Order(str(folder / "till"), rng.randrange(1 << 30), patience=2))
        heard: list[tuple[str, LogState]] = []
        for number in range(snapshots):
            snapshot = _snapshot(process, folder, rng.randrange(4, lines), heard)
            numbers = snapshot.numbers
            checkpointed += snapshot.checkpointed
            for cut in range(cuts):
                torn = folder / "torn" / f"{number}-{cut}"
                shorter += _cut(snapshot, torn, rng)
                shutil.rmtree(torn)
            process.go_on()
        process.kill()
        while process.line()[0] != "gone":
            pass
    return Tally(snapshots, snapshots * cuts, len(numbers), shorter, checkpointed)


def _snapshot(
    process: TillProcess, folder: Path, lines: int, heard: list[tuple[str, LogState]]
) -> Snapshot:
    """Let the till go on for a while; it stands still when this returns."""
    store = TillPaths(folder / "till").store
    for _ in range(lines):
        words = process.line()
        if words[0] == "sold":
            heard.append((words[2], log_state(store)))
    process.stand_still()
    state = log_state(store)
    copy = folder / "copy.sqlite"
    shutil.copy(store, copy)
    log = Path(f"{store}-wal").read_bytes()
    acknowledged = tuple(
        (number, at.length if at.salt == state.salt else 0) for number, at in heard
    )
    # A log that is begun anew still holds its old frames: all of them on the disk, and copied.
    begun_anew = log[16:24] != state.salt
    floor = len(log) if begun_anew else _HEADER + state.copied * _FRAME
    whole = copy.parent / "whole"
    numbers = _opened(_placed(copy, log, whole))
    shutil.rmtree(whole)
    checkpointed = state.copied > 0 or any(at.salt != state.salt for _, at in heard)
    return Snapshot(copy, log, numbers, floor, checkpointed, acknowledged)


def _placed(database: Path, log: bytes, folder: Path) -> Path:
    """A data folder with a database and its log, and no index: a machine that starts anew."""
    paths = TillPaths(folder)
    folder.mkdir(parents=True)
    shutil.copy(database, paths.store)
    Path(f"{paths.store}-wal").write_bytes(log)
    return paths.store


def _opened(store: Path) -> tuple[str, ...]:
    """Open a store as a till does and check it; its receipt numbers in order."""
    ready_store(store)
    with sqlite3.connect(store) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    with begin(open_store(store)) as tx:
        assert verify(tx).broken == ""
        return tuple(tx.execute(select(Sale.number).order_by(Sale.number)).scalars())


def _torn(log: bytes, at: int, rng: random.Random) -> bytes:
    """The log with everything behind a byte missing, zero or noise."""
    rest = len(log) - at
    return log[:at] + (b"", bytes(rest), os.urandom(rest))[rng.randrange(3)]


def _cut(snapshot: Snapshot, folder: Path, rng: random.Random) -> bool:
    """Cut once; True when fewer sales are left than there were."""
    at = rng.randrange(snapshot.floor, len(snapshot.log) + 1)
    left = _opened(_placed(snapshot.database, _torn(snapshot.log, at, rng), folder))
    assert left == snapshot.numbers[: len(left)]
    assert {number for number, length in snapshot.acknowledged if length <= at} <= set(left)
    with till.books(folder) as books:
        books.begin_work()
        books.run(service.clear, books.session)
        sold = books.sell(till.SHELF.code(till.SHELF.piece))
        assert int(sold.receipt_number[-8:]) == len(left) + 1
        assert books.verify().broken == ""
    return len(left) < len(snapshot.numbers)
