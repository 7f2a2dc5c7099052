"""The witness's file: torn, unreadable, grown; and the clock's estimate beside head office's."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos_app.journal.witness import FILE, LONGEST, Mark, Witness
from pos_app.sync.clock import ClockEstimate, clock_notice
from retail.identity import uuid7

FIRST, SECOND = uuid7(1, 1), uuid7(2, 2)


def mark(seq: int, jid: object = FIRST) -> Mark:
    return Mark(FIRST if jid is FIRST else SECOND, seq, bytes([seq % 256]) * 32)


def test_the_newest_mark_counts(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "beside")
    assert witness.newest() is None
    for seq in (1, 2, 3):
        witness.note(mark(seq))
    assert witness.newest() == mark(3)
    witness.note(mark(1, SECOND))
    assert Witness(tmp_path / "beside").newest() == mark(1, SECOND)


@pytest.mark.parametrize("cut", range(0, 101, 10))
def test_a_torn_line_is_passed_over(tmp_path: Path, cut: int) -> None:
    witness = Witness(tmp_path)
    witness.note(mark(1))
    file = tmp_path / FILE
    whole = file.read_bytes()
    witness.note(mark(2))
    torn = file.read_bytes()[: len(whole) + cut]
    file.write_bytes(torn)
    newest = witness.newest()
    assert newest in {mark(1), mark(2)}
    witness.note(mark(3))
    assert witness.newest() == mark(3)


def test_a_long_file_begins_anew(tmp_path: Path) -> None:
    witness = Witness(tmp_path)
    (tmp_path / FILE).write_bytes(b"\n" * LONGEST)
    witness.note(mark(7))
    assert (tmp_path / FILE).stat().st_size < 200
    assert witness.newest() == mark(7)


@pytest.mark.parametrize("content", [b"", b"\xff\n", b"x" * 99 + b"\n", b"0" * 32 + b" 1 zz\n"])
def test_what_is_no_witness_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert Witness(tmp_path).newest() is None


def test_the_quickest_exchange_tells_the_offset() -> None:
    clock = ClockEstimate()
    assert clock.offset_ms(wall_us=0, mono_ms=0) is None
    # A slow exchange that was held up on its way back, then a quick one.
    clock.note(sent_ms=0, heard_ms=4_000, theirs_us=50_000_000)
    clock.note(sent_ms=10_000, heard_ms=10_010, theirs_us=60_000_000)
    assert clock.offset_ms(wall_us=10_005_000, mono_ms=10_005) == 49_995


def test_only_the_last_eight_exchanges_count() -> None:
    clock = ClockEstimate()
    clock.note(sent_ms=0, heard_ms=0, theirs_us=0)
    for at in range(1, 9):
        clock.note(sent_ms=at, heard_ms=at + 2, theirs_us=(at + 101) * 1000)
    assert clock.offset_ms(wall_us=9_000, mono_ms=9) == 100


def test_a_step_of_the_wall_clock_shows_at_once() -> None:
    clock = ClockEstimate()
    clock.note(sent_ms=0, heard_ms=0, theirs_us=1_000_000)
    assert clock.offset_ms(wall_us=1_000_000, mono_ms=0) == 0
    assert clock.offset_ms(wall_us=3_601_000_000, mono_ms=0) == -3_600_000


@pytest.mark.parametrize(
    ("offset_ms", "told"),
    [
        (None, ""),
        (0, ""),
        (120_000, ""),
        (-120_000, ""),
        (120_001, "2 minutes slow"),
        (-3_600_000, "60 minutes fast"),
    ],
)
def test_people_are_told_of_more_than_two_minutes(offset_ms: int | None, told: str) -> None:
    found = clock_notice(offset_ms)
    assert told in found
    assert bool(told) == bool(found)
