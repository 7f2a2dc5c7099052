"""What has been proved already, kept so that an interrupted proof goes on where it stopped."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".cache" / "proof"


class Round(msgspec.Struct, frozen=True):
    """A finished round of a part: its counts, and how long it took."""

    number: int
    seconds: int
    tally: dict[str, Any]


class Progress(msgspec.Struct):
    """The finished rounds of a part at a commit."""

    commit: str
    rounds: list[Round] = msgspec.field(default_factory=list)

    @property
    def done(self) -> set[int]:
        """Numbers of the finished rounds."""
        return {finished.number for finished in self.rounds}


def commit() -> str:
    """The present commit, with ``-dirty`` when files other than the report differ from it."""
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/proof.md")
    return _git("rev-parse", "--short=12", "HEAD") + ("-dirty" if changed else "")


def _git(*words: str) -> str:
    run = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def load(part: str, at: str, *, folder: Path = FOLDER) -> Progress:
    """What is done of a part at a commit; another commit's proof counts for nothing."""
    try:
        found = msgspec.json.decode((folder / f"{part}.json").read_bytes(), type=Progress)
    except (FileNotFoundError, msgspec.MsgspecError):
        return Progress(at)
    return found if found.commit == at else Progress(at)


def save(part: str, progress: Progress, *, folder: Path = FOLDER) -> None:
    """Keep it, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{part}.new"
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(progress)))
    fresh.replace(folder / f"{part}.json")
