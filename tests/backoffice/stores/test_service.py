from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from backoffice.oms.service import record_sales
from backoffice.stores.queries import till_totals, trading_day
from backoffice.stores.service import issue_code, record_shift, redeem_code
from backoffice.stores.tills import TillState, fleet
from db.head.stores import EnrolCode, Installation, Shift
from retail.errors import RetailError
from tests.support.head_data import NOW, TODAY, TillJournal, sold


def _issue(tx: Connection, till: int = 1) -> str:
    return issue_code(tx, "S1", till, lambda: NOW)


def test_a_code_is_good_once(chain: Connection) -> None:
    code = _issue(chain)

    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code)
    assert redeem_code(chain, code, NOW) == ("S1", 1)
    with pytest.raises(RetailError) as caught:
        redeem_code(chain, code, NOW)
    assert caught.value.code == "enrol.code"


def test_a_code_may_be_typed_in_small_letters_with_o_for_zero(chain: Connection) -> None:
    code = _issue(chain)

    assert redeem_code(chain, f" {code.lower().replace('0', 'o')} ", NOW) == ("S1", 1)


def test_the_table_keeps_no_code(chain: Connection) -> None:
    code = _issue(chain)

    row = chain.execute(select(EnrolCode)).one()
    assert code.encode() not in row.code_hash
    assert len(row.code_hash) == 32


def test_unknown_used_and_expired_codes_get_the_same_answer(chain: Connection) -> None:
    used, expired = _issue(chain, 1), _issue(chain, 2)
    redeem_code(chain, used, NOW)
    sentences = set()
    for code, at in (
        (used, NOW),
        (expired, NOW + timedelta(minutes=15)),
        ("ZZZZ-ZZZZ", NOW),
        ("", NOW),
    ):
        with pytest.raises(RetailError) as caught:
            redeem_code(chain, code, at)
        sentences.add((caught.value.code, str(caught.value)))

    assert len(sentences) == 1


def test_a_new_code_makes_the_tills_earlier_one_void(chain: Connection) -> None:
    first, other, second = _issue(chain), _issue(chain, 2), _issue(chain)

    with pytest.raises(RetailError):
        redeem_code(chain, first, NOW)
    assert redeem_code(chain, other, NOW) == ("S1", 2)
    assert redeem_code(chain, second, NOW) == ("S1", 1)


def test_a_code_needs_a_till(chain: Connection) -> None:
    with pytest.raises(RetailError, match="Store S9 has no till 4") as caught:
        issue_code(chain, "S9", 4, lambda: NOW)

    assert caught.value.code == "enrol.till"


def test_a_shift_is_kept(chain: Connection, till: TillJournal) -> None:
    event = till.open_shift(chain)

    record_shift(chain, event)

    row = chain.execute(select(Shift)).one()
    assert (row.shift_id, row.till, row.float_minor) == (event.rid, 1, 10_000)
    assert fleet(chain, NOW)[0].shift_opened_at == NOW


def test_totals_count_what_came_through_the_present_journals(
    chain: Connection, till: TillJournal
) -> None:
    old = TillJournal(store="S2")
    old.enrol(chain)
    record_sales(chain, [old.sell(chain, sold("P1"))])
    new = TillJournal(store="S2")
    new.enrol(chain, NOW + timedelta(hours=1))
    newest = TillJournal(store="S2", installation=new.installation)
    newest.open(chain, NOW + timedelta(hours=2))
    record_sales(
        chain,
        [
            till.sell(chain, sold("P1", price=605)),
            till.sell(chain, sold("P1"), kind="card"),
            till.sell(chain, sold("P2", -1000)),
            new.sell(chain, sold("P2", 3000)),
            newest.sell(chain, sold("P2", 2000)),
        ],
    )

    first, other = till_totals(chain)

    assert (first.store, first.till, first.sales) == ("S1", 1, 2)
    assert (first.gross_minor, first.cash_minor) == (605, 605 - 121)
    assert (first.last_seq, first.head_hash) == (3, till.hash.hex())
    assert (other.store, other.sales, other.gross_minor) == ("S2", 2, 605)
    assert (other.last_seq, other.head_hash) == (1, newest.hash.hex())


def test_a_till_without_an_installation_has_no_totals(chain: Connection) -> None:
    assert till_totals(chain) == ()


def test_the_fleet_tells_how_each_till_is_doing(chain: Connection, till: TillJournal) -> None:
    till.sell(chain)
    enrolled, bare, *_ = fleet(chain, NOW)

    assert (enrolled.head_seq, enrolled.applied_seq) == (1, 1)
    assert enrolled.head_hash == till.hash.hex()
    assert bare.state is TillState.NOT_ENROLLED
    for later, state in (
        (timedelta(seconds=30), TillState.ONLINE),
        (timedelta(minutes=5), TillState.LATE),
        (timedelta(hours=5), TillState.OFFLINE),
    ):
        assert fleet(chain, NOW + later)[0].state is state
    chain.execute(update(Installation).values(protocol=0))
    assert fleet(chain, NOW)[0].state is TillState.ALARM


def test_the_trading_day_of_no_store_is_utcs() -> None:
    assert trading_day((), NOW) == TODAY
