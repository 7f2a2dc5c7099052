"""The sample of ``make proof`` in every ``make test``, and that the proof itself is sound."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from pos_app.runtime.paths import TillPaths
from tests.proof import power_cuts, progress, torn_log
from tests.proof.__main__ import prove
from tests.proof.parts import PARTS, Part, total
from tests.proof.power_cuts import History
from tests.proof.progress import Progress, Round
from tests.proof.report import Outcome, result, write
from tests.proof.seller import PAPER

KILLS = 60


class Count(msgspec.Struct, frozen=True):
    made: int
    kinds: dict[str, int]


def _part(fail_at: int = 99) -> Part:
    def play(folder: Path, number: int) -> Count:
        assert list(folder.iterdir()) == []
        if number == fail_at:
            raise AssertionError("a sale is missing")
        return Count(number, {"a": 1, f"b{number}": 2})

    return Part("sample", "A sample", "It holds.", 4, play, lambda sums: [f"made {sums['made']}"])


def test_sixty_kills_between_tender_and_next_sale_lose_and_double_nothing(tmp_path: Path) -> None:
    """Complaint 1: a paid order is lost in a power cut."""
    tally = power_cuts.run(tmp_path, seed=60, kills=KILLS)
    assert tally.kills == KILLS == sum(tally.where.values())
    assert tally.sales >= tally.acknowledged > KILLS
    assert tally.sales >= tally.begun >= tally.whole > 0
    # The kills did hit the instants that matter.
    assert {"paying", "printing"} <= tally.where.keys()
    assert tally.found_open > 0


def test_a_torn_log_keeps_a_prefix_with_everything_acknowledged(tmp_path: Path) -> None:
    tally = torn_log.run(tmp_path, seed=7, snapshots=6, cuts=8, lines=60)
    assert tally.cuts == 48
    assert 0 < tally.shorter < tally.cuts


@pytest.fixture
def killed(tmp_path: Path) -> tuple[Path, History]:
    """A till that was killed three times, and what its words would be."""
    power_cuts.run(tmp_path, seed=1, kills=3)
    with sqlite3.connect(TillPaths(tmp_path / "till").store) as connection:
        rows = connection.execute("SELECT lower(hex(rid)), number FROM sale").fetchall()
    connection.close()
    return tmp_path, History(sold=dict(rows))


def test_the_proof_sees_a_receipt_that_was_printed_twice(killed: tuple[Path, History]) -> None:
    folder, history = killed
    paper = (folder / PAPER).read_bytes()
    (folder / PAPER).write_bytes(paper + paper)
    with pytest.raises(AssertionError):
        power_cuts._books(folder, history)


def test_the_proof_sees_a_receipt_without_a_sale(killed: tuple[Path, History]) -> None:
    folder, history = killed
    with (folder / PAPER).open("ab") as paper:
        paper.write(b"S1-1-ZZ-00000077          2026-11-20 10:00")
    with pytest.raises(AssertionError):
        power_cuts._books(folder, history)


def test_the_proof_sees_a_sale_that_is_missing(killed: tuple[Path, History]) -> None:
    folder, history = killed
    history.sold["00" * 16] = "S1-1-ZZ-00000078"
    with pytest.raises(KeyError):
        power_cuts._books(folder, history)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([["scanned", "b1", "2"]], ["open", "b2", "0"]),
        ([["scanned", "b1", "2"]], ["open", "b1", "1"]),
        ([["scanned", "b1", "2"]], ["open", "b1", "4"]),
        ([["paying", "b1"]], ["open", "b2", "3"]),
        ([["paying", "b1"], ["sold", "b1", "n1"]], ["open", "b1", "1"]),
        ([["paying", "b1"], ["sold", "b1", "n1"], ["paying", "b1"]], ["sold", "b1", "n2"]),
        ([["printed", "r1", "done"]], ["printed", "r1", "done"]),
        ([], ["lost", "b1"]),
    ],
)
def test_the_proof_sees_words_that_contradict(before: list[list[str]], after: list[str]) -> None:
    history = History()
    for words in before:
        history.hear(words)
    with pytest.raises(AssertionError):
        history.hear(after)


def test_a_proof_goes_on_where_it_stopped(tmp_path: Path) -> None:
    stopped = prove(_part(fail_at=2), Progress("abc"), at=tmp_path)
    assert "a sale is missing" in stopped.broken
    known = progress.load("sample", "abc", folder=tmp_path)
    assert known.done == {0, 1}
    again = prove(_part(), known, at=tmp_path)
    assert again.broken == ""
    assert [found.number for found in again.progress.rounds] == [0, 1, 2, 3]
    assert progress.load("sample", "another commit", folder=tmp_path).rounds == []
    assert list((tmp_path / "sample").iterdir()) == []


def test_counts_are_added_up_and_reported(tmp_path: Path) -> None:
    sums = total([{"made": 1, "kinds": {"a": 1}}, {"made": 2, "kinds": {"a": 1, "b": 3}}])
    assert sums == {"made": 3, "kinds": {"a": 2, "b": 3}}
    done = Progress("abc", [Round(n, 2, {"made": n, "kinds": {}}) for n in range(4)])
    report = tmp_path / "proof.md"
    write([Outcome(_part(), done)], "abc", report)
    text = report.read_text()
    assert "| commit | `abc` |" in text
    assert "every claim holds" in text
    assert "- made 6" in text
    assert "- 4 of 4 rounds in 8 s, at `abc`." in text
    assert result([Outcome(_part(), Progress("abc"))]) == "unfinished: A sample"
    assert "does not hold" in result([Outcome(_part(), done, "a gap")])


def test_a_report_keeps_what_held_and_says_at_which_commit(tmp_path: Path) -> None:
    report = tmp_path / "proof.md"
    done = Progress("abc", [Round(n, 2, {"made": n, "kinds": {}}) for n in range(4)])
    write([Outcome(_part(), done)], "abc", report)
    held = report.read_text().split("## ")[1]
    write([Outcome(_part(), Progress("def"))], "def", report)
    assert report.read_text().split("## ")[1] == held
    assert "every claim holds; at an earlier commit: A sample" in report.read_text()
    write([Outcome(_part(), done, "a gap")], "def", report)
    write([Outcome(_part(), Progress("fed"))], "fed", report)
    assert "unfinished: A sample" in report.read_text()
    assert "a gap" not in report.read_text()


def test_parts_have_names_of_their_own() -> None:
    assert len({part.name for part in PARTS}) == len(PARTS)
    assert PARTS[0].name == "power_cuts"
