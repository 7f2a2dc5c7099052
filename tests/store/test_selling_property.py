"""Any sequence of a cashier's commands leaves books that verify and balance to the cent."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pos_app.checkout import closing, service
from pos_app.checkout.open_basket import CheckoutView
from retail.errors import RetailError
from retail.tender.settlement import Foreign, Offer, TenderKind, foreign_cash, settle
from tests.support import till
from tests.support.offers import in_force, percent, version
from tests.support.till import SHELF, Books, pack_code, receive

CODES = (
    *(SHELF.code(article) for article in (SHELF.piece, SHELF.other, SHELF.weighed, SHELF.adult)),
    SHELF.code(SHELF.kit),
    SHELF.code(SHELF.pack),
    pack_code(SHELF.pack),
    "9521999999993",
    "nonsense",
)
OFFERS = in_force(
    (
        version("A-TEN", percent(1000, exclude={"categories": [SHELF.adult.row.category]})),
        version("B-THREE", {"type": "cheapest_free", "n": 3, "free": 1}),
        version("C-SPEND", {"type": "basket_percent", "bp": 300, "min_spend": 2000}),
    )
)
_numbers = st.integers(1, 6)
COMMANDS = st.one_of(
    st.tuples(st.just("scan"), st.sampled_from(CODES), st.integers(0, 3)),
    st.tuples(st.just("weigh"), st.sampled_from(CODES), st.integers(1, 2500)),
    st.tuples(st.just("set"), _numbers, st.integers(-1, 5000)),
    st.tuples(st.just("change"), _numbers, st.sampled_from((-1000, 1000, 500))),
    st.tuples(st.just("remove"), _numbers, st.none()),
    st.tuples(st.just("age"), st.sampled_from((16, 18, 99)), st.none()),
    st.tuples(st.just("undo"), st.none(), st.none()),
    st.tuples(st.just("clear"), st.none(), st.none()),
    st.tuples(st.just("pay"), st.integers(0, 3), st.integers(0, 1 << 30)),
)


def _offers(books: Books, view: CheckoutView, way: int, seed: int) -> tuple[Offer, ...]:
    """Offers that settle, and now and then some that do not."""
    rng = random.Random(seed)
    total, step = view.priced.total_minor, books.session.store.cash_increment
    parts: list[Offer] = []
    for _ in range(way):
        due = settle(total, parts, step).due_minor
        if due > 1:
            parts.append(Offer(TenderKind.CARD, rng.randrange(1, due)))
    if seed % 3 == 0:
        given = Foreign("USD", rng.randrange(1, 5000), rng.randrange(1, 2_000_000))
        parts.append(foreign_cash(given, "EUR"))
    due = settle(total, parts, step).cash_due_minor
    return (*parts, Offer(TenderKind.CASH, due + rng.choice((0, 0, 5, 1000, -5))))


def _do(books: Books, command: str, first: object, second: object) -> None:
    run, session = books.run, books.session
    match command, first, second:
        case "scan", str(code), int(count):
            run(service.enter, session, f"{count}*{code}" if count else code)
        case "weigh", str(code), int(weight):
            run(service.enter, session, f"{weight / 1000:.3f}*{code}")
        case "set", int(line), int(quantity):
            run(service.set_quantity, session, line, quantity)
        case "change", int(line), int(by):
            run(service.change_by, session, line, by)
        case "remove", int(line), _:
            run(service.remove_line, session, line)
        case "age", int(years), _:
            run(service.confirm_age, session, years)
        case "undo", _, _:
            run(service.undo, session)
        case "clear", _, _:
            run(service.clear, session)
        case "pay", int(way), int(seed):
            view = books.view()
            offers = _offers(books, view, way, seed)
            run(closing.close_sale, session, view.priced.basket.basket_id, offers)


def _balance(books: Books) -> None:
    found = books.verify()
    assert found.broken == ""
    sums = books.query("SELECT total(amount_minor), total(change_minor) FROM sale_tender")[0]
    sold = books.query("SELECT total(total_minor), total(rounding_minor), count(*) FROM sale")[0]
    assert sums[0] == sold[0] + sold[1]
    cash = books.value("SELECT total(amount_minor) FROM sale_tender WHERE kind = 'cash'")
    drawer = books.value("SELECT total(minor) FROM cash_move")
    assert drawer == till.FLOAT_MINOR + cash
    numbers = [int(n[-8:]) for (n,) in books.query("SELECT number FROM sale ORDER BY number")]
    assert numbers == list(range(1, sold[2] + 1))


@settings(max_examples=40)
@given(commands=st.lists(COMMANDS, max_size=40), rounded=st.booleans(), offered=st.booleans())
def test_books_stay_whole(
    template: Path,
    rounding_template: Path,
    *,
    commands: list[tuple[str, object, object]],
    rounded: bool,
    offered: bool,
) -> None:
    """Complaint 8: books that do not add up."""
    source = rounding_template if rounded else template
    with till.scratch(source) as folder, till.books(folder) as books:
        books.begin_work()
        if offered:
            books.run(receive, "promotions", OFFERS, books.desk.now())
        for command in commands:
            before = books.dump()
            try:
                _do(books, *command)
            except RetailError:
                assert books.dump() == before
        _balance(books)
