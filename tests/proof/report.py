"""The report of a proof: what was claimed, what was done, on which machine."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.proof.parts import Part, total
from tests.proof.progress import ROOT, Progress

REPORT = ROOT / "docs" / "proof.md"


@dataclass(frozen=True)
class Outcome:
    """How a part ended; ``broken`` is empty when its claim holds."""

    part: Part
    progress: Progress
    broken: str = ""


def write(outcomes: Sequence[Outcome], commit: str, path: Path = REPORT) -> None:
    """Write the report."""
    lines = [
        "# Proof",
        "",
        (
            "Written by `make proof` (`python -m tests.proof`): what is too long for `make test`, "
            "which runs a sample of each part."
        ),
        "",
        "| | |",
        "|---|---|",
        f"| commit | `{commit}` |",
        f"| date | {datetime.now(UTC):%Y-%m-%d %H:%M} UTC |",
        f"| machine | {machine()} |",
        f"| result | {result(outcomes)} |",
    ]
    for outcome in outcomes:
        lines += _section(outcome)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def result(outcomes: Sequence[Outcome]) -> str:
    """One sentence for all parts."""
    broken = [outcome.part.title for outcome in outcomes if outcome.broken]
    if broken:
        return f"**does not hold**: {', '.join(broken)}"
    unfinished = [o.part.title for o in outcomes if len(o.progress.rounds) < o.part.rounds]
    return f"unfinished: {', '.join(unfinished)}" if unfinished else "every claim holds"


def machine() -> str:
    """Processor, system and the versions that matter."""
    cores = os.cpu_count()
    return (
        f"{platform.system()} {platform.machine()}, {cores} cores, {_memory_gib()} GiB, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def _memory_gib() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30))


def _section(outcome: Outcome) -> list[str]:
    part, rounds = outcome.part, outcome.progress.rounds
    lines = ["", f"## {part.title}", "", part.claim, ""]
    if outcome.broken:
        lines.append(f"- **Does not hold:** {outcome.broken}")
    if rounds:
        sums = total([finished.tally for finished in rounds])
        lines += [f"- {sentence}" for sentence in part.told(sums)]
    seconds = sum(finished.seconds for finished in rounds)
    lines.append(f"- {len(rounds)} of {part.rounds} rounds in {seconds} s.")
    return lines
