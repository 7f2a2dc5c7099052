from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from pos_app.checkout import closing, service
from retail.errors import RetailError
from retail.tender.settlement import Offer, TenderKind
from tests.support.till import SHELF, Books, pack_code

PIECE, OTHER = SHELF.code(SHELF.piece), SHELF.code(SHELF.other)
WEIGHED, KIT = SHELF.code(SHELF.weighed), SHELF.code(SHELF.kit)
WRITTEN = (
    "journal_entry", "sale", "sale_line", "sale_tax", "sale_tender", "cash_move", "stock_move",
    "stock_level", "print_job", "basket_step",
)  # fmt: skip
NL = "NL"


def cash(minor: int) -> Offer:
    return Offer(TenderKind.CASH, minor)


def card(minor: int, reference: str = "A1") -> Offer:
    return Offer(TenderKind.CARD, minor, reference)


def _driver(books: Books) -> sqlite3.Connection:
    found = books.connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


@contextmanager
def _breaking_at(books: Books, instruction: int) -> Iterator[list[int]]:
    """SQLite gives up at its n-th look at the clock; the list counts the looks."""
    looks: list[int] = []

    def look() -> int:
        looks.append(1)
        return len(looks) == instruction

    driver = _driver(books)
    driver.set_progress_handler(look, 1)
    try:
        yield looks
    finally:
        driver.set_progress_handler(None, 0)


def test_a_sale_writes_everything_at_once(selling: Books) -> None:
    selling.enter(f"2*{PIECE}", f"0.5*{WEIGHED}")
    total = selling.view().priced.total_minor
    sold = selling.pay(cash(10_000))
    assert sold.total_minor == total
    assert sold.change_minor == 10_000 - total
    assert selling.value("SELECT total_minor FROM sale") == total
    assert selling.value("SELECT minor FROM cash_move WHERE kind = 'sale'") == total
    assert selling.value("SELECT count(*) FROM sale_line") == 2
    assert selling.value("SELECT count(*) FROM stock_move") == 2
    assert selling.query("SELECT state, copy_no, drawer FROM print_job") == [("queued", 0, 1)]
    assert selling.journalled()[-1] == ("sale.closed", sold.rid)
    assert selling.verify().broken == ""


@pytest.mark.parametrize("table", WRITTEN)
@pytest.mark.parametrize("act", ["INSERT", "UPDATE"])
def test_a_table_that_refuses_keeps_all_of_it_away(selling: Books, table: str, act: str) -> None:
    selling.sell(PIECE)
    selling.enter(PIECE, OTHER)
    before = selling.dump()
    selling.execute(f"CREATE TRIGGER broken BEFORE {act} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'broken'); END")  # fmt: skip
    if act == "INSERT" or table == "stock_level":
        with pytest.raises((DBAPIError, sqlite3.Error), match="broken"):
            selling.pay()
        assert selling.dump() == before
    selling.execute("DROP TRIGGER broken")
    assert int(selling.pay().receipt_number[-8:]) == 2
    assert selling.verify().broken == ""


def test_a_failure_at_any_point_keeps_nothing(selling: Books) -> None:
    selling.sell(PIECE)
    view = selling.enter(PIECE, KIT, f"0.5*{WEIGHED}")
    offers = (card(100), cash(5000))
    basket = view.priced.basket.basket_id
    before = selling.dump()
    failed, instruction = 0, 1
    while True:
        with _breaking_at(selling, instruction) as looks:
            try:
                sold = selling.run(closing.close_sale, selling.session, basket, offers)
                break
            except (DBAPIError, sqlite3.Error) as problem:
                assert "interrupted" in str(problem)  # noqa: PT017 (the other end is success)
        assert len(looks) >= instruction
        if selling.query("SELECT 1 FROM sale WHERE rid = :rid", rid=basket.bytes):
            # Stopped on the way out of a commit that was done: asked again, the sale is there.
            sold = selling.run(closing.close_sale, selling.session, basket, offers)
            break
        assert selling.dump() == before
        failed += 1
        # Every look of the first hundred, then ever further apart.
        instruction += 1 + failed // 100
    assert failed > 50
    assert int(sold.receipt_number[-8:]) == 2
    assert selling.verify().broken == ""


def test_paying_the_same_basket_again_gives_the_same_sale(selling: Books) -> None:
    basket = selling.enter(PIECE).priced.basket.basket_id
    first = selling.pay(cash(100_000))
    before = selling.dump()
    for offers in ((), (cash(1),), (card(99),)):
        again = selling.run(closing.close_sale, selling.session, basket, offers)
        assert again == first
    assert selling.dump() == before


def test_another_basket_than_the_one_shown_is_not_paid(selling: Books) -> None:
    selling.enter(PIECE)
    _refused(selling, "sale.changed", UUID(int=5), cash(100_000))


def test_an_empty_basket_is_not_paid(selling: Books) -> None:
    _refused(selling, "sale.empty", UUID(int=5))
    basket = selling.enter(PIECE).priced.basket.basket_id
    selling.run(service.remove_line, selling.session, 1)
    _refused(selling, "sale.empty", basket, cash(1))


def test_without_a_shift_nothing_is_sold(books: Books) -> None:
    books.begin_work(shift=False)
    basket = books.enter(PIECE).priced.basket.basket_id
    _refused(books, "shift.none", basket, cash(100_000))


