"""A witness outside of the data folder: it remembers how far the journal had come.

When it knows more than the database, the database is an old image (a restored disk, a copy put
back), and the numbers that it would print next may be on paper already.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from db.store.journal import Journal, JournalEntry, PushState
from pos_app.journal.again import journal_again
from pos_app.journal.append import head
from pos_app.journal.desk import Desk

log = logging.getLogger("tillwright.journal")

FILE = "witness.log"
REASON = "old_image"
LONGEST = 64 << 10
"""Bytes after which the file begins anew with its newest line."""
_LINE = re.compile(rb"([0-9a-f]{32}) ([0-9]{1,18}) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry that was journalled."""

    jid: UUID
    seq: int
    hash: bytes


class Witness:
    """The file. A line that was torn by a power cut is passed over."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def newest(self) -> Mark | None:
        """The last entry that was noted; None when there is none or it cannot be read."""
        try:
            content = self._file.read_bytes()
        except OSError:
            return None
        for line in reversed(content.split(b"\n")):
            found = _LINE.fullmatch(line)
            if found is not None:
                jid, seq, digest = found.groups()
                return Mark(UUID(hex=jid.decode()), int(seq), bytes.fromhex(digest.decode()))
        return None

    def note(self, mark: Mark) -> None:
        """Add an entry; on the disk when this returns.

        Raises:
            OSError: the folder cannot be written to.
        """
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = f"{mark.jid.hex} {mark.seq} {mark.hash.hex()}\n".encode()
        if self._file.exists() and self._file.stat().st_size >= LONGEST:
            draft = self._file.with_name(f"{FILE}.new")
            _write(draft, line, os.O_TRUNC)
            draft.replace(self._file)
        else:
            # A line feed first: whatever was torn off before must not spoil this line.
            _write(self._file, b"\n" + line, os.O_APPEND)


class WitnessThread:
    """Notes the journal's end after commits, beside them: it never holds up a sale.

    Args:
        read: runs a query on a read-only connection.
        warn: told once, in a sentence, when noting does not work.
    """

    def __init__(
        self,
        witness: Witness,
        read: Callable[..., Future[Any]],
        warn: Callable[[str], None],
    ) -> None:
        self._witness = witness
        self._read = read
        self._warn = warn
        self._wake = threading.Event()
        self._stopping = False
        self._failing = False
        self._noted: Mark | None = None
        self._thread = threading.Thread(target=self._loop, name="till-witness")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def kick(self) -> None:
        """Something was journalled."""
        self._wake.set()

    def stop(self) -> None:
        """Note what is not noted yet, then join."""
        self._stopping = True
        self._wake.set()
        self._thread.join()

    def _loop(self) -> None:
        while not self._stopping:
            self._wake.wait()
            self._wake.clear()
            try:
                self._note()
            except OSError as problem:
                self._fail(problem)
            except Exception:
                # Selling goes on without it; a defect must not end the thread.
                log.exception("the witness could not read the journal's end")
            else:
                self._failing = False

    def _note(self) -> None:
        mark: Mark | None = self._read(journal_end).result()
        if mark is not None and mark != self._noted:
            self._witness.note(mark)
            self._noted = mark

    def _fail(self, problem: OSError) -> None:
        if not self._failing:
            log.warning("the witness cannot be written: %s", problem)
            self._warn(
                "The journal's witness cannot be written; selling goes on. "
                "Check the folder in the setting witness.folder."
            )
        self._failing = True


def journal_end(tx: Connection) -> Mark | None:
    """The newest entry of the open journal; None before there is one."""
    row = tx.execute(
        select(Journal.jid, Journal.head_seq, Journal.head_hash).where(Journal.state == "open")
    ).first()
    return None if row is None else Mark(row.jid, row.head_seq, bytes(row.head_hash))


def leave_old_image(tx: Connection, desk: Desk, mark: Mark | None) -> int | None:
    """Go on in a new journal with numbers of its own, when the witness knows more than this file.

    What head office has proved to hold stays in the old journal; the network is not asked.

    Returns:
        How many entries were journalled again; None when the database is as new as the witness.
    """
    if mark is None or not _is_older(tx, mark):
        return None
    jid = head(tx).jid
    acked = tx.execute(select(PushState.acked_seq).where(PushState.jid == jid)).scalar_one()
    return journal_again(tx, desk, jid, acked, REASON)


def _is_older(tx: Connection, mark: Mark) -> bool:
    if journal_end(tx) is None:
        return False
    own = tx.execute(select(Journal.head_seq).where(Journal.jid == mark.jid)).scalar_one_or_none()
    if own is None or own < mark.seq:
        return True
    found = tx.execute(
        select(JournalEntry.hash).where(JournalEntry.jid == mark.jid, JournalEntry.seq == mark.seq)
    ).scalar_one_or_none()
    return found is not None and bytes(found) != mark.hash


def _write(file: Path, data: bytes, how: int) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | how, 0o600)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
