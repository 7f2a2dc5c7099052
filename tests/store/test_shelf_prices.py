"""Prices that change while their articles are in a basket: the scanned price holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pos_app.checkout import by_hand, holding, service
from pos_app.checkout.shelf_prices import shelf_prices, take_price
from pos_app.staff.approvals import Why
from retail.contract.reference import PriceRow
from retail.contract.scopes import price_stream
from retail.errors import RetailError
from tests.support.till import MORNING, SHELF, Books, pack_code, receive

PIECE, OTHER = SHELF.code(SHELF.piece), SHELF.code(SHELF.other)
SKU, OLD = SHELF.piece.row.sku, SHELF.piece.minor["NL"]
NEW = OLD - 10
Change = Callable[..., None]


@pytest.fixture
def change(selling: Books) -> Change:
    """Head office changes a price, now or from a time on."""

    def changed(minor: int, *, later_s: int = 0, sku: str = SKU, pack: int = 1000) -> None:
        start = int(MORNING.timestamp() + later_s) * 1_000_000 if later_s else 1
        row = PriceRow(zone="NL", sku=sku, minor=minor, pack=pack, valid_from_us=start)
        selling.run(receive, price_stream("NL"), [row], selling.desk.now())

    return changed


def _now(books: Books, *articles: tuple[str, int]) -> dict[tuple[str, int], int]:
    return books.run(shelf_prices, books.session.store, articles, books.desk.now_us())


def test_the_price_of_the_scan_holds_until_somebody_takes_the_new_one(
    selling: Books, change: Change
) -> None:
    selling.enter(f"2*{PIECE}", OTHER)
    total = selling.view().priced.total_minor
    change(NEW)
    assert selling.view().priced.total_minor == total
    assert _now(selling, (SKU, 1000)) == {(SKU, 1000): NEW}
    view = selling.run(take_price, selling.session, 1)
    assert view.priced.total_minor == total - 2 * (OLD - NEW)
    view = selling.run(service.undo, selling.session)
    assert view.priced.total_minor == total
    (line, _other) = selling.fact(selling.pay().rid).lines
    assert line.price == OLD
    assert selling.verify().broken == ""


def test_another_piece_at_another_price_is_a_line_of_its_own(
    selling: Books, change: Change
) -> None:
    selling.enter(PIECE)
    change(NEW)
    view = selling.enter(PIECE)
    prices = [line.line.unit_price_minor for line in view.priced.lines]
    assert prices == [OLD, NEW]


def test_a_price_begins_at_its_time(selling: Books, change: Change) -> None:
    selling.enter(PIECE)
    change(NEW, later_s=3600)
    assert _now(selling, (SKU, 1000)) == {(SKU, 1000): OLD}
    selling.clock.step(hours=1)
    assert _now(selling, (SKU, 1000)) == {(SKU, 1000): NEW}
    assert selling.view().priced.lines[0].line.unit_price_minor == OLD


def test_a_basket_that_waited_keeps_its_prices(selling: Books, change: Change) -> None:
    waiting = selling.enter(PIECE).priced.basket.basket_id
    selling.run(holding.hold, selling.session)
    change(NEW)
    view = selling.run(holding.recall, selling.session, waiting)
    assert view.priced.lines[0].line.unit_price_minor == OLD


def test_a_pack_has_a_price_of_its_own(selling: Books, change: Change) -> None:
    pack = SHELF.pack
    selling.enter(pack_code(pack))
    change(1, sku=pack.row.sku)
    before = selling.view().priced.total_minor
    assert _now(selling, (pack.row.sku, 6000)) == {(pack.row.sku, 6000): before}
    change(777, sku=pack.row.sku, pack=6000)
    assert selling.run(take_price, selling.session, 1).priced.total_minor == 777


def test_what_a_person_or_nobody_priced_is_left_alone(selling: Books, change: Change) -> None:
    selling.enter(PIECE)
    selling.run(by_hand.override_price, selling.session, 1, OLD - 1, Why("label"))
    change(NEW)
    with pytest.raises(RetailError) as refused:
        selling.run(take_price, selling.session, 1)
    assert refused.value.code == "basket.fixed"
    selling.enter("5901234123457")
    with pytest.raises(RetailError) as refused:
        selling.run(take_price, selling.session, 2)
    assert refused.value.code == "basket.unknown"


def test_an_article_without_a_price_keeps_the_one_of_its_line(selling: Books) -> None:
    selling.enter(PIECE)
    selling.execute("DELETE FROM price WHERE sku = :sku", sku=SKU)
    assert _now(selling, (SKU, 1000)) == {}
    with pytest.raises(RetailError) as refused:
        selling.run(take_price, selling.session, 1)
    assert refused.value.code == "price.gone"


def test_nothing_is_asked_of_an_empty_basket(selling: Books) -> None:
    assert _now(selling) == {}
