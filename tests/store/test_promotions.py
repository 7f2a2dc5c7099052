"""Promotions at the till: one set per basket, what a sale keeps of them, what cannot be read."""

from __future__ import annotations

import json
import logging
import sqlite3
from datetime import datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy.exc import DBAPIError

from pos_app.checkout import drafts, promotions, service
from pos_app.checkout.open_basket import CheckoutView
from pos_app.printing import queue
from retail.basket.model import Basket
from retail.contract.codec import read_entry
from retail.contract.facts import decode
from retail.contract.promotions import (
    NO_PROMOTIONS,
    PromotionRow,
    PromotionSnapshotRow,
    content_hash,
)
from retail.contract.sales import LineDiscount, SaleClosed
from retail.errors import RetailError
from retail.receipt import Item, Pair
from tests.support.offers import in_force, percent, version
from tests.support.till import SHELF, Books, receive

PIECE, OTHER = SHELF.code(SHELF.piece), SHELF.code(SHELF.other)
SKU, PRICE = SHELF.piece.row.sku, SHELF.piece.minor["NL"]
WEIGHED = SHELF.code(SHELF.weighed)
TEN = version("TEN", percent(1000), texts={"en": "Ten off", "de": "Zehn"})
HALF = version("HALF", percent(5000, scope={"skus": [SKU]}))
THREE = version("THREE", {"type": "cheapest_free", "n": 3, "free": 1, "scope": {"skus": [SKU]}})


def offer(books: Books, *versions: PromotionRow) -> None:
    """Head office makes these the whole of what is live; the till has synced."""
    books.run(receive, "promotions", in_force(versions), books.desk.now())


def snapshot(*versions: PromotionRow) -> str:
    (row,) = (row for row in in_force(versions) if isinstance(row, PromotionSnapshotRow))
    return row.snapshot


def total(view: CheckoutView) -> int:
    return view.priced.total_minor


def less(bp: int, minor: int = PRICE) -> int:
    return minor - (minor * bp + 5000) // 10_000


def fact_of(books: Books, rid: Any) -> SaleClosed:
    data = books.value("SELECT entry FROM journal_entry WHERE rid = :rid", rid=rid.bytes)
    entry = read_entry(bytes(data))
    fact = decode(entry.type, entry.sv, entry.body)
    assert isinstance(fact, SaleClosed)
    return fact


def test_a_promotion_takes_off_and_says_so(selling: Books) -> None:
    offer(selling, TEN)
    view = selling.enter(PIECE)
    (line,) = view.priced.lines
    assert total(view) == less(1000)
    assert [(s.promo_id, s.name, s.minor) for s in line.savings] == [
        ("TEN", "Ten off", PRICE - less(1000))
    ]
    chosen = view.priced.solution
    assert (chosen.snapshot, chosen.proved, chosen.set_aside) == (snapshot(TEN), True, ())
    assert view.notice is None


def test_a_sale_keeps_what_was_taken_off_and_how_it_was_chosen(selling: Books) -> None:
    offer(selling, THREE, TEN)
    selling.enter(f"4*{PIECE}", OTHER)
    view = selling.view()
    sold = selling.pay()
    fact = fact_of(selling, sold.rid)
    assert fact.promotions is not None
    assert sold.total_minor == fact.total == total(view)
    assert fact.savings == view.priced.savings_minor > 0
    assert [one.promotion for one in fact.promotions.applied] == ["TEN", "THREE"]
    assert fact.promotions.snapshot == snapshot(TEN, THREE)
    assert fact.promotions.engine == view.priced.solution.engine_version
    assert fact.lines[0].discounts == (
        LineDiscount("TEN", PRICE - less(1000), 1),
        LineDiscount("THREE", PRICE, 3),
    )
    kept = selling.query(
        "SELECT n, promotion, version, minor, units, funding FROM sale_line_discount"
    )
    assert kept == [
        (1, "TEN", 1, PRICE - less(1000), 1, "store"),
        (1, "THREE", 1, PRICE, 3, "store"),
        (2, "TEN", 1, fact.lines[1].discount, 1, "store"),
    ]
    head = selling.query(
        "SELECT snapshot, engine_version, minimised, bound, proved, savings_minor FROM sale"
    )
    chosen = fact.promotions
    assert head == [
        (chosen.snapshot, chosen.engine, chosen.minimised, chosen.bound, 1, fact.savings)
    ]
    assert sum(dict(line.tax)["R"] for line in fact.lines) == sum(row.tax for row in fact.tax)
    assert selling.verify().broken == ""


