from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import RetailError
from retail.value import (
    DEFAULT_LIMITS,
    Allowance,
    Authority,
    Known,
    OfflineLimits,
    ValueKind,
    Voucher,
    last_four,
    lookup_of,
    offline_allowance,
    read_voucher,
    voucher_code,
)
from tests.unit.retail.strategies import Refusal

KEY = b"k" * 32
LIMITS = OfflineLimits(floor=5_000, device_day=8_000, credit=6_000)
amounts = st.integers(0, 20_000)
knowns = st.builds(
    Known,
    balance=st.none() | st.integers(-5_000, 20_000),
    pending=amounts,
    taken_today=amounts,
    leased=amounts,
    proved=st.booleans(),
)
limits = st.builds(OfflineLimits, amounts, amounts, amounts)
vouchers = st.builds(
    Voucher,
    batch=st.integers(0, 2**16 - 1),
    serial=st.integers(0, 2**32 - 1),
    amount=st.integers(0, 2**24 - 1),
    last_day=st.integers(0, 2**16 - 1),
)


@pytest.mark.parametrize(
    ("kind", "wanted", "known", "taken"),
    [
        ("gift_card", 3_000, Known(balance=10_000), 3_000),
        ("gift_card", 9_000, Known(balance=10_000), 5_000),
        ("gift_card", 9_000, Known(balance=4_000, pending=1_500), 2_500),
        ("gift_card", 9_000, Known(balance=1_000, pending=1_500), 0),
        ("gift_card", 9_000, Known(balance=10_000, taken_today=7_000), 1_000),
        ("gift_card", 9_000, Known(balance=10_000, taken_today=9_000), 0),
        ("gift_card", 100, Known(), 0),
        ("store_credit", 9_000, Known(balance=2_000), 2_000),
        ("voucher", 3_000, Known(proved=True), 3_000),
        ("voucher", 9_000, Known(proved=True), 5_000),
        ("voucher", 3_000, Known(), 0),
        ("voucher", 3_000, Known(proved=True, pending=3_000), 0),
        ("points", 9_000, Known(balance=5_001), 2_500),
        ("points", 9_000, Known(balance=5_001, pending=500), 2_000),
        ("points", 100, Known(), 0),
        ("house_account", 9_000, Known(), 5_000),
        ("house_account", 9_000, Known(balance=4_000, pending=500), 3_500),
        ("house_account", 9_000, Known(balance=40_000, pending=5_500), 500),
        ("house_account", 9_000, Known(balance=-9_000), 0),
    ],
)
def test_what_a_till_takes_alone(kind: str, wanted: int, known: Known, taken: int) -> None:
    found = offline_allowance(ValueKind(kind), wanted, known, LIMITS)
    assert found == Allowance(taken, Authority.FLOOR)


def test_a_lease_goes_before_limits_when_it_covers_all() -> None:
    known = Known(balance=0, leased=500)
    card = ValueKind.GIFT_CARD
    assert offline_allowance(card, 500, known, LIMITS) == Allowance(500, Authority.LEASE)
    assert offline_allowance(card, 501, known, LIMITS) == Allowance(0, Authority.FLOOR)


def test_a_campaign_is_taken_from_a_lease_only() -> None:
    campaign = ValueKind.CAMPAIGN
    found = offline_allowance(campaign, 3, Known(balance=99, leased=2), LIMITS)
    assert found == Allowance(2, Authority.LEASE)
    assert offline_allowance(campaign, 3, Known(leased=-1), LIMITS).amount == 0


@given(st.sampled_from(ValueKind), st.integers(1, 30_000), knowns, limits)
def test_nothing_goes_beyond_a_limit(
    kind: ValueKind, wanted: int, known: Known, of: OfflineLimits
) -> None:
    found = offline_allowance(kind, wanted, known, of)
    assert 0 <= found.amount <= wanted
    if found.authority is Authority.LEASE:
        assert found.amount <= known.leased
    elif found.amount:
        assert found.amount <= of.floor
        assert known.taken_today + found.amount <= of.device_day
        if kind in {ValueKind.GIFT_CARD, ValueKind.STORE_CREDIT}:
            assert known.pending + found.amount <= (known.balance or 0)
        if kind is ValueKind.POINTS:
            assert 2 * (known.pending + found.amount) <= (known.balance or 0)


@pytest.mark.parametrize("wanted", [0, -1])
def test_nothing_cannot_be_taken(wanted: int, refused: Refusal) -> None:
    with refused("value.amount"):
        offline_allowance(ValueKind.POINTS, wanted, Known(), LIMITS)


def test_every_kind_has_limits() -> None:
    assert set(DEFAULT_LIMITS) == set(ValueKind)


def test_a_code_is_found_however_it_is_typed_and_by_its_kind_and_key_only() -> None:
    card = ValueKind.GIFT_CARD
    found = lookup_of(KEY, card, "ab12-cd34")
    assert len(found) == 32
    assert lookup_of(KEY, card, " AB12 CD34") == found
    assert lookup_of(KEY, ValueKind.VOUCHER, "AB12CD34") != found
    assert lookup_of(b"other", card, "AB12CD34") != found
    party = UUID(int=9)
    assert lookup_of(KEY, ValueKind.POINTS, party) == lookup_of(KEY, ValueKind.POINTS, str(party))
    assert last_four("ab12-cd34") == "CD34"


@given(vouchers, st.binary(min_size=16, max_size=32))
def test_a_voucher_reads_back_equal_and_only_with_its_key(voucher: Voucher, key: bytes) -> None:
    code = voucher_code(key, voucher)
    assert read_voucher(key, code.lower().replace("-", " ")) == voucher
    with pytest.raises(RetailError):
        read_voucher(key + b"x", code)


@given(vouchers, st.integers(0, 31), st.integers(1, 31))
def test_a_changed_voucher_is_no_voucher(voucher: Voucher, place: int, change: int) -> None:
    digits = list(voucher_code(KEY, voucher).replace("-", ""))
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    digits[place] = alphabet[(alphabet.index(digits[place]) + change) % 32]
    with pytest.raises(RetailError):
        read_voucher(KEY, "".join(digits))


@pytest.mark.parametrize("code", ["", "ABCD", "U" * 32, "ABCD" * 9])
def test_what_is_no_code(code: str, refused: Refusal) -> None:
    with refused("value.code"):
        read_voucher(KEY, code)


@pytest.mark.parametrize("changes", [{"amount": 2**24}, {"serial": -1}])
def test_figures_that_no_voucher_holds(changes: dict[str, int], refused: Refusal) -> None:
    figures = {"batch": 1, "serial": 1, "amount": 1, "last_day": 1} | changes
    with refused("value.voucher"):
        voucher_code(KEY, Voucher(**figures))