@pytest.mark.parametrize(
    ("code", "offers"),
    [
        ("sale.unpaid", ()),
        ("sale.unpaid", (cash(1),)),
        ("sale.unpaid", (card(1), cash(1))),
        ("tender.amount", (cash(0),)),
        ("tender.amount", (cash(-5),)),
        ("tender.amount", (card(0),)),
        ("tender.card_over", (card(10**6),)),
        ("tender.settled", (cash(10**6), cash(1))),
        ("tender.settled", (cash(10**6), card(1))),
    ],
)
def test_a_tender_that_does_not_fit_books_nothing(
    selling: Books, code: str, offers: tuple[Offer, ...]
) -> None:
    basket = selling.enter(PIECE).priced.basket.basket_id
    _refused(selling, code, basket, *offers)
    assert selling.pay().total_minor == SHELF.piece.minor[NL]


def _refused(books: Books, code: str, basket: UUID, *offers: Offer) -> None:
    before = books.dump()
    with pytest.raises(RetailError) as caught:
        books.run(closing.close_sale, books.session, basket, offers)
    assert caught.value.code == code
    assert books.dump() == before


def test_card_and_cash_share_a_sale(selling: Books) -> None:
    selling.enter(f"5*{PIECE}")
    total = selling.view().priced.total_minor
    sold = selling.pay(card(100, "TERM-7"), card(50), cash(total))
    assert sold.tenders == (("card", 100), ("card", 50), ("cash", total - 150))
    assert sold.change_minor == 150
    kept = selling.query("SELECT kind, amount_minor, given_minor, change_minor, reference "
                         "FROM sale_tender ORDER BY n")  # fmt: skip
    assert kept == [
        ("card", 100, 100, 0, "TERM-7"),
        ("card", 50, 50, 0, "A1"),
        ("cash", total - 150, total, 150, ""),
    ]
    assert selling.value("SELECT sum(minor) FROM cash_move WHERE kind = 'sale'") == total - 150


def test_only_cash_opens_the_drawer(selling: Books) -> None:
    selling.enter(PIECE)
    selling.pay(card(SHELF.piece.minor[NL]))
    selling.sell(PIECE)
    assert selling.query("SELECT drawer FROM print_job ORDER BY job_id") == [(0,), (1,)]


def test_a_pack_takes_its_pieces_from_the_stock_and_a_kit_its_parts(selling: Books) -> None:
    selling.sell(f"2*{pack_code(SHELF.pack)}", SHELF.code(SHELF.pack), f"3*{KIT}")
    moved = selling.query("SELECT sku, sum(thousandths) FROM stock_move GROUP BY sku")
    parts = dict(SHELF.kit.row.components)
    expected = {sku: 3 * each for sku, each in parts.items()}
    expected[SHELF.pack.row.sku] = expected.get(SHELF.pack.row.sku, 0) + 13_000
    assert dict(moved) == expected
    levels = selling.query("SELECT site, state, sku, -thousandths FROM stock_level")
    assert {(sku, q) for _, _, sku, q in levels} == set(expected.items())
    assert {(site, state) for site, state, *_ in levels} == {("S1", "on_hand")}
    assert selling.verify().broken == ""


def test_numbers_rise_without_a_gap_whatever_is_given_up(selling: Books) -> None:
    numbers = []
    for _ in range(4):
        selling.enter(PIECE)
        selling.run(service.clear, selling.session)
        with pytest.raises(RetailError):
            selling.pay(cash(1))
        numbers.append(int(selling.sell(PIECE).receipt_number[-8:]))
    assert numbers == [1, 2, 3, 4]


@pytest.mark.parametrize("cents", range(10))
def test_cash_is_rounded_to_five_cents_and_the_rest_is_booked(rounding: Books, cents: int) -> None:
    rounding.execute("UPDATE price SET minor = :minor", minor=1000 + cents)
    rounding.enter(PIECE)
    due = rounding.cash_due(1000 + cents)
    sold = rounding.pay(cash(2000))
    assert sold.total_minor == 1000 + cents
    assert sold.change_minor == 2000 - due
    assert rounding.value("SELECT rounding_minor FROM sale") == due - 1000 - cents
    assert rounding.verify().broken == ""


def test_a_card_is_never_rounded(rounding: Books) -> None:
    rounding.execute("UPDATE price SET minor = 1003")
    rounding.enter(PIECE)
    assert rounding.pay(card(1003)).tenders == (("card", 1003),)
    assert rounding.value("SELECT rounding_minor FROM sale") == 0


def test_two_cents_in_cash_are_settled_with_nothing(rounding: Books) -> None:
    rounding.execute("UPDATE price SET minor = 2")
    rounding.enter(PIECE)
    sold = rounding.pay(cash(0))
    assert (sold.total_minor, sold.tenders) == (2, (("cash", 0),))
    assert rounding.value("SELECT rounding_minor FROM sale") == -2
    assert rounding.verify().broken == ""


def test_the_sale_names_the_price_list_its_prices_came_from(selling: Books) -> None:
    selling.sell(PIECE)
    active = selling.value("SELECT active_seq FROM stream WHERE name = 'price/NL'")
    assert active > 400
    assert selling.value("SELECT price_version FROM sale") == active


def test_a_finished_sale_cannot_be_changed(selling: Books) -> None:
    selling.sell(PIECE)
    for table in WRITTEN[:7]:
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET rid = rid"):  # noqa: S608
            with pytest.raises(DBAPIError, match="append-only"):
                selling.execute(statement)
