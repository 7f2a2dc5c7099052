"""Keys and document numbers: UUIDv7 records, journal series, gap-free receipt numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from uuid import UUID

from retail.errors import RetailError

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 74
_NUMBER = re.compile(r"([A-Z0-9]{1,8})-([0-9]{1,3})-([0-9A-Z]{2})-([0-9]{8})")


def uuid7(unix_ms: int, random_bits: int) -> UUID:
    """A UUIDv7 (RFC 9562, 5.7) of a Unix time in milliseconds and 74 random bits."""
    rand_a, rand_b = random_bits >> 62 & 0xFFF, random_bits & (1 << 62) - 1
    value = (unix_ms & (1 << 48) - 1) << 80 | 7 << 76 | rand_a << 64 | 2 << 62 | rand_b
    return UUID(int=value)


def unix_ms_of(key: UUID) -> int:
    """The creation time of a UUIDv7 in Unix milliseconds."""
    return key.int >> 80


class Uuid7Source:
    """Makes ever-rising UUIDv7s, also when the clock stands still or steps back.

    Args:
        clock_ms: current Unix time in milliseconds.
        random_bits: returns that many random bits, as ``secrets.randbits`` does.
    """

    def __init__(self, clock_ms: Callable[[], int], random_bits: Callable[[int], int]) -> None:
        self._clock_ms = clock_ms
        self._random_bits = random_bits
        self._last = 0
        self._lock = Lock()

    def __call__(self) -> UUID:
        """The next key; safe to call from any thread."""
        with self._lock:
            ms = max(self._clock_ms(), self._last >> _RANDOM_BITS)
            value = ms << _RANDOM_BITS | self._random_bits(_RANDOM_BITS)
            if value <= self._last:
                value = self._last + 1
            self._last = value
        return uuid7(value >> _RANDOM_BITS, value & (1 << _RANDOM_BITS) - 1)


def series_of(jid: UUID) -> str:
    """The two Crockford characters that mark a journal's receipts.

    They come from a hash of the journal's id, so a till that starts a new journal
    cannot print a number of the old one again (except with a chance of 1 in 1,024).
    """
    value = int.from_bytes(sha256(jid.bytes).digest()[:2], "big") & 0x3FF
    return CROCKFORD[value >> 5] + CROCKFORD[value & 31]


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A receipt's number: unique for ever within store, till and series; ``n`` counts from 1."""

    store: str
    till: int
    series: str
    n: int

    def __str__(self) -> str:
        return f"{self.store}-{self.till}-{self.series}-{self.n:08d}"


def parse_document_number(text: str) -> DocumentNumber:
    """Read a printed receipt number.

    Raises:
        RetailError: ``number.format``.
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise RetailError("number.format", "“%(text)s” is not a receipt number.", text=text)
    return DocumentNumber(found[1], int(found[2]), found[3], int(found[4]))


def crockford_code(random_bits: int, groups: int = 2) -> str:
    """A code that people type: groups of four Crockford characters, ``XXXX-XXXX``."""
    digits = [CROCKFORD[random_bits >> 5 * i & 31] for i in range(4 * groups)]
    return "-".join("".join(digits[i : i + 4]) for i in range(0, 4 * groups, 4))


def normal_crockford(text: str) -> str:
    """Upper case, O read as 0, I and L as 1, separators dropped and set again."""
    plain = text.upper().translate(str.maketrans("OIL", "011", " -"))
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4))
