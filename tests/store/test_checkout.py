from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from pos_app.checkout import queries, service
from pos_app.checkout.open_basket import CheckoutView
from retail.basket.blocks import Block, blocks
from retail.contract.codec import read_entry
from retail.contract.facts import BasketVoided, decode
from retail.errors import RetailError
from tests.support.till import SHELF, Books, pack_code

PIECE, OTHER = SHELF.code(SHELF.piece), SHELF.code(SHELF.other)
WEIGHED, ADULT, KIT = SHELF.code(SHELF.weighed), SHELF.code(SHELF.adult), SHELF.code(SHELF.kit)
UNKNOWN = "9521999999993"


def _lines(view: CheckoutView) -> list[tuple[str, int]]:
    return [(p.line.item.sku if p.line.item else "?", p.line.quantity) for p in view.priced.lines]


def _blocks(view: CheckoutView) -> list[Block]:
    return [block.block for block in blocks(view.priced.basket)]


def _refused(selling: Books, code: str, verb: object, *args: object) -> None:
    """The verb raises that error and changes nothing."""
    before = selling.dump()
    with pytest.raises(RetailError) as caught:
        selling.run(verb, selling.session, *args)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert selling.dump() == before


def test_a_scan_makes_a_line_with_its_price(selling: Books) -> None:
    view = selling.enter(PIECE)
    assert _lines(view) == [(SHELF.piece.row.sku, 1000)]
    assert view.priced.total_minor == SHELF.piece.minor["NL"]
    assert view.changed_line == 1
    assert view.notice is None


def test_equal_pieces_join_one_line_and_others_do_not(selling: Books) -> None:
    view = selling.enter(PIECE, OTHER, PIECE, f"3*{PIECE}")
    assert _lines(view) == [(SHELF.piece.row.sku, 5000), (SHELF.other.row.sku, 1000)]
    assert view.changed_line == 1


@pytest.mark.parametrize("text", ["3*{}", "3x{}", " 3 × {} ", "3,0*{}", "3.000*{}"])
def test_a_quantity_before_the_code(selling: Books, text: str) -> None:
    assert _lines(selling.enter(text.format(PIECE))) == [(SHELF.piece.row.sku, 3000)]


def test_weighed_articles_keep_a_line_each(selling: Books) -> None:
    view = selling.enter(f"0.842*{WEIGHED}", f"1,5*{WEIGHED}")
    sku, price = SHELF.weighed.row.sku, SHELF.weighed.minor["NL"]
    assert _lines(view) == [(sku, 842), (sku, 1500)]
    assert [p.net_minor for p in view.priced.lines] == [
        (price * 842 + 500) // 1000,
        (price * 1500 + 500) // 1000,
    ]


def test_a_weighed_article_without_weight_blocks_until_it_has_one(selling: Books) -> None:
    view = selling.enter(WEIGHED)
    assert _blocks(view) == [Block.WEIGHT_MISSING]
    view = selling.run(service.set_quantity, selling.session, 1, 842)
    assert _blocks(view) == []
    assert _lines(view) == [(SHELF.weighed.row.sku, 842)]


def test_a_pack_has_its_own_price_and_its_own_line(selling: Books) -> None:
    view = selling.enter(pack_code(SHELF.pack), SHELF.code(SHELF.pack))
    pack, single = view.priced.lines
    assert pack.line.item is not None
    assert pack.line.item.pack_thousandths == 6000
    assert pack.net_minor == (SHELF.pack.minor["NL"] * 11 + 1) // 2
    assert single.net_minor == SHELF.pack.minor["NL"]


def test_an_unknown_code_is_a_line_that_costs_nothing_and_blocks(selling: Books) -> None:
    view = selling.enter(UNKNOWN)
    assert view.notice is not None
    assert view.notice.tone == "error"
    assert UNKNOWN in view.notice.text
    assert _blocks(view) == [Block.UNKNOWN_CODE]
    assert view.priced.total_minor == 0
    with pytest.raises(RetailError, match="unknown code"):
        selling.pay()
    view = selling.run(service.remove_line, selling.session, 1)
    assert _lines(view) == []


@pytest.mark.parametrize("code", ["9521999999990", "NO-SUCH-SKU", "x" * 200, "💶", "; DROP TABLE"])
def test_nothing_that_is_scanned_can_break_the_basket(selling: Books, code: str) -> None:
    selling.enter(PIECE)
    view = selling.enter(code)
    assert _blocks(view) == [Block.UNKNOWN_CODE]
    assert selling.view().priced == view.priced


def test_a_wrong_check_digit_is_named_and_never_looked_up(selling: Books) -> None:
    wrong = PIECE[:-1] + str((int(PIECE[-1]) + 1) % 10)
    notice = selling.enter(wrong).notice
    assert notice is not None
    assert "check digit" in notice.text


def test_an_sku_may_be_typed(selling: Books) -> None:
    assert _lines(selling.enter(SHELF.piece.row.sku)) == [(SHELF.piece.row.sku, 1000)]