def test_a_sale_without_promotions_is_as_it_was(selling: Books) -> None:
    sold = selling.sell(PIECE)
    fact = fact_of(selling, sold.rid)
    assert fact.promotions is None
    assert selling.query("SELECT snapshot, engine_version, proved FROM sale") == [("", 0, 1)]
    assert selling.query("SELECT * FROM sale_line_discount") == []


def test_the_receipt_names_the_promotion_and_the_saving_in_the_stores_language(
    selling: Books,
) -> None:
    offer(selling, TEN, THREE)
    selling.enter(f"3*{PIECE}", OTHER)
    sold = selling.pay()
    document = selling.run(queue.newest_document, sold.rid)
    assert document is not None
    items = [block for block in document.blocks if isinstance(block, Item)]
    other = SHELF.other.minor["NL"]
    saved = other - less(1000, other)
    assert items[0].amount == f"{3 * PRICE / 100:.2f}"
    assert items[0].savings == (("Offer THREE", f"-{PRICE / 100:.2f}"),)
    assert items[1].savings == (("Ten off", f"-{saved / 100:.2f}"),)
    pairs = {block.left: block.right for block in document.blocks if isinstance(block, Pair)}
    assert pairs["Subtotal"] == f"{(3 * PRICE + other) / 100:.2f}"
    assert pairs["You save"] == f"-{(PRICE + saved) / 100:.2f}"
    assert pairs["Total EUR"] == f"{sold.total_minor / 100:.2f}"


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Ten off"), ("de", "Zehn"), ("de-AT", "Zehn"), ("pl", "Offer TEN")],
)
def test_a_promotion_is_called_as_the_store_speaks(books: Books, language: str, name: str) -> None:
    books.execute("UPDATE store SET language = :language", language=language)
    books.begin_work()
    offer(books, TEN)
    assert books.enter(PIECE).priced.lines[0].savings[0].name == name


def test_a_basket_keeps_the_promotions_that_it_began_with(selling: Books) -> None:
    offer(selling, TEN)
    began = selling.enter(PIECE)
    offer(selling, HALF)
    went_on = selling.enter(PIECE)
    assert went_on.priced.basket.offers == began.priced.basket.offers == snapshot(TEN)
    assert [s.promo_id for s in went_on.priced.lines[0].savings] == ["TEN"]
    sold = selling.pay()
    choice = fact_of(selling, sold.rid).promotions
    assert choice is not None
    assert choice.snapshot == snapshot(TEN)
    assert total(selling.enter(PIECE)) == less(5000)
    assert selling.view().priced.basket.offers == snapshot(HALF)


def test_a_basket_that_began_without_promotions_ends_without(selling: Books) -> None:
    assert selling.enter(PIECE).priced.basket.offers == NO_PROMOTIONS
    offer(selling, HALF)
    assert total(selling.enter(PIECE)) == 2 * PRICE
    selling.run(service.clear, selling.session)
    assert total(selling.enter(PIECE)) == less(5000)


def test_promotions_that_were_taken_back_hold_for_open_baskets_only(selling: Books) -> None:
    offer(selling, HALF)
    selling.enter(PIECE)
    offer(selling)
    assert total(selling.view()) == less(5000)
    selling.pay()
    assert total(selling.enter(PIECE)) == PRICE


