from __future__ import annotations

from uuid import UUID

import pytest

from pos_app.staff.service import FREE_TRIES, HASHER, SignOn, sign_on, staff_list
from tests.support.till import PIN, Books

WRONG = "9999"
WAITS = [10, 20, 40, 80, 160, 300, 300]


def _try(books: Books, pin: str, staff_id: UUID | None = None) -> SignOn:
    return books.run(sign_on, books.desk, staff_id or books.staff()[0].staff_id, pin)


def _fail(books: Books, times: int) -> list[SignOn]:
    """Wrong PINs, each after the wait of the one before."""
    found = []
    for _ in range(times):
        found.append(_try(books, WRONG))
        books.clock.step(seconds=found[-1].wait_seconds)
    return found


def test_everybody_of_the_store_is_listed_by_name(books: Books) -> None:
    names = [member.name for member in books.staff()]
    assert names == sorted(names)
    assert {member.role for member in books.staff()} == {"manager", "cashier"}


def test_somebody_who_left_is_neither_listed_nor_let_in(books: Books) -> None:
    first = books.staff()[0]
    books.execute("UPDATE staff_member SET active = 0 WHERE name = :name", name=first.name)
    assert first not in books.run(staff_list)
    assert _try(books, PIN, first.staff_id).member is None


def test_the_right_pin_lets_in(books: Books) -> None:
    found = _try(books, PIN)
    assert found == SignOn(books.staff()[0], FREE_TRIES, 0)


@pytest.mark.parametrize("pin", ["", "123", "12345", "１２３４", "' OR 1=1 --", "x" * 5000])
def test_any_other_pin_does_not(books: Books, pin: str) -> None:
    assert _try(books, pin) == SignOn(None, 2, 0)


def test_a_stranger_is_not_let_in(books: Books) -> None:
    assert _try(books, PIN, UUID(int=1)).member is None


def test_a_damaged_hash_lets_nobody_in(books: Books) -> None:
    books.execute("UPDATE staff_member SET pin_hash = 'plain 1234'")
    assert _try(books, PIN).member is None


def test_three_tries_are_free_then_each_waits_twice_as_long_up_to_five_minutes(
    books: Books,
) -> None:
    found = _fail(books, 2 + len(WAITS))
    assert [f.tries_left for f in found] == [2, 1] + [0] * len(WAITS)
    assert [f.wait_seconds for f in found] == [0, 0, *WAITS]


def test_while_waiting_even_the_right_pin_is_not_looked_at(books: Books) -> None:
    _fail(books, 3)
    books.clock.step(seconds=-10)
    assert _try(books, PIN) == SignOn(None, 0, 10)
    books.clock.step(seconds=9.5)
    assert _try(books, PIN) == SignOn(None, 0, 1)
    assert books.value("SELECT failures FROM sign_on_guard") == 3


def test_after_the_wait_the_right_pin_lets_in_and_all_is_forgotten(books: Books) -> None:
    _fail(books, 5)
    assert _try(books, PIN).member is not None
    assert [f.wait_seconds for f in _fail(books, 3)] == [0, 0, 10]


def test_the_wait_is_kept_on_disk_and_per_person(books: Books) -> None:
    first, second, *_ = books.staff()
    for _ in range(3):
        _try(books, WRONG, first.staff_id)
    assert _try(books, PIN, second.staff_id).member == second
    assert _try(books, PIN, first.staff_id).wait_seconds == 10


def test_a_clock_that_steps_back_locks_nobody_out_for_longer_than_the_longest_wait(
    books: Books,
) -> None:
    _fail(books, 3)
    books.clock.step(days=-400)
    assert _try(books, PIN).wait_seconds == 300
    books.clock.step(seconds=300)
    assert _try(books, PIN).member is not None


def test_a_pin_is_kept_as_an_expensive_hash(books: Books) -> None:
    (stored,) = books.query("SELECT pin_hash FROM staff_member LIMIT 1")
    assert stored[0].startswith("$argon2id$")
    assert not HASHER.check_needs_rehash(stored[0])
