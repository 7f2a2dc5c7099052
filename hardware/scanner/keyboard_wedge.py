"""Tells a scanner that types like a keyboard from a person who types.

The classifier knows no window system: it takes keys with their times and answers with decisions.
A key that may belong to a scan is held back; at :attr:`KeyboardWedge.deadline` the caller asks
again, and the keys are either typed after all or stay held. Keys are never lost: each one comes
back in exactly one :class:`Replay`, :class:`Scanned` or :class:`Rescan`.

Rules: at least six characters, mean gap below 35 ms, ended by Enter or Tab; equal time stamps are
fast; a prefix STX or an AIM identifier makes a scan of any speed; digits only need the length and
check digit of a GTIN or an SSCC, otherwise the person scans again: a fragment is never looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from hardware.scanner.framing import split_aim
from hardware.scanner.keyboard_layout import SAME, KeyboardLayout

_STX, _ETX = "\x02", "\x03"
_GTIN_LENGTHS = frozenset({8, 12, 13, 14})
_SAFE_UNTERMINATED = frozenset({12, 13, 14})
_CERTAIN_KEYS = 3
_PREFIX_IDLE_MS = 500
_REPEAT_MS = 10


class Terminator(StrEnum):
    """What ends a code. The key pad's Enter counts as Enter."""

    ENTER = "Enter"
    TAB = "Tab"
    CTRL_J = "Ctrl+J"


@dataclass(frozen=True, slots=True)
class Key:
    """A key press.

    Attributes:
        text: what it types; empty for Enter, Tab, arrows and the like.
        at_ms: milliseconds on any clock that does not jump.
        terminator: set for Enter, Tab and Ctrl+J.
        is_auto_repeat: the key is held down.
        event: whatever the caller needs to type the key later.
    """

    text: str
    at_ms: int
    terminator: Terminator | None = None
    is_auto_repeat: bool = False
    event: object = None


@dataclass(frozen=True, slots=True)
class Hold:
    """The key is held back."""

    key: Key


