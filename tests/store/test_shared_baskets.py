"""What a till tells the store of its waiting baskets, and what it makes of theirs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest

from pos_app.checkout import attaching, holding, service, shared_baskets
from pos_app.customers.queries import FoundCustomer
from pos_app.customers.service import save
from retail.contract.baskets import BasketHeld, BasketReleased, HeldBasketRow
from retail.contract.codec import Side, read_entry, side_hash
from retail.contract.facts import Fact, decode
from retail.contract.reference import SettingRow
from retail.contract.scopes import store_stream
from retail.customers import Personal
from retail.errors import RetailError
from tests.support.till import SHELF, Books, receive

PIECE = SHELF.code(SHELF.piece)
ANNA = FoundCustomer(UUID(int=3), "Anna Lindqvist", "gold", ("S1",), "de")
HOLD = UUID(int=77)


def _facts(books: Books, kind: str) -> list[Any]:
    rows = books.query("SELECT entry FROM journal_entry WHERE type = :kind ORDER BY seq", kind=kind)
    entries = [read_entry(bytes(data)) for (data,) in rows]
    found: list[Fact] = [decode(entry.type, entry.sv, entry.body) for entry in entries]
    return found


def _hold(books: Books, label: str = "") -> UUID:
    """Put an article aside; the basket's id."""
    books.enter(PIECE)
    basket = books.view().priced.basket.basket_id
    books.run(holding.hold, books.session, label)
    return basket


def _row(taken: int = 0, hold: UUID = HOLD) -> HeldBasketRow:
    return HeldBasketRow(
        store="S1", hold=hold, till=2, staff=UUID(int=5), pieces=1, total=129, at_us=7,
        label="Bob", taken=taken,
    )  # fmt: skip


def _tell(books: Books, *rows: HeldBasketRow | SettingRow) -> None:
    books.run(receive, store_stream("S1"), rows, books.desk.now())


def test_a_shared_basket_names_nobody(selling: Books) -> None:
    selling.enter(PIECE)
    selling.run(attaching.attach, selling.session, ANNA)
    selling.run(holding.hold, selling.session, "Anna L.")
    (fact,) = _facts(selling, "basket.held")
    assert isinstance(fact, BasketHeld)
    assert (fact.party, fact.pieces, fact.total) == (ANNA.customer, 1, SHELF.piece.minor["NL"])
    ((salt, data),) = selling.query("SELECT salt, data FROM entry_side")
    assert fact.side == side_hash(Side(bytes(salt), bytes(data))).hex()
    assert bytes(data) == b'{"label":"Anna L."}'
    entries = selling.query("SELECT entry FROM journal_entry")
    assert not any(b"Anna" in bytes(entry) for (entry,) in entries)
    assert selling.verify().broken == ""


def test_whoever_takes_it_up_knows_the_customer_by_what_is_known_here(selling: Books) -> None:
    selling.enter(PIECE)
    selling.run(attaching.attach, selling.session, ANNA)
    selling.run(holding.hold, selling.session)
    (fact,) = _facts(selling, "basket.held")
    assert isinstance(fact, BasketHeld)
    taken = selling.run(holding.take_up, selling.session, HOLD, fact.body).priced.basket
    assert taken.customer is not None
    assert (taken.customer.name, taken.customer.tier, taken.customer.language) == ("", "gold", "de")
    selling.run(save, selling.session, ANNA.customer, Personal(name="Anna Lindqvist"))
    taken = selling.run(holding.take_up, selling.session, UUID(int=78), fact.body).priced.basket
    assert taken.customer is not None
    assert taken.customer.name == "Anna Lindqvist"
    ended = [one for one in _facts(selling, "basket.released") if isinstance(one, BasketReleased)]
    assert [(one.hold, one.how) for one in ended] == [(HOLD, "claimed"), (UUID(int=78), "claimed")]
    assert ended[1].into == taken.basket_id
    (origin,) = {fact.basket, taken.origin}
    assert selling.fact(selling.pay().rid).origin == origin


def test_a_basket_that_cannot_be_read_stays_where_it_is(selling: Books) -> None:
    for body in ("", "{}", "no JSON", "\ud800"):
        with pytest.raises(RetailError, match="cannot read that basket"):
            selling.run(holding.take_up, selling.session, HOLD, body)
    assert _facts(selling, "basket.released") == []


def test_a_basket_beyond_all_measure_waits_at_its_till_only(
    selling: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_baskets, "_LARGEST_BODY", 10)
    basket = _hold(selling)
    assert _facts(selling, "basket.held") == []
    selling.run(holding.recall, selling.session, basket)
    assert _facts(selling, "basket.released") == []


def test_rows_of_the_store_are_listed_until_another_till_has_them(selling: Books) -> None:
    _tell(selling, _row(), _row(taken=3, hold=UUID(int=78)), _row(taken=1, hold=UUID(int=79)))
    found = selling.run(holding.waiting, selling.session)
    assert [(one.basket_id, one.till, one.label) for one in found.elsewhere] == [
        (HOLD, 2, "Bob"),
        (UUID(int=79), 2, "Bob"),
    ]
    assert (found.here, found.due, found.also_at) == ((), False, 0)
    _tell(selling, _row(taken=3))
    assert [one.basket_id for one in selling.run(holding.waiting, selling.session).elsewhere] == [
        UUID(int=79)
    ]


def test_nobody_comes_for_a_basket(selling: Books) -> None:
    _hold(selling, "old")
    selling.clock.step(days=1)
    assert not selling.run(holding.waiting, selling.session).due
    _tell(selling, SettingRow(store="S1", name="baskets.keep_days", value="0"))
    assert selling.run(holding.waiting, selling.session).due
    (gone,) = selling.run(holding.tidy, selling.session)
    assert (gone.label, gone.minor, gone.till) == ("old", SHELF.piece.minor["NL"], 0)
    assert selling.run(holding.held) == ()
    (ended,) = _facts(selling, "basket.released")
    assert isinstance(ended, BasketReleased)
    assert ended.how == "stale"
    assert selling.run(holding.tidy, selling.session) == ()


def test_what_waited_before_the_store_shared_goes_on_waiting(selling: Books) -> None:
    basket = _hold(selling)
    selling.execute("UPDATE held_basket SET hold_id = NULL, held_on = NULL")
    selling.clock.step(days=30)
    assert not selling.run(holding.waiting, selling.session).due
    selling.run(holding.recall, selling.session, basket)
    assert len(selling.run(service.current, selling.session).priced.lines) == 1
    assert _facts(selling, "basket.released") == []


def test_a_hold_that_ended_is_remembered_while_the_store_lists_it(selling: Books) -> None:
    basket = _hold(selling)
    hold = UUID(bytes=selling.value("SELECT hold_id FROM held_basket"))
    selling.run(holding.recall, selling.session, basket)
    _tell(selling, msgspec.structs.replace(_row(hold=hold), till=1))
    selling.clock.step(days=60)
    selling.run(holding.tidy, selling.session)
    assert selling.run(holding.waiting, selling.session).elsewhere == ()
    _tell(selling, _row())
    selling.execute("DELETE FROM shared_basket")
    selling.run(holding.tidy, selling.session)
    assert selling.value("SELECT count(*) FROM ended_hold") == 0
