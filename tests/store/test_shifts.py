from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from pos_app.till.queries import identity, store_profile
from pos_app.till.queries import open_shift as current_shift
from pos_app.till.service import MAX_FLOAT_MINOR, open_shift, start_session
from retail.errors import RetailError
from tests.support.till import FLOAT_MINOR, SHELF, Books


def test_a_session_is_journalled_and_has_no_shift_at_first(books: Books) -> None:
    session = books.begin_work(shift=False)
    assert session.shift is None
    assert [kind for kind, _ in books.journalled()] == ["journal.opened", "staff.signed_on"]
    assert session.place().business_date == date(2026, 11, 20)


def test_a_till_that_is_not_enrolled_starts_nothing(books: Books) -> None:
    member = books.staff()[0]
    books.execute("DELETE FROM device")
    with pytest.raises(RetailError, match="no store data"):
        books.run(start_session, books.desk, member)
    assert books.run(identity) is None


def test_a_till_without_its_store_says_so(books: Books) -> None:
    books.execute("DELETE FROM store")
    with pytest.raises(RetailError) as caught:
        books.run(store_profile)
    assert caught.value.code == "till.no_store"


def test_a_shift_is_opened_with_its_float(books: Books) -> None:
    session = books.begin_work()
    assert session.shift is not None
    assert session.shift.number == 1
    assert books.run(current_shift) == session.shift
    assert books.query("SELECT kind, minor FROM cash_move") == [("float", 15_000)]
    assert books.journalled()[-1] == ("shift.opened", session.shift.shift_id)
    assert books.verify().broken == ""


def test_a_float_may_be_nothing(books: Books) -> None:
    session = books.begin_work(shift=False)
    assert books.run(open_shift, session, 0).shift is not None


@pytest.mark.parametrize("amount", [-1, MAX_FLOAT_MINOR + 1])
def test_an_impossible_float_opens_nothing(books: Books, amount: int) -> None:
    session = books.begin_work(shift=False)
    before = books.dump()
    with pytest.raises(RetailError) as caught:
        books.run(open_shift, session, amount)
    assert caught.value.code == "shift.float"
    assert books.dump() == before


def test_two_shifts_are_never_open_at_once(selling: Books) -> None:
    before = selling.dump()
    with pytest.raises(RetailError) as caught:
        selling.run(open_shift, selling.session, 100)
    assert caught.value.code == "shift.open"
    assert selling.dump() == before
    with pytest.raises(IntegrityError):
        selling.execute(
            "INSERT INTO shift SELECT randomblob(16), 2, business_date, opened_at, NULL, "
            "staff_id, 0 FROM shift"
        )


def test_the_next_person_goes_on_in_the_open_shift(selling: Books) -> None:
    second = selling.run(start_session, selling.desk, selling.staff()[1])
    assert second.shift == selling.session.shift


def test_a_shift_after_another_has_the_next_number(selling: Books) -> None:
    selling.execute("UPDATE shift SET closed_at = opened_at")
    assert selling.begin_work().shift is not None
    assert selling.query("SELECT number FROM shift ORDER BY number") == [(1,), (2,)]


@pytest.mark.parametrize(
    ("now", "day"),
    [
        # Amsterdam is one hour ahead; the trading day changes at four in the morning there.
        (datetime(2026, 11, 20, 22, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 21, 2, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 21, 3, 1, tzinfo=UTC), date(2026, 11, 21)),
    ],
)
def test_the_business_date_changes_at_the_cut_over(books: Books, now: datetime, day: date) -> None:
    books.clock.now = now
    session = books.begin_work()
    assert session.shift is not None
    assert session.shift.business_date == day


def test_sales_over_midnight_and_over_the_cut_over_belong_to_the_shifts_day(
    books: Books,
) -> None:
    """Complaint 5: orders that arrive late land in a strange session."""
    books.clock.now = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    books.begin_work()
    for _ in range(4):
        books.sell(SHELF.code(SHELF.piece))
        books.clock.step(hours=3)
    assert {day for (day,) in books.query("SELECT business_date FROM sale")} == {"2026-11-20"}
    entries = books.query("SELECT business_date FROM journal_entry WHERE type = 'sale.closed'")
    assert entries == [("2026-11-20",)] * 4
    assert books.verify().broken == ""


def test_a_shift_has_its_sales_by_its_key_whatever_the_clock_says(selling: Books) -> None:
    """Complaint 9: the close leaves out the last sale, because it asks for times."""
    first, last = selling.sell(SHELF.code(SHELF.piece)), None
    for turn in ({"days": -30}, {"days": 45}):
        selling.clock.step(**turn)
        last = selling.sell(SHELF.code(SHELF.piece))
    assert last is not None
    ended = selling.session.shift
    selling.execute("UPDATE shift SET closed_at = '2026-11-20 12:00:00.000000'")
    # The next shift begins at an instant that lies before two sales of the one that ended.
    selling.clock.step(days=-40)
    following = selling.begin_work().shift
    after = selling.sell(SHELF.code(SHELF.piece))
    assert ended is not None
    assert following is not None
    rows = selling.query("SELECT shift_id, number FROM sale ORDER BY number")
    assert [bytes(shift) for shift, _ in rows] == [ended.shift_id.bytes] * 3 + [
        following.shift_id.bytes
    ]
    assert (rows[0][1], rows[2][1], rows[3][1]) == (
        first.receipt_number, last.receipt_number, after.receipt_number,
    )  # fmt: skip
    moves = "SELECT count(*) FROM cash_move WHERE shift_id = :shift AND kind <> 'float'"
    assert selling.value(moves, shift=ended.shift_id.bytes) == 3


def test_a_clock_that_steps_back_keeps_numbers_rising_and_books_whole(selling: Books) -> None:
    first = selling.sell(SHELF.code(SHELF.piece))
    selling.clock.step(days=-30)
    second = selling.sell(SHELF.code(SHELF.piece))
    assert int(second.receipt_number[-8:]) == int(first.receipt_number[-8:]) + 1
    assert second.rid > first.rid
    assert selling.verify().broken == ""


@pytest.mark.parametrize("offset_ms", [15 * 60_000 + 1, -3_600_000])
def test_with_a_clock_that_is_far_off_a_manager_opens_the_shift(
    books: Books, offset_ms: int
) -> None:
    roles = {member.role: member for member in books.staff()}
    books.execute("UPDATE device SET clock_offset_ms = :offset", offset=offset_ms)
    cashier = books.run(start_session, books.desk, roles["cashier"])
    with pytest.raises(RetailError, match="have a manager") as told:
        books.run(open_shift, cashier, FLOAT_MINOR)
    assert told.value.code == "shift.clock"
    manager = books.run(start_session, books.desk, roles["manager"])
    books.session = books.run(open_shift, manager, FLOAT_MINOR)
    # Once it is open nobody is refused a sale for the time.
    books.sell(SHELF.code(SHELF.piece))
    assert books.verify().broken == ""


@pytest.mark.parametrize("offset_ms", [None, 0, 15 * 60_000, -15 * 60_000])
def test_a_clock_that_is_a_little_off_stops_nobody(books: Books, offset_ms: int | None) -> None:
    books.execute("UPDATE device SET clock_offset_ms = :offset", offset=offset_ms)
    assert books.begin_work().shift is not None
