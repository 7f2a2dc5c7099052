from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.promotions.activity import Activity, inactive_reason
from retail.promotions.rules import (
    Conditions,
    Coupon,
    Customer,
    Percent,
    Promotion,
    SaleContext,
    Window,
)

THURSDAY = datetime(2026, 3, 12, 11, 0)  # noqa: DTZ001  # the store's wall clock
GOLD = Customer("C1", "gold", frozenset({"staff", "student"}), used={"p": 2})
NOW = SaleContext(THURSDAY, "S1", "pos", "card", frozenset({"SAVE"}), GOLD)
NOBODY = replace(NOW, customer=None)


def reason(conditions: Conditions, context: SaleContext = NOW) -> str | None:
    return inactive_reason(Promotion("p", Percent(1000), conditions=conditions), context)


def at(text: str) -> SaleContext:
    return replace(NOW, at=datetime.fromisoformat(text))


def test_nothing_restricts_an_unconditional_promotion() -> None:
    assert reason(Conditions()) is None
    assert reason(Conditions(), NOBODY) is None


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (Conditions(valid_from=THURSDAY), None),
        (Conditions(valid_from=THURSDAY.replace(second=1)), "not_yet_valid"),
        (Conditions(valid_to=THURSDAY), "expired"),
        (Conditions(valid_to=THURSDAY.replace(second=1)), None),
        (Conditions(stores=frozenset({"S1", "S2"})), None),
        (Conditions(stores=frozenset({"S2"})), "store"),
        (Conditions(channels=frozenset({"pos"})), None),
        (Conditions(channels=frozenset({"web"})), "channel"),
        (Conditions(tenders=frozenset({"card", "cash"})), None),
        (Conditions(tenders=frozenset({"cash"})), "tender"),
        (Conditions(coupon=Coupon("SAVE")), None),
        (Conditions(coupon=Coupon("SAVE", uses_left=1)), None),
        (Conditions(coupon=Coupon("OTHER", uses_left=0)), "coupon_missing"),
        (Conditions(coupon=Coupon("SAVE", uses_left=0)), "coupon_used_up"),
        (Conditions(stock_left=1), None),
        (Conditions(stock_left=0), "stock"),
    ],
)
def test_place_time_means_and_stock(conditions: Conditions, expected: str | None) -> None:
    assert reason(conditions) == expected


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (Conditions(tiers=frozenset({"gold"})), None),
        (Conditions(tiers=frozenset({"silver"})), "tier"),
        (Conditions(segments=frozenset({"staff", "press"})), None),
        (Conditions(segments=frozenset({"press"})), "segment"),
        (Conditions(tiers=frozenset({"silver"}), segments=frozenset({"press"})), "tier"),
        (Conditions(customer_limit=3), None),
        (Conditions(customer_limit=2), "customer_limit"),
        (Conditions(customer_limit=0), "customer_limit"),
    ],
)
def test_who_buys(conditions: Conditions, expected: str | None) -> None:
    assert reason(conditions) == expected
    assert reason(conditions, NOBODY) == "no_customer"


def test_a_limit_counts_the_promotions_own_uses() -> None:
    other = Promotion("q", Percent(1000), conditions=Conditions(customer_limit=1))
    assert inactive_reason(other, NOW) is None


def test_a_sale_without_a_tender_is_not_one_of_the_tenders() -> None:
    assert reason(Conditions(tenders=frozenset({"card"})), replace(NOW, tender=None)) == "tender"


def test_the_first_failing_test_is_the_reason() -> None:
    everything = Conditions(
        valid_from=THURSDAY.replace(year=2027),
        valid_to=THURSDAY.replace(year=2025),
        stores=frozenset({"S2"}),
        channels=frozenset({"web"}),
        window=Window(0, 60, frozenset({1})),
        tiers=frozenset({"silver"}),
        segments=frozenset({"press"}),
        customer_limit=0,
        tenders=frozenset({"cash"}),
        coupon=Coupon("OTHER"),
        stock_left=0,
    )
    healed: list[tuple[str, dict[str, object]]] = [
        ("not_yet_valid", {"valid_from": None}),
        ("expired", {"valid_to": None}),
        ("store", {"stores": frozenset()}),
        ("channel", {"channels": frozenset()}),
        ("time", {"window": Window(days=frozenset({1}))}),
        ("day", {"window": None}),
        ("tier", {"tiers": frozenset()}),
        ("segment", {"segments": frozenset()}),
        ("customer_limit", {"customer_limit": None}),
        ("tender", {"tenders": frozenset()}),
        ("coupon_missing", {"coupon": Coupon("SAVE", uses_left=0)}),
        ("coupon_used_up", {"coupon": None}),
        ("stock", {"stock_left": None}),
    ]
    for expected, change in healed:
        assert reason(everything) == expected
        everything = replace(everything, **change)  # type: ignore[arg-type]
    assert reason(everything) is None


