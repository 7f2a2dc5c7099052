"""Three people make the same ten sales on the real till: by keys, by finger, by scanner alone.

The till is a process of its own on a virtual display; its head office is another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from msgspec import structs
from sqlalchemy import text

from backoffice.value import service as value_ledger
from backoffice.value.service import Place, Posting, Source
from db.embedded import EmbeddedPostgres
from db.engine import open_store
from db.transaction import begin
from pos_app.runtime.paths import TillPaths
from retail.contract.sales import ValueMove
from retail.value import ValueKind, last_four, lookup_of
from tests.people.three_people import Finger, Goods, Keyboard, Person, Scanner
from tests.support import display
from tests.support.display import Desktop
from tests.support.waiting import wait_until
from tests.support.world import World

pytestmark = pytest.mark.timeout(600)
MILK, BUTTER, EGGS = (
    Goods(1, "Whole milk 1 L"),
    Goods(2, "Butter 250 g"),
    Goods(3, "Free-range eggs ×10"),
)
CROISSANT, BANANAS, WINE = Goods(5, "Croissant"), Goods(6, "Bananas"), Goods(16, "Pinot noir 0.75")
CARD = "4471882093"


@dataclass
class Work:
    """A person at a till, and what the till's books say."""

    person: Person
    desktop: Desktop
    folder: Path
    sold: int = 0

    def value(self, query: str) -> Any:
        """The first value of a query, read beside the till."""
        engine = open_store(TillPaths(self.folder).store, read_only=True)
        with closing(engine.raw_connection()), begin(engine) as tx:
            return tx.execute(text(query)).scalar_one()

    def finished(self, told: str) -> str:
        """See the sale's end on the screen and in the books; the receipt's number."""
        self.desktop.eyes.wait_for(told)
        self.sold += 1
        assert wait_until(lambda: self.value("SELECT count(*) FROM sale") == self.sold)
        self.person.next()
        self.desktop.eyes.wait_for("Articles")
        return str(self.value("SELECT number FROM sale ORDER BY rid DESC LIMIT 1"))

    def tenders(self) -> list[str]:
        """Kinds of the newest sale's tenders, which settle it to the cent."""
        newest = "rid = (SELECT max(rid) FROM sale)"
        settled = f"SELECT (SELECT sum(amount_minor) FROM sale_tender WHERE {newest}) = "  # noqa: S608
        assert self.value(f"{settled} total_minor + rounding_minor FROM sale WHERE {newest}")
        kinds = self.value(f"SELECT group_concat(kind) FROM sale_tender WHERE {newest}")  # noqa: S608
        return str(kinds).split(",")


def an_article_for_exact_cash(work: Work) -> None:
    work.person.add(MILK)
    work.person.cash()
    work.finished("Change")
    assert work.tenders() == ["cash"]


def two_articles_by_card(work: Work) -> None:
    work.person.add(EGGS)
    work.person.add(BUTTER)
    work.person.card()
    work.finished("Paid by card")
    assert work.tenders() == ["card"]


def a_note_and_change(work: Work) -> None:
    work.person.add(BUTTER)
    work.person.given("500")
    work.finished("Change €")
    assert work.tenders() == ["cash"]


def three_of_one(work: Work) -> None:
    work.person.add(CROISSANT, 3)
    work.person.card()
    work.finished("Paid by card")
    assert work.value("SELECT quantity FROM sale_line ORDER BY rid DESC LIMIT 1") == 3000


def wine_with_a_question(work: Work) -> None:
    work.person.add(WINE)
    work.person.card()
    work.person.old_enough()
    work.finished("Paid by card")


def a_weighed_article(work: Work) -> None:
    work.person.weigh(BANANAS, "0.842")
    work.person.card()
    work.finished("Paid by card")
    assert work.value("SELECT quantity FROM sale_line ORDER BY rid DESC LIMIT 1") == 842


def a_split_tender(work: Work) -> None:
    work.person.add(EGGS)
    work.person.part_in_cash("100")
    work.person.card()
    work.finished("Change")
    assert work.tenders() == ["cash", "card"]


def a_gift_card(work: Work) -> None:
    work.person.add(MILK)
    work.person.gift_card(CARD)
    work.finished("Paid")
    assert work.tenders() == ["gift_card"]


def a_return(work: Work) -> None:
    work.person.add(MILK)
    work.person.card()
    receipt = work.finished("Paid by card")
    work.person.open_return(receipt)
    work.person.take_back()
    work.person.pay_out()
    work.finished("Paid out")
    assert work.tenders() == ["card"]


def an_exchange(work: Work) -> None:
    work.person.add(MILK)
    work.person.cash()
    receipt = work.finished("Change")
    work.person.open_return(receipt)
    work.person.take_back()
    work.person.add(BUTTER)
    work.person.card()
    work.finished("Paid by card")
    assert work.tenders() == ["card"]


TEN: tuple[Callable[[Work], None], ...] = (
    an_article_for_exact_cash,
    two_articles_by_card,
    a_note_and_change,
    three_of_one,
    wine_with_a_question,
    a_weighed_article,
    a_split_tender,
    a_gift_card,
    a_return,
    an_exchange,
)


@pytest.fixture
def world(tmp_path: Path, head_server: EmbeddedPostgres, demo_template: str) -> Iterator[World]:
    """A till enrolled at a head office with the demo chain, and a gift card worth a sale."""
    with ExitStack() as stack:
        found = World(tmp_path, head_server, stack)
        found.open_office(demo_template)
        _issue_a_card(found)
        ended = found.enrol(found.till, found.issue())
        assert ended.code == 0, ended.err
        yield found


def _issue_a_card(world: World) -> None:
    now = datetime.now(UTC)
    with begin(world.engine) as tx:
        company = value_ledger.company_of(tx, "S1")
        key = value_ledger.company_key(tx, company)
        lookup = lookup_of(key, ValueKind.GIFT_CARD, CARD)
        move = ValueMove(n=1, act="issue", kind="gift_card", lookup=lookup.hex(), amount=1000)
        move = structs.replace(move, last_four=last_four(CARD))
        posting = Posting(Place(company, "S1"), Source(uuid4(), now), move)
        value_ledger.book(tx, company, [posting], now)


@pytest.mark.skipif(bool(display.missing()), reason="no virtual display: make test installs it")
@pytest.mark.parametrize("who", [Keyboard, Finger, Scanner])
def test_a_person_makes_ten_sales(
    world: World, who: Callable[[Desktop], Person], tmp_path: Path
) -> None:
    printer = f"file:{world.paper}"
    with display.desktop(world.till, tmp_path, TILLWRIGHT_PRINTER_ADDRESS=printer) as desktop:
        _begin_the_day(desktop)
        work = Work(who(desktop), desktop, world.till)
        for sale in TEN:
            sale(work)
    log = (TillPaths(world.till).logs / "till.log").read_text(encoding="utf-8")
    assert "CRITICAL" not in log
    assert (tmp_path / "till.log").read_bytes() == b""
    assert sum(world.numbers_on_paper().values()) >= work.sold
    assert work.value("SELECT count(*) FROM journal_entry WHERE type = 'sale.closed'") == work.sold


def _begin_the_day(desktop: Desktop) -> None:
    """The shop is opened by somebody with a PIN before the three of them begin."""
    desktop.hands.type("1234")
    desktop.hands.press("Return")
    desktop.eyes.wait_for("Float counted")
    desktop.hands.type("15000")
    desktop.hands.press("Return")
    desktop.eyes.wait_for("Articles")