def test_a_tile_adds_the_article_and_one_that_is_gone_does_not(selling: Books) -> None:
    view = selling.run(service.add_sku, selling.session, SHELF.other.row.sku, 2000)
    assert _lines(view) == [(SHELF.other.row.sku, 2000)]
    selling.execute("UPDATE product SET active = 0 WHERE sku = :sku", sku=SHELF.piece.row.sku)
    _refused(selling, "item.gone", service.add_sku, SHELF.piece.row.sku)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "code.empty"), ("   ", "code.empty"), (f"1.5*{PIECE}", "basket.pieces"),
     (f"1.2.3*{PIECE}", "quantity.format"), (f"9999999*{PIECE}", "quantity.format")],
)  # fmt: skip
def test_a_bad_input_changes_nothing(selling: Books, text: str, code: str) -> None:
    _refused(selling, code, service.enter, text)


def test_a_quantity_of_nothing_sells_nothing(selling: Books) -> None:
    with pytest.raises(RetailError, match="sells nothing"):
        selling.enter(f"0*{PIECE}")


@pytest.mark.parametrize(
    ("line", "quantity", "code"),
    [(9, 1000, "basket.line"), (1, 0, "basket.quantity"), (1, -1000, "basket.quantity"),
     (1, 10**9, "basket.quantity"), (1, 1500, "basket.pieces"), (2, 1000, "basket.unknown")],
)  # fmt: skip
def test_an_impossible_quantity_changes_nothing(
    selling: Books, line: int, quantity: int, code: str
) -> None:
    selling.enter(PIECE, UNKNOWN)
    _refused(selling, code, service.set_quantity, line, quantity)


def test_plus_and_minus_end_in_a_removed_line(selling: Books) -> None:
    selling.enter(PIECE)
    up = selling.run(service.change_by, selling.session, 1, 1000)
    assert _lines(up) == [(SHELF.piece.row.sku, 2000)]
    selling.run(service.change_by, selling.session, 1, -1000)
    assert _lines(selling.run(service.change_by, selling.session, 1, -1000)) == []
    assert selling.journalled()[-1][0] == "basket.voided"


def test_a_line_number_is_never_used_again_in_a_basket(selling: Books) -> None:
    selling.enter(PIECE, OTHER)
    selling.run(service.remove_line, selling.session, 2)
    view = selling.enter(OTHER)
    assert [p.line.line for p in view.priced.lines] == [1, 3]


def test_an_age_limit_blocks_until_the_cashier_has_looked(selling: Books) -> None:
    age = SHELF.adult.row.min_age
    assert _blocks(selling.enter(ADULT)) == [Block.AGE_CHECK]
    assert _blocks(selling.run(service.confirm_age, selling.session, age - 1)) == [Block.AGE_CHECK]
    assert _blocks(selling.run(service.confirm_age, selling.session, age)) == []
    assert _blocks(selling.enter(ADULT)) == []
    selling.pay()
    assert _blocks(selling.enter(ADULT)) == [Block.AGE_CHECK]


def test_a_price_change_does_not_alter_a_line_that_was_scanned(selling: Books) -> None:
    selling.enter(PIECE)
    before = SHELF.piece.minor["NL"]
    selling.execute("UPDATE price SET minor = minor + 7 WHERE sku = :sku", sku=SHELF.piece.row.sku)
    assert selling.view().priced.total_minor == before
    assert [p.net_minor for p in selling.enter(PIECE).priced.lines] == [before, before + 7]


def test_a_price_dated_ahead_holds_from_its_instant_on(selling: Books) -> None:
    selling.execute(
        "INSERT INTO price SELECT zone, sku, pack, :start, minor + 9 FROM price "
        "WHERE sku = :sku AND zone = 'NL'",
        sku=SHELF.piece.row.sku,
        start=selling.desk.now_us() + 3_600_000_000,
    )
    assert selling.enter(PIECE).priced.total_minor == SHELF.piece.minor["NL"]
    selling.run(service.clear, selling.session)
    selling.clock.step(hours=2)
    assert selling.enter(PIECE).priced.total_minor == SHELF.piece.minor["NL"] + 9