EVENING = Window(17 * 60, 19 * 60, frozenset({1, 2, 3, 4, 5}))
NIGHT = Window(22 * 60, 2 * 60, frozenset({5}))
FROM_NOON_TO_NOON = Window(12 * 60, 12 * 60, frozenset({5}))
FROM_EVENING = Window(start=20 * 60)


@pytest.mark.parametrize(
    ("window", "moment", "expected"),
    [
        (EVENING, "2026-03-12T16:59:59", "time"),
        (EVENING, "2026-03-12T17:00:00", None),
        (EVENING, "2026-03-12T18:59:59", None),
        (EVENING, "2026-03-12T19:00:00", "time"),
        (EVENING, "2026-03-14T18:00:00", "day"),
        (EVENING, "2026-03-14T12:00:00", "time"),
        (NIGHT, "2026-03-13T21:59:00", "time"),
        (NIGHT, "2026-03-13T22:00:00", None),
        (NIGHT, "2026-03-14T01:59:59", None),
        (NIGHT, "2026-03-14T02:00:00", "time"),
        (NIGHT, "2026-03-13T01:00:00", "day"),
        (NIGHT, "2026-03-14T23:00:00", "day"),
        (FROM_NOON_TO_NOON, "2026-03-13T11:59:00", "day"),
        (FROM_NOON_TO_NOON, "2026-03-13T12:00:00", None),
        (FROM_NOON_TO_NOON, "2026-03-14T11:59:00", None),
        (FROM_NOON_TO_NOON, "2026-03-14T12:00:00", "day"),
        (FROM_EVENING, "2026-03-12T23:59:00", None),
        (FROM_EVENING, "2026-03-13T00:00:00", "time"),
        (Window(days=frozenset({4})), "2026-03-12T00:00:00", None),
        (Window(days=frozenset({7})), "2026-03-16T00:00:00", "day"),
        (Window(23 * 60, 60, frozenset({7})), "2026-03-16T00:30:00", None),
    ],
)
def test_windows_of_the_day_and_the_week(window: Window, moment: str, expected: str | None) -> None:
    assert reason(Conditions(window=window), at(moment)) == expected


@given(st.integers(0, 1439), st.integers(0, 1440), st.integers(0, 1439), st.integers(9, 15))
def test_a_window_and_the_rest_of_the_day_share_out_all_minutes(
    start: int, end: int, minute: int, day: int
) -> None:
    moment = at(f"2026-03-{day:02}T{minute // 60:02}:{minute % 60:02}:30")
    inside = reason(Conditions(window=Window(start, end)), moment) is None
    if start != end and end < 24 * 60:
        assert inside != (reason(Conditions(window=Window(end, start)), moment) is None)
    begun = [
        weekday
        for weekday in range(1, 8)
        if reason(Conditions(window=Window(start, end, frozenset({weekday}))), moment) is None
    ]
    assert len(begun) == inside


def test_promotions_of_the_same_conditions_are_judged_together_but_customers_one_by_one() -> None:
    once = Conditions(customer_limit=1)
    promotions = [
        Promotion("p1", Percent(1000), conditions=once),
        Promotion("p2", Percent(1000), conditions=Conditions(stores=frozenset({"s9"}))),
        Promotion("p3", Percent(1000), conditions=once),
        Promotion("p4", Percent(1000)),
        Promotion("p5", Percent(1000), conditions=Conditions(stores=frozenset({"s9"}))),
    ]
    found = Activity(promotions).inactive(replace(NOW, customer=Customer("c", used={"p3": 1})))
    assert list(found.items()) == [("p2", "store"), ("p3", "customer_limit"), ("p5", "store")]
