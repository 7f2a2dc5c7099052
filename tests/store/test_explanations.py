"""Why the open basket costs what it costs, told by the till."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from pos_app.checkout import explanations
from pos_app.checkout.explanations import Told, WhyThisPrice
from retail.contract.codec import canonical
from retail.contract.promotions import PromotionRow, content_hash
from retail.errors import RetailError
from retail.promotions.engine import PromotionEngine
from retail.promotions.explanation import Kind, sentence, with_loss
from retail.promotions.results import Optimum
from tests.support.offers import in_force, percent, version
from tests.support.till import SHELF, Books, receive

PIECE, OTHER, WEIGHED = (SHELF.code(a) for a in (SHELF.piece, SHELF.other, SHELF.weighed))
SKU, PRICE = SHELF.piece.row.sku, SHELF.piece.minor["NL"]
OTHER_SKU = SHELF.other.row.sku
ALL_TEN = version("TEN", percent(1000), texts={"en": "Ten off"})
THREE = version("THREE", {"type": "cheapest_free", "n": 3, "free": 1, "scope": {"skus": [SKU]}})
HALF = version("HALF", percent(5000, scope={"skus": [SKU]}))
SMALL = version("SMALL", percent(500, scope={"skus": [SKU]}))


def offer(books: Books, *versions: PromotionRow) -> None:
    """Head office makes these the whole of what is live."""
    books.run(receive, "promotions", in_force(versions), books.desk.now())


def why(books: Books) -> WhyThisPrice:
    found = books.run(explanations.why, books.session)
    assert found is not None
    return found


def told(books: Books) -> dict[str, Told]:
    return {one.explanation.promo_id: one for one in why(books).told}


def unreadable(promotion: str) -> PromotionRow:
    row = version(promotion, percent(100), name="An odd offer")
    params = canonical({"id": promotion, "type": "hypnosis"}).decode()
    known = content_hash(promotion, row.version, name=row.name, params=params, texts=row.texts)
    return msgspec.structs.replace(row, params=params, content_hash=known)


def test_nothing_is_told_of_an_empty_basket(selling: Books) -> None:
    offer(selling, ALL_TEN)
    assert selling.run(explanations.why, selling.session) is None
    selling.enter(PIECE)
    assert selling.run(explanations.why, selling.session) is not None


def test_without_promotions_there_is_nothing_to_say(selling: Books) -> None:
    selling.enter(PIECE)
    assert why(selling) == WhyThisPrice("EUR")


def test_what_is_told_agrees_with_the_price_on_the_screen(selling: Books) -> None:
    offer(selling, ALL_TEN, THREE)
    view = selling.enter(f"4*{PIECE}", OTHER)
    found = told(selling)
    for line in view.priced.lines:
        number = line.line.line
        shown = {saving.promo_id: saving.minor for saving in line.savings}
        assert shown == {
            name: one.savings[number] for name, one in found.items() if number in one.savings
        }
    applied = found["THREE"].explanation
    assert (applied.kind, applied.discount, applied.units) == (Kind.APPLIED, PRICE, 3)
    assert found["THREE"].lines == {1}
    assert found["TEN"].lines == {1, 2}
    assert found["TEN"].explanation.name == "Ten off"


def test_lines_that_have_no_price_yet_take_no_part(selling: Books) -> None:
    offer(selling, THREE, version("ANY", percent(5000, scope={"skus": [OTHER_SKU]})))
    selling.enter("9520009999998", WEIGHED, PIECE)
    found = told(selling)
    assert [set(found[name].lines) for name in ("THREE", "ANY")] == [{3}, set()]
    assert sentence(found["THREE"].explanation) == "Add 2 more for it to count."


def test_an_applied_offer_says_what_it_lacks_to_hold_once_more(selling: Books) -> None:
    offer(selling, THREE)
    selling.enter(f"4*{PIECE}")
    again = told(selling)["THREE"].again
    assert again is not None
    assert again.missing_qty == 2
    selling.enter(f"2*{PIECE}")
    assert told(selling)["THREE"].again is None


def test_an_offer_that_is_short_is_told_once(selling: Books) -> None:
    offer(selling, THREE)
    selling.enter(f"2*{PIECE}")
    found = told(selling)["THREE"]
    assert (found.explanation.kind, found.again) == (Kind.SHORT, None)


def test_what_is_not_in_the_basket_has_no_lines(selling: Books) -> None:
    offer(selling, HALF)
    selling.enter(OTHER)
    assert (told(selling)["HALF"].lines, told(selling)["HALF"].explanation.kind) == (
        frozenset(),
        Kind.NO_MATCH,
    )


def test_an_article_that_is_excluded_is_told_of_all_the_same(selling: Books) -> None:
    offer(selling, version("BUT", percent(1000, exclude={"skus": [SKU]})))
    selling.enter(PIECE)
    found = told(selling)["BUT"]
    assert found.lines == {1}
    assert found.explanation.kind is Kind.EXCLUDED


@pytest.mark.expect_warnings
def test_what_cannot_be_read_here_is_told_with_its_reason(selling: Books) -> None:
    offer(selling, ALL_TEN, unreadable("ODD"))
    selling.enter(PIECE)
    (aside,) = why(selling).set_aside
    assert (aside.promotion, aside.name) == ("ODD", "An odd offer")
    assert "hypnosis" in aside.reason


def test_parts_of_a_set_are_called_by_their_names(selling: Books) -> None:
    drinks = {"scope": {"categories": ["drinks"]}, "qty": 1}
    slots = [
        {"scope": {"skus": [SKU]}, "qty": 1},
        {"scope": {"skus": [OTHER_SKU]}, "qty": 2},
        drinks,
    ]
    offer(selling, version("SET", {"type": "bundle", "slots": slots, "price": 100}))
    selling.enter(PIECE)
    assert why(selling).names == {OTHER_SKU: SHELF.other.row.name, "drinks": "Drinks"}


def test_how_much_better_another_choice_could_be_is_rounded_up(
    selling: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve: Callable[..., Optimum] = PromotionEngine.optimise

    def unsure(engine: PromotionEngine, *case: Any) -> Optimum:
        found = solve(engine, *case)
        return replace(found, bound=found.minimised - 110_001, proved=False)

    offer(selling, ALL_TEN)
    selling.enter(PIECE)
    assert why(selling).better_by == 0
    monkeypatch.setattr(PromotionEngine, "optimise", unsure)
    assert why(selling).better_by == 12


def test_by_how_much_a_promotion_lost_is_worked_out_on_demand(selling: Books) -> None:
    offer(selling, HALF, SMALL)
    selling.enter(PIECE)
    lost = selling.run(explanations.dearer_with, selling.session, "SMALL")
    assert lost == (PRICE * 9500 + 5000) // 10_000 - (PRICE * 5000 + 5000) // 10_000
    assert selling.run(explanations.dearer_with, selling.session, "HALF") == 0
    said = sentence(with_loss(told(selling)["SMALL"].explanation, lost))
    assert said == f"“Offer HALF” on the same articles saves {lost / 100:.2f} more."


@pytest.mark.parametrize("promotion", ["NONE", "TEN"])
def test_a_promotion_that_is_not_the_baskets_is_refused(selling: Books, promotion: str) -> None:
    offer(selling, HALF)
    if promotion == "NONE":
        selling.enter(PIECE)
    with pytest.raises(RetailError, match="does not belong to the open basket"):
        selling.run(explanations.dearer_with, selling.session, promotion)


def test_the_price_is_explained_by_the_set_that_the_basket_began_with(selling: Books) -> None:
    offer(selling, HALF)
    selling.enter(PIECE)
    offer(selling, ALL_TEN)
    assert set(told(selling)) == {"HALF"}


def test_explaining_changes_nothing(selling: Books) -> None:
    offer(selling, HALF, SMALL, THREE)
    selling.enter(f"2*{PIECE}", OTHER)
    before = selling.dump()
    why(selling)
    selling.run(explanations.dearer_with, selling.session, "SMALL")
    assert selling.dump() == before
