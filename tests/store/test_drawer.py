"""The drawer opened without a sale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pos_app.bootstrap.till import Till
from pos_app.staff.approvals import ApprovalNeededError, Why
from pos_app.staff.service import StaffMember
from pos_app.till.drawer import open_without_sale
from pos_app.training.service import practice
from retail.errors import RetailError
from retail.rights import Right
from tests.support.till import Books
from tests.support.waiting import wait_until

REAL_TIME = b"\x10\x14\x01"


def _person(books: Books, role: str) -> StaffMember:
    return next(one for one in books.staff() if one.role == role)


def test_who_opened_it_and_why_is_in_the_journal(selling: Books) -> None:
    boss = _person(selling, "manager")
    session = replace(selling.session, staff=boss)
    selling.run(open_without_sale, session, Why("change"))
    ((body,),) = selling.query("SELECT entry FROM journal_entry WHERE type = 'drawer.opened'")
    assert b'"reason":"change"' in body
    assert str(boss.staff_id).encode() in body
    assert selling.verify().broken == ""


def test_a_cashier_needs_somebody_with_the_right(selling: Books) -> None:
    boss, cashier = _person(selling, "manager"), _person(selling, "cashier")
    session = replace(selling.session, staff=cashier)
    before = selling.dump()
    with pytest.raises(ApprovalNeededError) as caught:
        selling.run(open_without_sale, session, Why("change"))
    assert caught.value.right is Right.OPEN_DRAWER
    with pytest.raises(RetailError, match="Choose a reason"):
        selling.run(open_without_sale, session, Why("because", boss))
    assert selling.dump() == before
    selling.run(open_without_sale, session, Why("change", boss))
    ((body,),) = selling.query("SELECT entry FROM journal_entry WHERE type = 'drawer.opened'")
    assert b'"approved":"' + str(boss.staff_id).encode() in body


@pytest.mark.parametrize("training", [False, True])
def test_the_pulse_comes_out_unless_this_is_practice(selling: Books, *, training: bool) -> None:
    paper = selling.folder / "paper.bin"
    settings = "INSERT INTO setting(key, value) VALUES ('printer.address', :value)"
    selling.execute(settings, value=f"file:{paper}")

    def pulsed() -> bool:
        return paper.exists() and REAL_TIME in paper.read_bytes()

    def ask(till: Till) -> None:
        till.work()
        assert wait_until(lambda: not _raises(till.devices.open_drawer))

    if not training:
        with Till(selling.folder) as till:
            ask(till)
            assert wait_until(pulsed)
        return
    with practice(selling.folder) as copy, Till(copy, training=True) as till:
        ask(till)
    assert not pulsed()


def _raises(act: Callable[[], object]) -> bool:
    try:
        act()
    except RetailError:
        return True
    return False