def test_undo_goes_back_twenty_steps_and_no_further(selling: Books) -> None:
    for _ in range(25):
        selling.enter(PIECE)
    seen = []
    for _ in range(30):
        view = selling.run(service.undo, selling.session)
        seen.append(sum(p.line.quantity for p in view.priced.lines) // 1000)
    assert seen[:20] == list(range(24, 4, -1))
    # What is no longer kept cannot be gone back to, and nothing is lost for trying.
    assert seen[20:] == [5] * 10
    assert view.notice is not None
    assert "as far as undo goes" in view.notice.text
    view = selling.enter(OTHER)
    assert [one.line.quantity for one in view.priced.lines] == [5000, 1000]


def _given_up(books: Books) -> list[tuple[Any, ...]]:
    """SKU, thousandths and amount of everything that was journalled as given up."""
    rows = books.query("SELECT entry FROM journal_entry WHERE type = 'basket.voided' ORDER BY seq")
    entries = [read_entry(bytes(data)) for (data,) in rows]
    facts = [decode(one.type, one.sv, one.body) for one in entries]
    return [line for fact in facts if isinstance(fact, BasketVoided) for line in fact.lines]


def test_what_a_quantity_or_undo_takes_off_is_on_record(selling: Books) -> None:
    sku, price = SHELF.piece.row.sku, SHELF.piece.minor["NL"]
    selling.enter(f"10*{PIECE}")
    selling.run(service.set_quantity, selling.session, 1, 1000)
    selling.run(service.change_by, selling.session, 1, 2000)
    selling.run(service.change_by, selling.session, 1, -1000)
    expected = [(sku, 9000, 9 * price), (sku, 1000, price)]
    assert _given_up(selling) == expected
    # Undo of the lowering takes nothing off, undo of the raising does.
    selling.run(service.undo, selling.session)
    assert _given_up(selling) == expected
    selling.run(service.undo, selling.session)
    selling.run(service.redo, selling.session)
    expected.append((sku, 2000, 2 * price))
    assert _given_up(selling) == expected
    selling.run(service.remove_line, selling.session, 1)
    assert _given_up(selling) == [*expected, (sku, 3000, 3 * price)]
    assert selling.verify().broken == ""


def test_undo_goes_back_to_the_empty_basket_where_it_is_kept(selling: Books) -> None:
    selling.enter(PIECE)
    selling.pay()
    selling.enter(PIECE, OTHER)
    selling.run(service.undo, selling.session)
    view = selling.run(service.undo, selling.session)
    assert (_lines(view), view.notice) == ([], None)
    assert len(_lines(selling.run(service.redo, selling.session))) == 1


def test_undo_brings_back_what_was_cleared_and_removed(selling: Books) -> None:
    before = selling.enter(PIECE, f"0.5*{WEIGHED}").priced
    selling.run(service.clear, selling.session)
    assert selling.run(service.undo, selling.session).priced == before
    selling.run(service.remove_line, selling.session, 1)
    assert selling.run(service.undo, selling.session).priced == before


def test_undo_never_goes_behind_a_sale(selling: Books) -> None:
    selling.enter(PIECE, OTHER)
    sold = selling.pay()
    for _ in range(3):
        view = selling.run(service.undo, selling.session)
        assert _lines(view) == []
        assert view.priced.basket.basket_id != sold.rid
    selling.enter(OTHER)
    selling.run(service.undo, selling.session)
    assert _lines(selling.run(service.undo, selling.session)) == []
    assert selling.verify().broken == ""


def test_what_is_given_up_is_journalled_with_who_and_what(selling: Books) -> None:
    selling.enter(f"2*{PIECE}", UNKNOWN, OTHER)
    selling.run(service.remove_line, selling.session, 1)
    selling.run(service.clear, selling.session)
    kinds = [kind for kind, _ in selling.journalled()]
    assert kinds.count("basket.voided") == 2
    assert selling.verify().broken == ""


def test_removing_an_unknown_code_or_clearing_nothing_is_not_worth_a_record(
    selling: Books,
) -> None:
    selling.enter(UNKNOWN)
    selling.run(service.remove_line, selling.session, 1)
    selling.run(service.clear, selling.session)
    assert "basket.voided" not in [kind for kind, _ in selling.journalled()]


def test_a_cleared_basket_has_a_new_id(selling: Books) -> None:
    old = selling.enter(PIECE).priced.basket.basket_id
    assert selling.run(service.clear, selling.session).priced.basket.basket_id != old


def test_the_basket_is_the_same_after_a_restart(selling: Books) -> None:
    before = selling.enter(PIECE, KIT, f"0.7*{WEIGHED}", UNKNOWN, ADULT).priced
    selling.connection.close()
    with selling.connection.engine.connect() as again:
        selling.connection = again
        assert selling.view().priced == before
        assert isinstance(before.basket.basket_id, UUID)


def test_search_finds_words_in_any_order_and_ignores_accents(selling: Books) -> None:
    name = SHELF.piece.row.name
    words = " ".join(word[:4] for word in reversed(name.split()))
    store, now = selling.session.store, selling.desk.now_us()
    found = selling.run(queries.search, store, now, words)
    assert SHELF.piece.row.sku in [item.sku for item in found]
    assert selling.run(queries.search, store, now, ' "*()- ') == ()


@pytest.mark.parametrize(
    "words", ['"', "a AND", "NEAR(", "*", "-", "words:x", "^", "\0", "x" * 999]
)
def test_no_search_text_is_an_error(selling: Books, words: str) -> None:
    store, now = selling.session.store, selling.desk.now_us()
    assert isinstance(selling.run(queries.search, store, now, words), tuple)


def test_tiles_are_the_favourites_or_a_category(selling: Books) -> None:
    store, now = selling.session.store, selling.desk.now_us()
    favourites = selling.run(queries.tiles, store, now)
    assert len(favourites) == 30
    (chip, *_) = selling.run(queries.categories)
    chosen = selling.run(queries.tiles, store, now, chip.category)
    assert chosen
    assert all(tile.price_minor > 0 for tile in (*favourites, *chosen))
