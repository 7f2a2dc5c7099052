"""Which database a head office works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Config:
    """Either a data folder, whose embedded PostgreSQL is used, or a PostgreSQL URL.

    Attributes:
        data: the data folder; also where a running server leaves its address.
        url: a database elsewhere, such as ``postgresql://user@host/name``.
        metrics_token: who asks for ``/metrics`` must bear it; empty, only this machine may ask.
        identity: the file that tells who this head office is; beside the data by default.
    """

    data: Path | None = None
    url: str = ""
    metrics_token: str = field(default="", repr=False)
    identity: Path | None = None

    def __post_init__(self) -> None:
        if (self.data is None) == (not self.url):
            raise ValueError("Give either a data folder or a database URL.")

    @property
    def identity_file(self) -> Path | None:
        """Where the identity is kept; None for a database URL without one."""
        if self.identity is None and self.data is not None:
            return self.data / "identity.json"
        return self.identity
