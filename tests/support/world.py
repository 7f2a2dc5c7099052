"""One scenario: a head office, a till, and what happened last."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from backoffice.stores.service import issue_code
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.transaction import begin
from tests.support.postgres import copied
from tests.support.processes import Ended, HeadProcess, Running, done, head_process, run
from tests.support.proxy import Proxy, proxy

NUMBER = re.compile(rb"S1-1-[0-9A-Z]{2}-\d+")


@dataclass
class World:
    """One head office, one till, and what happened last."""

    folder: Path
    server: EmbeddedPostgres
    stack: ExitStack
    engine: Engine = field(init=False)
    office: HeadProcess = field(init=False)
    link: Proxy = field(init=False)
    env: dict[str, str] = field(default_factory=dict)
    code: str = ""
    ended: Ended | None = None
    sold: dict[str, Any] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)
    basket: dict[str, Any] = field(default_factory=dict)
    working: Running | None = None
    power_failed: bool = False

    @property
    def till(self) -> Path:
        """The till's data folder."""
        return self.folder / "till"

    @property
    def paper(self) -> Path:
        """What the receipt printer got."""
        return self.folder / "paper.bin"

    def open_office(self, template: str) -> None:
        """Serve a copy of a database."""
        url = self.stack.enter_context(copied(self.server, template))
        self.use_office(self.stack.enter_context(head_process("--db", url)))

    def use_office(self, office: HeadProcess) -> None:
        """Work with a served head office, behind a cable that can be pulled."""
        self.office = office
        self.engine = open_head(str(office.place[1]))
        self.stack.callback(self.engine.dispose)
        self.link = self.stack.enter_context(proxy(self.office.url))

    def issue(self, till: int = 1) -> str:
        """A one-time code."""
        with begin(self.engine) as tx:
            return issue_code(tx, "S1", till, lambda: datetime.now(UTC))

    def enrol(self, folder: Path, code: str, server: str = "") -> Ended:
        """Run the command."""
        place = server or self.link.url
        return run("pos_app", "enrol", "--data", folder, "--server", place, "--code", code)

    def command(self, name: str, *words: str) -> Ended:
        """A command of the till that must end well."""
        return done("pos_app", name, "--data", self.till, *words, env=self.env)

    def simulate(self, sales: int, *words: str) -> Ended:
        """Make sales without a window."""
        return self.command("simulate", "--sales", str(sales), "--json", *words)

    def start_cashier(self) -> None:
        """Open the till with somebody at work, as a process of its own."""
        self.working = Running(["tests.support.cashier", self.till], self.env)
        self.stack.callback(self.working.kill)
        assert self.heard() == {"ready": True}

    def heard(self) -> dict[str, Any]:
        """The cashier's next answer."""
        assert self.working is not None
        line = self.working.line()
        assert line, self.working.errors
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, line: str) -> dict[str, Any]:
        """Tell the cashier something and wait for the answer."""
        assert self.working is not None
        self.working.say(line)
        return self.heard()

    def totals(self) -> dict[str, Any]:
        """The till's own totals."""
        found: dict[str, Any] = self.command("totals", "--json").json()
        return found

    def numbers_on_paper(self) -> Counter[str]:
        """How often each receipt number was printed."""
        data = self.paper.read_bytes() if self.paper.exists() else b""
        return Counter(number.decode() for number in NUMBER.findall(data))
