"""Where a till keeps its things."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TillPaths:
    """The files of one data folder."""

    folder: Path

    @property
    def store(self) -> Path:
        """The database."""
        return self.folder / "till.sqlite"

    @property
    def lock(self) -> Path:
        """Held by the one process that may write."""
        return self.folder / "till.lock"

    @property
    def logs(self) -> Path:
        """Rotating log files."""
        return self.folder / "logs"

    @property
    def chunks(self) -> Path:
        """Parts of the catalogue while they come."""
        return self.folder / "chunks"

    @property
    def sounds(self) -> Path:
        """The till's sounds, written anew at each start."""
        return self.folder / "sounds"

    @property
    def simulated_terminal(self) -> Path:
        """What a simulated card terminal charged."""
        return self.folder / "simulated-terminal.jsonl"

    @property
    def exports(self) -> Path:
        """Records that somebody saved as files."""
        return self.folder / "exports"

    def witness(self, chosen: str) -> Path:
        """Outside of the data folder, whose image must not hold it; beside it unless chosen."""
        return Path(chosen) if chosen else self.folder.with_name(f"{self.folder.name}-witness")

    def prepare(self) -> None:
        """Create the folder, readable by its owner only: it holds the device's secret."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