def test_the_set_of_a_basket_survives_a_restart_and_an_undo(selling: Books) -> None:
    offer(selling, HALF)
    before = selling.enter(PIECE, OTHER).priced
    offer(selling, TEN)
    selling.connection.close()
    with selling.connection.engine.connect() as again:
        selling.connection = again
        assert selling.view().priced == before
        undone = selling.run(service.undo, selling.session)
        assert undone.priced.basket.offers == snapshot(HALF)
        assert total(undone) == less(5000)
        assert undone.priced.lines[0].savings[0].promo_id == "HALF"


def test_a_draft_of_before_promotions_is_read_and_sold(selling: Books) -> None:
    basket = selling.enter(PIECE).priced.basket
    body = json.loads(msgspec.json.encode(basket))
    for item in [body["lines"][0]["item"]]:
        for name in ("tags", "no_discount", "no_points"):
            del item[name]
    del body["offers"]
    offer(selling, HALF)
    selling.execute("UPDATE basket_step SET body = :body", body=json.dumps(body).encode())
    found = selling.run(drafts.current)
    assert found is not None
    assert found.basket == Basket(basket.basket_id, "EUR", basket.lines, 2)
    assert total(selling.view()) == less(5000)
    assert selling.pay().total_minor == less(5000)
    assert selling.verify().broken == ""


HOUR = version("HOUR", percent(5000, when={"from": "22:00", "to": "01:00"}))


def test_what_was_shown_is_paid_also_when_an_offer_begins_in_between(selling: Books) -> None:
    # Half past ten in Amsterdam.
    offer(selling, HOUR)
    shown = total(selling.enter(PIECE))
    selling.clock.step(hours=12)
    assert total(selling.view()) == shown == PRICE
    assert selling.pay().total_minor == shown


def test_an_offer_that_has_begun_counts_from_the_next_change_on(selling: Books) -> None:
    offer(selling, HOUR)
    selling.enter(PIECE)
    selling.clock.step(hours=12)
    assert total(selling.enter(PIECE)) == PRICE
    (line,) = selling.view().priced.lines
    assert [s.promo_id for s in line.savings] == ["HOUR"]


@pytest.mark.parametrize(
    ("local", "holds"),
    [("2026-11-20T21:59", False), ("2026-11-20T22:00", True), ("2026-11-21T00:59", True),
     ("2026-11-21T01:00", False)],
)  # fmt: skip
def test_hours_are_those_of_the_stores_clock(selling: Books, local: str, holds: bool) -> None:
    offer(selling, HOUR)
    # Amsterdam is an hour ahead in November.
    selling.clock.now = datetime.fromisoformat(f"{local}+01:00")
    assert bool(selling.enter(PIECE).priced.savings_minor) == holds


def test_a_newer_version_holds_from_its_own_beginning_on(selling: Books) -> None:
    later = version("TEN", percent(3000, valid={"from": "2026-11-21T06:00"}), number=2)
    offer(selling, TEN, later)
    assert total(selling.enter(PIECE)) == less(1000)
    selling.clock.step(days=1)
    # The open basket stays with its set.
    assert total(selling.enter(PIECE)) == 2 * less(1000)
    selling.run(service.clear, selling.session)
    assert total(selling.enter(PIECE)) == less(3000)


def test_a_flag_and_tags_of_an_article_are_minded(selling: Books) -> None:
    tagged = version("TAG", percent(5000, scope={"tags": ["new"]}))
    offer(selling, tagged)
    assert total(selling.enter(PIECE)) == PRICE
    selling.run(service.clear, selling.session)
    selling.execute("UPDATE product SET tags = '[\"new\"]' WHERE sku = :sku", sku=SKU)
    assert total(selling.enter(PIECE)) == less(5000)
    selling.run(service.clear, selling.session)
    selling.execute("UPDATE product SET no_discount = 1 WHERE sku = :sku", sku=SKU)
    assert total(selling.enter(PIECE)) == PRICE


def test_weighed_goods_are_one_unit_by_the_gram(selling: Books) -> None:
    offer(selling, TEN)
    view = selling.enter(f"0.842*{WEIGHED}")
    gross = (SHELF.weighed.minor["NL"] * 842 + 500) // 1000
    assert total(view) == less(1000, gross)
    assert view.priced.lines[0].savings[0].units == 1


