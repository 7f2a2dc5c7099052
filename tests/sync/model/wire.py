"""What travels between a till and the head office, and the chain that both of them compute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

GENESIS = bytes(32)
"""The hash before the first entry of a journal."""

POISON = b"poison"
"""A body that the head office can journal but never apply."""

Mint = Callable[[], int]
"""Gives a number that was never given before; stands for random ids."""


@dataclass(frozen=True, slots=True)
class Record:
    """A business record: its id for life, and the cash it moves, as bytes."""

    rid: int
    body: bytes

    @property
    def is_poison(self) -> bool:
        """Whether applying it fails for good."""
        return self.body == POISON

    @property
    def cash(self) -> int:
        """What it adds to the cash sum."""
        return 0 if self.is_poison else int(self.body)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record at its place in a journal; the hash proves everything up to it."""

    record: Record
    hash: bytes


@dataclass(frozen=True, slots=True)
class Position:
    """Where a journal ends. Never a number alone: the hash tells which past is meant."""

    seq: int
    hash: bytes


START = Position(0, GENESIS)


def chain(before: bytes, record: Record) -> bytes:
    """The hash of a record that follows the entry with hash ``before``."""
    return sha256(before + record.rid.to_bytes(8, "big") + record.body).digest()


def entries_after(before: bytes, records: Iterable[Record]) -> list[Entry]:
    """The records as entries of a journal that ends with hash ``before``."""
    found = []
    for record in records:
        before = chain(before, record)
        found.append(Entry(record, before))
    return found


def end_of(entries: Sequence[Entry]) -> Position:
    """The position of the last entry."""
    return Position(len(entries), entries[-1].hash) if entries else START


@dataclass(frozen=True, slots=True)
class Hello:
    """Who is there, which head office it knows, and for which journals it wants the ends."""

    id: int
    installation: int
    nonce: int
    incarnation_seen: int
    jids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Push:
    """Entries of a journal that follow ``base``, which the till believes to be known."""

    id: int
    jid: int
    base: Position
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class AskHashes:
    """Which entries does the head office hold of this journal?"""

    id: int
    jid: int


@dataclass(frozen=True, slots=True)
class Greeting:
    """Answer to a hello: the nonce for the next one, and where the till's journals end here."""

    id: int
    incarnation: int
    nonce: int
    ends: Mapping[int, Position]


@dataclass(frozen=True, slots=True)
class CloneSuspected:
    """Answer to a hello with a nonce that another copy of the till has used up."""

    id: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """Answer to a copy of a request: it changed nothing."""

    id: int


class Verdict(Enum):
    """What became of a push."""

    OK = "journalled"
    BEHIND = "the base lies beyond what is held here"
    FORK = "another past is held here"


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """What became of a push, and where the journal ends now at the head office."""

    id: int
    incarnation: int
    verdict: Verdict
    jid: int
    end: Position


@dataclass(frozen=True, slots=True)
class Hashes:
    """The hash of every entry that the head office holds of a journal."""

    id: int
    incarnation: int
    jid: int
    hashes: tuple[bytes, ...]


Request = Hello | Push | AskHashes
Answer = Greeting | CloneSuspected | Replayed | PushAnswer | Hashes