@dataclass(frozen=True, slots=True)
class Replay:
    """A person typed these: pass them on, in order."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Scanned:
    """A code; ``keys`` are used up, its terminator too. ``symbology`` is an AIM id or empty."""

    code: str
    symbology: str
    terminator: Terminator | None
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Rescan:
    """A scanner, but not a whole code: beep and ask to scan again; ``keys`` are used up."""

    raw: str
    reason: str
    keys: tuple[Key, ...]


Decision = Hold | Replay | Scanned | Rescan


@dataclass(frozen=True, slots=True)
class WedgeProfile:
    """The habits of one scanner model; found out once by scanning a few known codes.

    Attributes:
        min_length: fewest characters of a code without prefix.
        mean_gap_ms: a mean gap below this is a scanner.
        idle_ms: a longer gap ends whatever has begun.
        numeric_lengths: lengths of pure digits accepted without check digit, such as 4 for PLUs.
    """

    min_length: int = 6
    mean_gap_ms: int = 35
    idle_ms: int = 100
    numeric_lengths: frozenset[int] = frozenset()

    @property
    def hold_ms(self) -> int:
        """How long a single key is kept from its field."""
        return self.mean_gap_ms + 5


DEFAULT = WedgeProfile()
SLOW = WedgeProfile(mean_gap_ms=110, idle_ms=250)


class KeyboardWedge:
    """Feed it every key press; act on its decisions in order.

    Bare modifier keys (Shift, Ctrl) are not fed: scanners press them too.

    Args:
        profile: the scanner's habits.
        layout: what its keys mean on this keyboard.
    """

    def __init__(self, profile: WedgeProfile = DEFAULT, layout: KeyboardLayout = SAME) -> None:
        self._profile = profile
        self._layout = layout
        self._held: list[Key] = []

    @property
    def deadline(self) -> int | None:
        """When :meth:`expire` must be called, on the clock of the keys; ``None`` if never."""
        if not self._held:
            return None
        return self._held[-1].at_ms + self._patience()

    @property
    def begun(self) -> bool:
        """True when so many keys are held that they look like the beginning of a scan."""
        return len(self._held) >= _CERTAIN_KEYS

    def key(self, key: Key, *, timing: bool = True) -> tuple[Decision, ...]:
        """Take a key press.

        Args:
            key: the press.
            timing: false while a password or PIN is typed: then only a prefix makes a scan.
        """
        overdue = self.expire(key.at_ms)
        return (*overdue, *self._take(key, timing=timing))

    def expire(self, now_ms: int) -> tuple[Decision, ...]:
        """Decide about held keys when their time is over; nothing before that."""
        deadline = self.deadline
        if deadline is None or now_ms < deadline:
            return ()
        keys = self._release()
        if self._prefixed(keys):
            return (Rescan(self._text(keys), "interrupted", keys),)
        if not self._is_fast(keys) or not _digits(self._text(keys)):
            return (Replay(keys),)
        code = self._text(keys)
        if len(code) in _SAFE_UNTERMINATED and valid_check_digit(code):
            return (Scanned(code, "", None, keys),)
        return (Rescan(code, "interrupted", keys),)

    def _take(self, key: Key, *, timing: bool) -> tuple[Decision, ...]:
        if key.text == _STX:
            before = self._release()
            self._held.append(key)
            return (*((Replay(before),) if before else ()), Hold(key))
        prefixed = self._prefixed(tuple(self._held))
        if self._is_repeat(key) or not (timing or prefixed):
            return (Replay((*self._release(), key)),)
        if key.terminator is not None or (prefixed and key.text == _ETX):
            return self._ended(key)
        if not key.text or (not key.text.isprintable() and key.text != "\x1d"):
            return (Replay((*self._release(), key)),)
        self._held.append(key)
        return (Hold(key),)

    def _is_repeat(self, key: Key) -> bool:
        """Whether the key is really held down.

        X11 calls it a repeat, too, when a scanner sends one sign twice in the same millisecond; a
        keyboard waits for a quarter of a second.
        """
        held = self._held
        return key.is_auto_repeat and not (held and key.at_ms - held[-1].at_ms < _REPEAT_MS)

    def _release(self) -> tuple[Key, ...]:
        held, self._held = tuple(self._held), []
        return held

    def _patience(self) -> int:
        """A burst that has begun may hiccup; a lone key goes to its field soon."""
        if self._prefixed(tuple(self._held)):
            return _PREFIX_IDLE_MS
        held = tuple(self._held)
        if len(held) >= _CERTAIN_KEYS:
            mean = min(self._mean(held), self._mean(held[-_CERTAIN_KEYS:]))
            if mean < self._profile.mean_gap_ms:
                return self._profile.idle_ms
        return self._profile.hold_ms

    def _ended(self, end: Key) -> tuple[Decision, ...]:
        keys = self._release()
        if not keys:
            return (Replay((end,)),)
        if self._prefixed(keys):
            return (self._judged((*keys, end), self._text(keys), end.terminator),)
        if split_aim(self._text(keys))[0] and self._mean(keys) < self._profile.mean_gap_ms:
            return (self._judged((*keys, end), self._text(keys), end.terminator),)
        return self._by_timing(keys, end)

    def _by_timing(self, keys: tuple[Key, ...], end: Key) -> tuple[Decision, ...]:
        """The longest fast end of the keys that is a code; what a person typed before is typed."""
        fallback: Decision | None = None
        for start in self._starts(keys):
            burst = keys[start:]
            if not self._is_fast(burst):
                continue
            decision = self._judged((*burst, end), self._text(burst), end.terminator)
            before = (Replay(keys[:start]),) if start else ()
            if isinstance(decision, Scanned):
                return (*before, decision)
            fallback = fallback or decision
        if fallback is None:
            return (Replay((*keys, end)),)
        return (Rescan(self._text(keys), "not a whole code", (*keys, end)),)

    def _starts(self, keys: tuple[Key, ...]) -> list[int]:
        """The first key, and every key where the rate jumps up for good."""
        gaps = _gaps(keys)
        usual = sorted(gaps)[len(gaps) // 2] if gaps else 0
        jump = max(2 * usual, self._profile.mean_gap_ms // 2)
        return [0, *(place for place, gap in enumerate(gaps, 1) if gap > jump)]

    def _judged(
        self, keys: tuple[Key, ...], raw: str, terminator: Terminator | None
    ) -> Scanned | Rescan:
        symbology, code = split_aim(raw)
        if not code:
            return Rescan(raw, "empty code", keys)
        certain = bool(symbology) or keys[0].text == _STX
        if _digits(code) and not self._plausible(code, certain=certain):
            return Rescan(raw, "check digit or length", keys)
        return Scanned(code, symbology, terminator, keys)

    def _plausible(self, digits: str, *, certain: bool) -> bool:
        if len(digits) in self._profile.numeric_lengths:
            return True
        if len(digits) in _GTIN_LENGTHS:
            return valid_check_digit(digits)
        if certain:
            return True
        if digits.startswith("01") and len(digits) >= 16:
            return valid_check_digit(digits[2:16])
        return len(digits) == 20 and digits.startswith("00") and valid_check_digit(digits[2:])

    def _text(self, keys: tuple[Key, ...]) -> str:
        typed = "".join(key.text for key in keys if key.text not in (_STX, _ETX))
        return self._layout.read(typed)

    @staticmethod
    def _prefixed(keys: tuple[Key, ...]) -> bool:
        return bool(keys) and keys[0].text == _STX

    def _is_fast(self, keys: tuple[Key, ...]) -> bool:
        text = self._text(keys)
        if len(text) < self._profile.min_length or len(set(text)) == 1:
            return False
        return self._mean(keys) < self._profile.mean_gap_ms

    @staticmethod
    def _mean(keys: tuple[Key, ...]) -> float:
        gaps = _gaps(keys)
        return sum(gaps) / len(gaps) if gaps else float("inf")


def _gaps(keys: tuple[Key, ...]) -> list[int]:
    return [b.at_ms - a.at_ms for a, b in pairwise(keys)]


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def valid_check_digit(digits: str) -> bool:
    """GS1 check digit: weights 3 and 1 from the right, for GTIN, SSCC and GLN alike."""
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(reversed(digits)))
    return total % 10 == 0
