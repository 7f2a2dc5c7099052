"""Which test shows that a fault breaks no invariant, and the table of it with counts.

``python -m tests.sync.matrix`` runs every test that is named here and writes
``docs/fault-matrix.md``; exit code 1 when one of them fails.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.proof.progress import commit
from tests.proof.report import machine

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "docs" / "fault-matrix.md"
TALLY = "TILLWRIGHT_FAULT_TALLY"
"""Environment variable: the folder in which histories leave what struck them."""

INVARIANTS = {
    "I1": "each sale exactly once",
    "I2": "money",
    "I3": "stock",
    "I4": "numbers and chain without a gap",
    "I5": "convergence",
    "I6": "cursors only forward, or verified",
}
ALL = tuple(INVARIANTS)


@dataclass(frozen=True)
class Fault:
    """A row of the table.

    Attributes:
        holds: the invariants that its tests check.
        how: how the fault is brought about.
        struck: names under which histories count it.
        tests: further tests, as pytest takes them, relative to ``tests/``.
    """

    title: str
    holds: Sequence[str]
    how: str
    struck: Sequence[str] = ()
    tests: Sequence[str] = ()


_FAULTS = "sync/test_faults.py"
_PASTS = "sync/test_pasts.py"
_RESTORES = "sync/test_restores.py"
_STREAMS = "sync/test_streams.py"
_CRASHES = "sync/test_crash_points.py"

FAULTS = (
    Fault("request lost", ALL, "histories, proxy", ("request lost",), (_FAULTS,)),
    Fault("answer lost", ALL, "histories, proxy", ("answer lost",), (_FAULTS,)),
    Fault(
        "request doubled, or an old one once more",
        ALL,
        "histories, proxy",
        ("request doubled", "old request once more"),
        (_FAULTS,),
    ),
    Fault("request late and out of order", ALL, "histories", ("request late, out of order",)),
    Fault("stale answer", ALL, "histories", ("stale answer",)),
    Fault(
        "request or answer cut or damaged",
        ALL,
        "histories; proxy at every class of byte",
        ("request cut", "answer cut", "request damaged", "answer damaged"),
        (f"{_FAULTS}::test_a_cut_at_any_byte_loses_and_doubles_nothing",),
    ),
    Fault("cable out", ALL, "histories, proxy", ("cable",), ("sync/test_outages.py",)),
    Fault(
        "kill -9 of the till at each step",
        ALL,
        "crash points, SIGKILL",
        ("reopen",),
        (f"{_CRASHES}::test_a_till", f"{_STREAMS}::test_a_till_that_dies_anywhere"),
    ),
    Fault(
        "kill -9 of head office at each step",
        ("I1", "I2", "I3", "I4", "I5", "I6"),
        "crash points, SIGKILL under load",
        ("restart",),
        (f"{_CRASHES}::test_head_office", "sync/test_processes.py::test_a_server_killed_twice"),
    ),
    Fault(
        "PostgreSQL stopped at once",
        ("I1", "I2", "I4", "I5", "I6"),
        "`pg_ctl stop -m immediate` under two tills",
        (),
        ("sync/test_processes.py::test_a_database_that_dies_under_two_tills",),
    ),
    Fault(
        "till's disk full, read-only, in use or damaged",
        ("I1", "I2", "I4", "I5"),
        "`max_page_count`, locks, broken pages",
        (),
        ("store/test_store_trouble.py",),
    ),
    Fault(
        "power loss: torn write-ahead log",
        ("I1", "I2", "I4"),
        "database and log copied at any moment, the log cut",
        (),
        ("store/test_kill.py",),
    ),
    Fault("clock off by hours or a year", ("I1", "I2", "I4", "I5"), "histories", ("clock",)),
    Fault(
        "two copies of one till",
        ALL,
        "folder copied, both at work",
        (),
        (
            f"{_PASTS}::test_a_copied_disk",
            f"{_RESTORES}::test_a_copy_is_let_in_again",
            f"{_RESTORES}::test_two_copies_that_greet_strictly_in_turn",
        ),
    ),
    Fault(
        "old image of a till",
        ("I1", "I2", "I4", "I5"),
        "histories; folder put back to an earlier copy",
        ("old image",),
        (
            f"{_RESTORES}::test_a_till_that_is_out_of_date_prints_no_number_twice",
            f"{_RESTORES}::test_an_image_that_head_office_knows_better",
        ),
    ),
    Fault(
        "head office restored from a backup, also to before an enrolment",
        ALL,
        "histories; `backoffice backup` and `restore`",
        ("restore",),
        (
            _PASTS,
            _RESTORES,
            "sync/test_backups.py",
            f"{_STREAMS}::test_a_head_office_from_a_backup",
        ),
    ),
    Fault(
        "kind of record that head office does not know",
        ("I1", "I2", "I4", "I5"),
        "histories; records sent as bytes",
        ("foreign",),
        ("sync/test_refused_records.py",),
    ),
    Fault(
        "till and head office up to three releases apart, fields learnt by an upgrade",
        ("I1", "I4", "I5"),
        "real code of both, told how old it is",
        (),
        ("sync/test_skew.py",),
    ),
    Fault(
        "record that cannot be booked, row that cannot be read",
        ("I1", "I2", "I4", "I5"),
        "generated records and rows",
        (),
        ("backoffice/intake/test_set_aside.py", f"{_STREAMS}::test_rows_that_cannot_be_read"),
    ),
    Fault(
        "long transactions at head office",
        ("I5", "I6"),
        "eight writers, one reader, nothing missed",
        (),
        ("sync/test_publish.py",),
    ),
    Fault(
        "secret renewed, till shut out, in the middle of a push",
        ("I1", "I6"),
        "API, crash points",
        (),
        (
            f"{_RESTORES}::test_a_renewed_secret",
            f"{_RESTORES}::test_a_till_that_is_killed_while_its_secret_changes",
            f"{_PASTS}::test_a_till_that_was_shut_out",
        ),
    ),
    Fault(
        "till moved to another store",
        ("I1", "I2", "I3", "I4", "I5"),
        "API",
        (),
        ("sync/test_moves.py",),
    ),
    Fault(
        "gift card spent at two tills without a network",
        ("I1", "I2", "I5"),
        "two tills behind cut cables",
        (),
        ("sync/test_value.py",),
    ),
    Fault(
        "stock counted while others sell",
        ("I3", "I5"),
        "histories",
        ("count",),
        ("sync/test_stock.py",),
    ),
)
HISTORIES = ("sync/stateful/test_wire_histories.py", "sync/stateful/test_event_histories.py")


@dataclass(frozen=True)
class Evidence:
    """What a run showed."""

    passed: Mapping[str, int]
    failed: Mapping[str, int]
    struck: Mapping[str, int]
    steps: int

    def of(self, wanted: str) -> tuple[int, int]:
        """Tests that passed and failed among those of a file, or with the beginning of a name."""
        return _matching(self.passed, wanted), _matching(self.failed, wanted)


def _matching(counts: Mapping[str, int], wanted: str) -> int:
    return sum(count for name, count in counts.items() if name.startswith(wanted))


def main() -> int:
    """Run the tests and write the table."""
    files = sorted({test.partition("::")[0] for fault in FAULTS for test in fault.tests})
    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "results.xml"
        words = ("pytest", "-q", "-n", "2", "--dist", "loadfile", f"--junitxml={xml}")
        subprocess.run(
            [sys.executable, "-m", *words, *(f"tests/{file}" for file in (*HISTORIES, *files))],
            cwd=ROOT,
            env={**os.environ, TALLY: folder, "QT_QPA_PLATFORM": "offscreen"},
            check=False,
        )
        found = _evidence(xml, Path(folder))
    REPORT.write_text("\n".join(report(found)) + "\n", encoding="utf-8")
    return 1 if any(found.failed.values()) else 0


def _evidence(xml: Path, folder: Path) -> Evidence:
    passed: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for case in ET.parse(xml).iter("testcase"):  # noqa: S314 (pytest's own file)
        name = case.get("classname", "").removeprefix("tests.").replace(".", "/")
        ended = passed if all(child.tag == "properties" for child in case) else failed
        ended[f"{name}.py::{case.get('name', '')}"] += 1
    struck: Counter[str] = Counter()
    for tally in sorted(folder.glob("*.json")):
        struck.update(json.loads(tally.read_text(encoding="utf-8")))
    return Evidence(passed, failed, struck, struck.pop("steps", 0))


def report(found: Evidence) -> Iterator[str]:
    """The table as Markdown."""
    yield "# Faults and invariants"
    yield ""
    yield (
        "Written by `python -m tests.sync.matrix`. ✔: the tests of the row check the invariant, "
        "and it held. “Struck” is how often the fault happened in histories of the real till and "
        "the real head office (`tests/sync/stateful/`); “tests” is how many others bring it about."
    )
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| commit | `{commit()}` |"
    yield f"| date | {datetime.now(UTC):%Y-%m-%d %H:%M} UTC |"
    yield f"| machine | {machine()} |"
    yield f"| steps in histories | {found.steps:,} |"
    yield f"| tests | {sum(found.passed.values())} passed, {sum(found.failed.values())} failed |"
    yield ""
    yield "| fault | struck | tests | " + " | ".join(INVARIANTS.values()) + " | brought about by |"
    yield "|---|---|---|" + "---|" * (len(INVARIANTS) + 1)
    for fault in FAULTS:
        yield _row(fault, found)


def _row(fault: Fault, found: Evidence) -> str:
    struck = sum(found.struck.get(name, 0) for name in fault.struck)
    ended = [found.of(test) for test in fault.tests]
    passed, failed = sum(p for p, _ in ended), sum(f for _, f in ended)
    broken = any(found.of(file)[1] for file in HISTORIES) if fault.struck else False
    shown = (struck or passed) and not failed and not broken
    marks = [("✔" if shown else "✘") if name in fault.holds else "" for name in INVARIANTS]
    tests = f"{passed}" if not failed else f"{passed}, {failed} failed"
    cells = [fault.title, f"{struck:,}" if fault.struck else "", tests, *marks, fault.how]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
