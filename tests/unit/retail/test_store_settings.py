from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from retail.barcode.number_rules import setting_of
from retail.barcode.presets import preset
from retail.errors import RetailError
from retail.loyalty import PointsRules
from retail.store_settings import (
    CODE_RULES,
    CURRENCY_RATES,
    KEEP_DAYS,
    LOYALTY_POINTS,
    SETTING_NAMES,
    check_setting,
    currency_rates,
    is_stale,
    offline_limits,
    points_rules,
)
from retail.tender.foreign import Rate
from retail.value import DEFAULT_LIMITS, OfflineLimits, ValueKind


def test_what_is_not_set_is_as_by_default() -> None:
    assert offline_limits({}) == DEFAULT_LIMITS
    assert len(SETTING_NAMES) == 6 + len(ValueKind) * len(fields(OfflineLimits))


def test_one_limit_changes_one_kind() -> None:
    found = offline_limits({"offline.gift_card.floor": "700"})
    assert found[ValueKind.GIFT_CARD] == OfflineLimits(floor=700, device_day=20_000)
    del found[ValueKind.GIFT_CARD]
    assert found.items() <= DEFAULT_LIMITS.items()


@pytest.mark.parametrize("value", ["", "-1", "1.5", "100000001", "9" * 5_000, "²", "x"])
def test_a_value_that_cannot_be_read_is_refused_and_leaves_the_default(value: str) -> None:
    with pytest.raises(RetailError) as refused:
        check_setting("offline.points.floor", value)
    assert refused.value.code == "setting.value"
    assert offline_limits({"offline.points.floor": value}) == DEFAULT_LIMITS


def test_an_unknown_name_is_refused_and_passed_over() -> None:
    check_setting("offline.points.floor", "0")
    with pytest.raises(RetailError) as refused:
        check_setting("offline.points.ceiling", "1")
    assert refused.value.code == "setting.unknown"
    assert offline_limits({"offline.points.ceiling": "1"}) == DEFAULT_LIMITS


def test_a_table_of_codes_is_a_setting_when_it_can_be_read() -> None:
    check_setting(CODE_RULES, setting_of(preset("DE")))
    with pytest.raises(RetailError) as refused:
        check_setting(CODE_RULES, "no JSON")
    assert refused.value.code.startswith("code_rule.")
    with pytest.raises(RetailError) as refused:
        check_setting(CODE_RULES, setting_of(preset("DE")) + " " * 16_000)
    assert refused.value.code == "setting.value"


def test_rates_are_a_setting_when_they_can_be_read() -> None:
    check_setting(CURRENCY_RATES, '{"USD": 910000}')
    for value in ("no JSON", '{"USD": 0.91}'):
        with pytest.raises(RetailError) as refused:
            check_setting(CURRENCY_RATES, value)
        assert refused.value.code == "currency.rates"
    with pytest.raises(RetailError) as refused:
        check_setting(CURRENCY_RATES, "{}" + " " * 16_000)
    assert refused.value.code == "setting.value"


def test_the_store_s_own_currency_is_not_foreign() -> None:
    assert currency_rates('{"EUR": 1000000, "USD": 910000}', "EUR") == (Rate("USD", 910_000),)
    assert currency_rates("", "EUR") == ()
    assert currency_rates("no JSON", "EUR") == ()


@pytest.mark.parametrize(
    ("setting", "days", "stale"),
    [("", 1, False), ("", 2, True), ("0", 1, True), ("7", 7, False), ("x", 2, True)],
)
def test_a_basket_waits_for_the_next_trading_day_unless_set_otherwise(
    setting: str, days: int, stale: bool
) -> None:
    assert is_stale(date(2026, 11, 20), date(2026, 11, 20 + days), setting) is stale
    if setting.isdecimal():
        check_setting(KEEP_DAYS, setting)


def test_a_choice_is_one_of_its_words() -> None:
    for name, value in (
        ("receipt.default", "paper"),
        ("receipt.default", "none"),
        ("receipt.required", "0"),
        ("receipt.required", "1"),
    ):
        check_setting(name, value)
    for name, value in (("receipt.default", "mail"), ("receipt.required", "2")):
        with pytest.raises(RetailError, match="must be one of"):
            check_setting(name, value)


def test_rules_of_points_are_a_setting_when_they_can_be_read() -> None:
    text = '{"earn_per": 100, "earn_points": 1}'
    check_setting(LOYALTY_POINTS, text)
    with pytest.raises(RetailError) as refused:
        check_setting(LOYALTY_POINTS, "{}")
    assert refused.value.code == "loyalty.rules"
    with pytest.raises(RetailError) as refused:
        check_setting(LOYALTY_POINTS, text + " " * 16_000)
    assert refused.value.code == "setting.value"
    assert points_rules(text) == PointsRules(100, 1)
    assert points_rules("") is None
    assert points_rules("{}") is None
