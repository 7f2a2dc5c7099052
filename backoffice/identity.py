"""Who this head office is: a small file beside the data, never inside a backup.

A restored database cannot know what happened after its backup. What must not be forgotten then
stands here: the incarnation, the greatest one that any till has met, the key of the enrolment
tickets, and which tills were shut out.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import msgspec

from db.durable import put_in_place
from retail.errors import RetailError

FIRST_INCARNATION = 1
_KEY_BYTES = 32


class ShutOut(msgspec.Struct, frozen=True):
    """A till that was shut out, and whether what it still holds is taken in."""

    at_us: int
    drain_ok: bool


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What the file holds. Never logged: ``key`` opens and signs enrolment tickets."""

    hq_id: UUID
    incarnation: int = FIRST_INCARNATION
    greatest_seen: int = FIRST_INCARNATION
    key: bytes
    shut_out: dict[str, ShutOut] = {}

    def __repr__(self) -> str:
        return f"Identity({self.hq_id}, incarnation {self.incarnation})"


class IdentityKeeper:
    """The identity of a running program; changes are in the file before they count.

    Args:
        file: where it is kept; None keeps it in memory only, for a database whose head office
            needs no restore, as in tests.
    """

    def __init__(self, file: Path | None, identity: Identity) -> None:
        self._file = file
        self._identity = identity

    @property
    def now(self) -> Identity:
        """The identity as this program knows it."""
        return self._identity

    @property
    def kept(self) -> bool:
        """True when a restored head office will be known again."""
        return self._file is not None

    def change(self, change: Callable[[Identity], Identity]) -> Identity:
        """Change what the file holds now, which another program may have changed meanwhile."""
        if self._file is None:
            self._identity = change(self._identity)
            return self._identity
        with _locked(self._file):
            self._identity = change(_read(self._file) or self._identity)
            _write(self._file, self._identity)
        return self._identity

    def met(self, incarnation: int) -> None:
        """A till has met that incarnation; a greater one than ever seen is noted at once."""
        if incarnation > self._identity.greatest_seen:
            self.change(
                lambda now: msgspec.structs.replace(
                    now, greatest_seen=max(now.greatest_seen, incarnation)
                )
            )

    def shut_out(self, installation: UUID, how: ShutOut) -> None:
        """A till was shut out; a database from before that will be told."""
        self.change(
            lambda now: msgspec.structs.replace(
                now, shut_out={**now.shut_out, installation.hex: how}
            )
        )

    def let_in(self, installation: UUID) -> None:
        """A till that was shut out may work again."""
        if installation.hex in self._identity.shut_out:
            self.change(
                lambda now: msgspec.structs.replace(
                    now, shut_out={k: v for k, v in now.shut_out.items() if k != installation.hex}
                )
            )

    def next_incarnation(self) -> Identity:
        """An incarnation above every one that was seen."""
        return self.change(
            lambda now: msgspec.structs.replace(
                now, incarnation=max(now.incarnation, now.greatest_seen) + 1
            )
        )


def keeper(file: Path | None, hq_id: UUID, incarnation: int) -> IdentityKeeper:
    """The keeper of a database's identity; a missing file is made from what the database says.

    Raises:
        RetailError: ``identity.unreadable``, ``identity.other`` for the file of another head
            office.
    """
    if file is None:
        return IdentityKeeper(None, _first(hq_id, incarnation))
    with _locked(file):
        found = _read(file)
        if found is None:
            found = _first(hq_id, incarnation)
            _write(file, found)
    if found.hq_id != hq_id:
        raise RetailError(
            "identity.other",
            "%(file)s belongs to another head office than this database; nothing was changed.",
            file=file,
        )
    return IdentityKeeper(file, found)


def kept_in(file: Path | None) -> Identity | None:
    """What a file holds; None when there is none.

    Raises:
        RetailError: ``identity.unreadable``.
    """
    return None if file is None else _read(file)


def first_start(file: Path | None) -> None:
    """Refuse to take an empty database for that of a head office that has been at work.

    Raises:
        RetailError: ``identity.empty``.
    """
    if kept_in(file) is not None:
        raise RetailError(
            "identity.empty",
            "This database is empty, but %(file)s is that of a head office that was at work. "
            "Restore a backup, or run `recovery --begin` to begin with nothing.",
            file=file,
        )


def check(identity: Identity, incarnation: int) -> None:
    """Refuse to serve a database that was put back without the restore procedure.

    Raises:
        RetailError: ``identity.old``.
    """
    if identity.incarnation != incarnation or identity.greatest_seen > identity.incarnation:
        raise RetailError(
            "identity.old",
            "This database is of incarnation %(found)s, but tills have met %(seen)s and the "
            "identity file says %(own)s. If it was put back from a backup, run `recovery --begin`.",
            found=incarnation,
            seen=identity.greatest_seen,
            own=identity.incarnation,
        )


def _first(hq_id: UUID, incarnation: int) -> Identity:
    return Identity(
        hq_id=hq_id,
        incarnation=incarnation,
        greatest_seen=incarnation,
        key=secrets.token_bytes(_KEY_BYTES),
    )


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(file.name + ".lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _read(file: Path) -> Identity | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Identity)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise RetailError(
            "identity.unreadable",
            "%(file)s is damaged; put a copy of it back. Nothing was changed.",
            file=file,
        ) from problem


def _write(file: Path, identity: Identity) -> None:
    """Whole or not at all, readable by its owner only, and on the disk when this returns."""
    draft = file.with_name(file.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(identity), indent=2) + b"\n")
    put_in_place(draft, file)