def test_what_is_given_up_is_journalled_at_its_reduced_price(selling: Books) -> None:
    offer(selling, THREE)
    selling.enter(f"3*{PIECE}", OTHER)
    selling.run(service.remove_line, selling.session, 1)
    entry = read_entry(bytes(selling.value("SELECT entry FROM journal_entry ORDER BY seq DESC")))
    assert json.loads(entry.body)["lines"] == [[SKU, 3000, 2 * PRICE]]


def broken(promotion: str) -> PromotionRow:
    """A promotion of a newer program: this one does not know its type."""
    row = version(promotion, percent(1000))
    params = json.loads(row.params) | {"type": "hologram"}
    del params["bp"]
    return _hashed(row, params)


def _hashed(row: PromotionRow, params: dict[str, Any]) -> PromotionRow:
    text = json.dumps(params)
    digest = content_hash(row.promotion, row.version, name=row.name, params=text, texts=row.texts)
    return msgspec.structs.replace(row, params=text, content_hash=digest)


NONSENSE = (
    broken("ODD"),
    _hashed(version("ODD", percent(1)), {"id": "OTHER", "type": "percent", "bp": 1}),
)


@pytest.mark.parametrize("row", NONSENSE, ids=["unknown type", "another's rules"])
def test_what_cannot_be_read_is_set_aside_and_the_rest_works(
    selling: Books, caplog: pytest.LogCaptureFixture, row: PromotionRow
) -> None:
    offer(selling, HALF, row)
    with caplog.at_level(logging.WARNING):
        view = selling.enter(PIECE)
    assert total(view) == less(5000)
    assert view.priced.solution.set_aside == ("ODD",)
    assert view.notice is not None
    assert (view.notice.tone, "cannot be read" in view.notice.text) == ("warn", True)
    assert "promotion ODD is set aside" in caplog.text
    (noted,) = selling.run(promotions.set_aside)
    assert (noted.promotion, noted.version, noted.name) == ("ODD", 1, "Offer ODD")
    assert noted.reason
    again = selling.enter(PIECE)
    assert (again.notice, again.priced.solution.set_aside) == (None, ("ODD",))
    sold = selling.pay()
    choice = fact_of(selling, sold.rid).promotions
    assert choice is not None
    assert choice.set_aside == ("ODD",)
    assert selling.verify().broken == ""


def test_a_promotion_that_has_not_arrived_is_set_aside_until_it_has(
    selling: Books, caplog: pytest.LogCaptureFixture
) -> None:
    rows = in_force((HALF, TEN))
    without = [row for row in rows if row is not HALF]
    selling.run(receive, "promotions", without, selling.desk.now())
    view = selling.enter(PIECE)
    assert (total(view), view.priced.solution.set_aside) == (less(1000), ("HALF",))
    assert len(selling.run(promotions.set_aside)) == 1
    selling.run(receive, "promotions", [HALF], selling.desk.now())
    view = selling.view()
    assert (total(view), view.priced.solution.set_aside) == (less(5000), ())
    assert selling.run(promotions.set_aside) == ()


