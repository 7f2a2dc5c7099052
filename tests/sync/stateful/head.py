"""The head office of a history: the real application on a database that can go back in time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine, select, update

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.intake.applier import apply_pending
from backoffice.stores.service import issue_code
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.head.journals import JournalEntry
from db.head.stores import HeadOffice
from db.streams import publish_each
from db.transaction import begin
from retail.contract.reference import PriceRow
from tests.support.postgres import run_on
from tests.sync.stateful.wire import Office, Wire

_numbers = itertools.count(1)


@dataclass(slots=True)
class Head:
    """One head office; stopped, started, backed up and restored at will."""

    server: EmbeddedPostgres
    wire: Wire
    name: str
    engine: Engine
    incarnation: int = 1
    backups: list[str] = field(default_factory=list)
    restores: int = 0
    _running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Serve."""
        url = self.server.url_of(self.name)
        office = self._running.enter_context(Office(create_app(Config(url=url))).open())
        self.wire.plug(office)

    def stop(self) -> None:
        """End; tills reach nobody."""
        self.wire.plug(None)
        self._running.close()
        self.engine.dispose()

    def code(self, till: int) -> str:
        """A one-time code for a till of store S1."""
        with begin(self.engine) as tx:
            return issue_code(tx, "S1", till, lambda: datetime.now(UTC))

    def book(self) -> int:
        """Apply what is journalled; how many entries were taken up."""
        return apply_pending(self.engine)

    def change_price(self, sku: str, minor: int) -> None:
        """Publish a price."""
        with begin(self.engine) as tx:
            publish_each(tx, [PriceRow(zone="NL", sku=sku, minor=minor)])

    def records(self) -> set[UUID]:
        """What it has of all journals."""
        with begin(self.engine) as tx:
            return set(tx.execute(select(JournalEntry.rid)).scalars())

    def back_up(self) -> None:
        """Keep a copy of the database as it is now."""
        self.stop()
        copy = f"{self.name}_b{len(self.backups)}"
        run_on(self.server, f"CREATE DATABASE {copy} TEMPLATE {self.name}")
        self.backups.append(copy)
        self.start()

    def restore(self, backup: str) -> None:
        """Go back to a copy, as the restore procedure does."""
        self.stop()
        run_on(self.server, f"DROP DATABASE {self.name} WITH (FORCE)")
        run_on(self.server, f"CREATE DATABASE {self.name} TEMPLATE {backup}")
        self.incarnation += 1
        self.restores += 1
        with begin(self.engine) as tx:
            tx.execute(update(HeadOffice).values(incarnation=self.incarnation))
        self.start()


@contextmanager
def head_of(server: EmbeddedPostgres, template: str, wire: Wire) -> Iterator[Head]:
    """A served head office on a copy of a template; all of its databases are dropped afterwards."""
    name = f"tillwright_history_{next(_numbers)}"
    run_on(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    head = Head(server, wire, name, open_head(server.url_of(name)))
    head.start()
    try:
        yield head
    finally:
        head.stop()
        for database in (name, *head.backups):
            run_on(server, f"DROP DATABASE {database} WITH (FORCE)")
