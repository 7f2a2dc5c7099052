from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from backoffice.web import formats

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (123_456_789, "EUR", "€1,234,567.89"),
        (-5, "EUR", "−€0.05"),
        (1234, "JPY", "¥1,234"),
        (1234, "KWD", "KWD\u00a01.234"),
        (0, "PLN", "zł0.00"),
    ],
)
def test_money(minor: int, currency: str, text: str) -> None:
    assert formats.money(minor, currency) == text


@pytest.mark.parametrize(
    ("thousandths", "unit", "text"),
    [(3000, "piece", "3"), (842, "kg", "0.842\u00a0kg"), (-1500, "m", "−1.5\u00a0m")],
)
def test_quantity(thousandths: int, unit: str, text: str) -> None:
    assert formats.quantity(thousandths, unit) == text


@pytest.mark.parametrize(
    ("ppm", "text"),
    [(210_000, "21\u00a0%"), (55_000, "5.5\u00a0%"), (0, "0\u00a0%"), (88_750, "8.875\u00a0%")],
)
def test_rate(ppm: int, text: str) -> None:
    assert formats.rate(ppm) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (7199, "1 h ago"),
        (200_000, "2 d ago"),
    ],
)
def test_ago(seconds: int, text: str) -> None:
    assert formats.ago(NOON - timedelta(seconds=seconds), NOON) == text


def test_never_seen() -> None:
    assert formats.ago(None, NOON) == "never"


def test_times_are_local() -> None:
    assert formats.clock(NOON, "Europe/Amsterdam") == "13:00"
    assert formats.instant(NOON, "Asia/Tokyo") == "20 Nov 2026, 21:00"
    assert formats.day(date(2026, 11, 20)) == "Fri 20 Nov 2026"


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [(110, 100, "+10.0\u00a0%"), (966, 1000, "−3.4\u00a0%"), (5, 0, ""), (100, 100, "+0.0\u00a0%")],
)
def test_change(now: int, before: int, text: str) -> None:
    assert formats.change(now, before) == text


def test_hashes_are_shortened() -> None:
    assert formats.short_hash("a" * 12 + "x" * 44 + "b" * 8) == "aaaaaaaaaaaa…bbbbbbbb"
    assert formats.short_hash("abc") == "abc"
