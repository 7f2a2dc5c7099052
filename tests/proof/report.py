"""The report of a proof: what was claimed, what was done, on which machine."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.proof.parts import Part, total
from tests.proof.progress import ROOT, Progress

REPORT = ROOT / "docs" / "proof.md"
_BROKEN = "**Does not hold:**"
_ROUNDS = re.compile(r"- (\d+) of (\d+) rounds in .*")


@dataclass(frozen=True)
class Outcome:
    """How a part ended; ``broken`` is empty when its claim holds."""

    part: Part
    progress: Progress
    broken: str = ""


def write(outcomes: Sequence[Outcome], commit: str, path: Path = REPORT) -> None:
    """Write the report; a part of which nothing was run keeps what the report says of it.

    Each part names the commit at which it held.
    """
    standing = _finished(path)
    kept = [
        o.part.title
        for o in outcomes
        if o.part.title in standing and not o.broken and not o.progress.rounds
    ]
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
        f"| result | {result(outcomes, kept)} |",
    ]
    for outcome in outcomes:
        title = outcome.part.title
        lines += standing[title] if title in kept else _section(outcome, commit)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def result(outcomes: Sequence[Outcome], kept: Collection[str] = ()) -> str:
    """One sentence for all parts; ``kept`` are titles of those that held at earlier commits."""
    broken = [outcome.part.title for outcome in outcomes if outcome.broken]
    if broken:
        return f"**does not hold**: {', '.join(broken)}"
    unfinished = [
        o.part.title
        for o in outcomes
        if len(o.progress.rounds) < o.part.rounds and o.part.title not in kept
    ]
    if unfinished:
        return f"unfinished: {', '.join(unfinished)}"
    earlier = f"; at an earlier commit: {', '.join(kept)}" if kept else ""
    return "every claim holds" + earlier


def machine() -> str:
    """Processor, system and the versions that matter."""
    cores = os.cpu_count()
    return (
        f"{platform.system()} {platform.machine()}, {cores} cores, {_memory_gib()} GiB, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def _memory_gib() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30))


def _finished(path: Path) -> dict[str, list[str]]:
    """The lines of each part that the report calls finished, by title."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found = {}
    for block in text.split("\n## ")[1:]:
        lines = block.rstrip("\n").split("\n")
        rounds = _ROUNDS.fullmatch(lines[-1])
        if rounds is not None and rounds[1] == rounds[2] and _BROKEN not in block:
            found[lines[0]] = ["", f"## {lines[0]}", *lines[1:]]
    return found


def _section(outcome: Outcome, commit: str) -> list[str]:
    part, rounds = outcome.part, outcome.progress.rounds
    lines = ["", f"## {part.title}", "", part.claim, ""]
    if outcome.broken:
        lines.append(f"- {_BROKEN} {outcome.broken}")
    if rounds:
        sums = total([finished.tally for finished in rounds])
        lines += [f"- {sentence}" for sentence in part.told(sums)]
    seconds = sum(finished.seconds for finished in rounds)
    lines.append(f"- {len(rounds)} of {part.rounds} rounds in {seconds} s, at `{commit}`.")
    return lines
