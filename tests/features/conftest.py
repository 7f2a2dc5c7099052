"""A served head office and tills, all of them real processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from db.embedded import EmbeddedPostgres
from db.engine import open_head, open_store
from db.transaction import begin
from pos_app.till.totals import totals as own_totals
from tests.support.postgres import copied
from tests.support.processes import Ended, HeadProcess, done, head_process
from tests.support.small_chain import load_small_chain

_NUMBER = re.compile(rb"\{B(S\d-\d-[0-9A-Z]{2}-\d{8})")


@dataclass
class TillFolder:
    """A till's data folder with a printer that writes into a file."""

    folder: Path
    number: int = 1
    code: str = ""
    receipts: list[str] = field(default_factory=list)

    @property
    def paper(self) -> Path:
        """What went to the printer."""
        return self.folder.with_suffix(".paper")

    @property
    def env(self) -> dict[str, str]:
        """The environment of its processes."""
        return {"TILLWRIGHT_PRINTER_ADDRESS": f"file:{self.paper}"}

    def command(self, name: str, *words: str) -> Ended:
        """A command of the till that must end well."""
        return done("pos_app", name, "--data", self.folder, *words, env=self.env)

    def sell(self, count: int, *, drain: float = 20.0, seed: int = 1) -> dict[str, Any]:
        """Simulate sales; returns what the command reported."""
        words = ("--sales", str(count), "--seed", str(seed), "--drain", str(drain), "--json")
        told: dict[str, Any] = self.command("simulate", *words).json()
        self.receipts += told["receipts"]
        return told

    def totals(self) -> dict[str, Any]:
        """The till's own totals."""
        found: dict[str, Any] = self.command("totals", "--json").json()
        return found

    def sold(self) -> int:
        """How many sales its books hold now, asked beside whatever is at work."""
        with begin(open_store(self.folder / "till.sqlite", read_only=True)) as tx:
            return own_totals(tx).sales

    def printed(self) -> list[str]:
        """The receipt numbers whose barcodes are on the paper."""
        data = self.paper.read_bytes() if self.paper.exists() else b""
        return [found.decode() for found in _NUMBER.findall(data)]


@dataclass
class Shop:
    """What the steps of a scenario share."""

    base: Path
    head: HeadProcess | None = None
    engine: Engine | None = None
    tills: list[TillFolder] = field(default_factory=list)
    ended: Ended | None = None

    @property
    def office(self) -> HeadProcess:
        """The head office of the scenario."""
        assert self.head is not None
        return self.head

    @property
    def till(self) -> TillFolder:
        """The first till."""
        return self.tills[0]

    def new_till(self, number: int = 1) -> TillFolder:
        """A folder that is not enrolled yet."""
        return TillFolder(self.base / f"till{len(self.tills) + 1}", number)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def chain_url(head_server: EmbeddedPostgres, head_template: str) -> Iterator[str]:
    with copied(head_server, head_template) as url:
        engine = open_head(url)
        with begin(engine) as tx:
            load_small_chain(tx)
        engine.dispose()
        yield url


@pytest.fixture
def served(chain_url: str, shop: Shop) -> Iterator[HeadProcess]:
    engine = open_head(chain_url)
    with head_process("--db", chain_url) as head:
        shop.head, shop.engine = head, engine
        yield head
    engine.dispose()