def test_a_set_that_has_not_arrived_is_no_reason_to_stop(
    selling: Books, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [row for row in in_force((HALF,)) if not isinstance(row, PromotionSnapshotRow)]
    selling.run(receive, "promotions", rows, selling.desk.now())
    view = selling.enter(PIECE)
    assert total(view) == PRICE
    assert view.priced.solution.set_aside == ("*",)
    assert selling.pay().total_minor == PRICE


@pytest.mark.parametrize("params", ["not json", "[]", '{"id":"ODD"}', "7", "[" * 100_000])
def test_no_parameters_stop_a_sale(
    selling: Books, caplog: pytest.LogCaptureFixture, params: str
) -> None:
    row = version("ODD", percent(1))
    digest = content_hash("ODD", 1, name=row.name, params=params, texts={})
    offer(selling, HALF, msgspec.structs.replace(row, params=params, content_hash=digest))
    view = selling.enter(PIECE)
    assert (total(view), view.priced.solution.set_aside) == (less(5000), ("ODD",))


def test_a_note_that_was_rolled_back_is_made_again(
    selling: Books, caplog: pytest.LogCaptureFixture
) -> None:
    offer(selling, broken("ODD"), HALF)
    with pytest.raises(RetailError):
        selling.run(_enter_and_fail, selling)
    assert selling.query("SELECT * FROM promo_set_aside") == []
    assert selling.enter(PIECE).notice is not None
    assert len(selling.run(promotions.set_aside)) == 1


def _enter_and_fail(tx: Any, books: Books) -> None:
    service.enter(tx, books.session, PIECE)
    assert len(promotions.set_aside(tx)) == 1
    raise RetailError("test.undone", "Changed my mind.")


def test_a_set_is_made_ready_once(selling: Books) -> None:
    offer(selling, TEN)
    selling.enter(PIECE)
    store, at = selling.session.store, selling.desk.now_us()
    first = selling.run(promotions.terms, store, snapshot(TEN), at)
    again = selling.run(promotions.terms, store, snapshot(TEN), at + 1)
    assert first is not None
    assert again is not None
    assert first.promotions.engine is again.promotions.engine
    offer(selling, HALF)
    assert selling.run(promotions.terms, store, snapshot(TEN), at) == first


def test_only_the_sets_used_last_are_kept_ready(selling: Books) -> None:
    versions = [version(f"P{n}", percent(100 + n)) for n in range(6)]
    for one in versions:
        offer(selling, one)
        selling.enter(PIECE)
        selling.run(service.clear, selling.session)
    known = selling.connection.info["tillwright_promotions"]
    assert [key for key, _ in known] == [snapshot(one) for one in versions[-3:]]


def test_nobody_changes_what_the_till_has_of_a_promotion(
    selling: Books, caplog: pytest.LogCaptureFixture
) -> None:
    offer(selling, TEN)
    other = _hashed(TEN, json.loads(TEN.params) | {"bp": 9000})
    offer(selling, other)
    assert selling.query("SELECT content_hash FROM promotion_version") == [(TEN.content_hash,)]
    view = selling.enter(PIECE)
    assert (total(view), view.priced.solution.set_aside) == (PRICE, ("TEN",))


def test_a_discount_that_cannot_be_kept_keeps_the_whole_sale_away(selling: Books) -> None:
    offer(selling, TEN)
    selling.enter(PIECE)
    before = selling.dump()
    selling.execute(
        "CREATE TRIGGER broken BEFORE INSERT ON sale_line_discount "
        "BEGIN SELECT RAISE(ABORT, 'broken'); END"
    )
    with pytest.raises((DBAPIError, sqlite3.Error), match="broken"):
        selling.pay()
    assert selling.dump() == before
    selling.execute("DROP TRIGGER broken")
    selling.pay()
    assert selling.verify().broken == ""


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE sale_line_discount SET minor = minor + 1", "discounts differ"),
        ("UPDATE sale_line_discount SET version = 2", "discounts differ"),
        ("UPDATE sale_line_discount SET funding = 'x'", "discounts differ"),
        ("DELETE FROM sale_line_discount", "discounts differ"),
        ("UPDATE sale SET snapshot = 'x'", "head differ"),
        ("UPDATE sale SET engine_version = 9", "head differ"),
        ("UPDATE sale SET minimised = 9", "head differ"),
        ("UPDATE sale SET bound = 9", "head differ"),
        ("UPDATE sale SET proved = 0", "head differ"),
    ],
)
def test_altered_discounts_are_found(selling: Books, change: str, sentence: str) -> None:
    offer(selling, TEN)
    selling.sell(PIECE)
    for (name,) in selling.query("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        selling.execute(f"DROP TRIGGER {name}")
    assert selling.verify().broken == ""
    selling.execute(change)
    assert sentence in selling.verify().broken
