from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.business_day import business_date, day_bounds, offset_minutes, zone_of
from tests.unit.retail.strategies import Refusal

AMSTERDAM = "Europe/Amsterdam"
FOUR = time(4)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        # Winter: UTC+1, the day begins at 03:00 UTC.
        ("2026-01-15T02:59:59", date(2026, 1, 14)),
        ("2026-01-15T03:00:00", date(2026, 1, 15)),
        # Spring: clocks go from 02:00 to 03:00 on 29 March, 04:00 is 02:00 UTC.
        ("2026-03-29T01:59:59", date(2026, 3, 28)),
        ("2026-03-29T02:00:00", date(2026, 3, 29)),
        # Autumn: clocks go from 03:00 back to 02:00 on 25 October, 04:00 is 03:00 UTC.
        ("2026-10-25T02:59:59", date(2026, 10, 24)),
        ("2026-10-25T03:00:00", date(2026, 10, 25)),
        # New Year's Eve belongs to the old year until four.
        ("2026-12-31T23:30:00", date(2026, 12, 31)),
    ],
)
def test_sales_before_four_belong_to_yesterday(instant: str, day: date) -> None:
    assert business_date(utc(instant), AMSTERDAM, FOUR) == day


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-03-28T22:59:59", date(2026, 3, 28)),
        ("2026-03-28T23:00:00", date(2026, 3, 29)),
        ("2026-03-29T21:59:59", date(2026, 3, 29)),
        ("2026-10-24T22:00:00", date(2026, 10, 25)),
        ("2026-10-25T22:59:59", date(2026, 10, 25)),
        ("2026-10-25T23:00:00", date(2026, 10, 26)),
    ],
)
def test_a_cut_over_at_midnight(instant: str, day: date) -> None:
    assert business_date(utc(instant), AMSTERDAM, time(0)) == day


def test_the_instants_own_zone_does_not_matter() -> None:
    local = datetime(2026, 7, 1, 3, 59, tzinfo=zone_of(AMSTERDAM))
    assert business_date(local, AMSTERDAM, FOUR) == date(2026, 6, 30)
    assert business_date(local.astimezone(zone_of("Asia/Tokyo")), AMSTERDAM, FOUR) == date(
        2026, 6, 30
    )


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 23), (date(2026, 10, 24), 25), (date(2026, 6, 1), 24)],
)
def test_the_day_of_the_change_is_an_hour_shorter_or_longer(day: date, hours: int) -> None:
    begin, end = day_bounds(day, AMSTERDAM, FOUR)
    assert begin.tzinfo is UTC
    assert end - begin == timedelta(hours=hours)


def test_a_clock_set_back_over_the_cut_over_does_not_bring_yesterday_again() -> None:
    first, again = utc("2026-10-25T00:45:00"), utc("2026-10-25T01:15:00")
    half_past_two = time(2, 30)
    assert business_date(first, AMSTERDAM, half_past_two) == date(2026, 10, 25)
    assert business_date(again, AMSTERDAM, half_past_two) == date(2026, 10, 25)


def test_a_clock_set_back_over_midnight_does_not_bring_yesterday_again() -> None:
    # Newfoundland changed at 00:01 until 2011: local 00:00:30 was followed by 23:01.
    after = utc("2010-11-07T02:45:00")
    assert after.astimezone(zone_of("America/St_Johns")).date() == date(2010, 11, 6)
    assert business_date(after, "America/St_Johns", time(0)) == date(2010, 11, 7)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis asks for naive bounds
    st.sampled_from([AMSTERDAM, "America/St_Johns", "Asia/Beirut", "Australia/Lord_Howe"]),
    st.sampled_from([time(0), time(1, 45), time(2, 30), FOUR]),
)
def test_every_instant_lies_in_its_day(instant: datetime, zone: str, cut_over: time) -> None:
    begin, end = day_bounds(business_date(instant, zone, cut_over), zone, cut_over)
    assert begin <= instant < end


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.sampled_from([time(0), time(2, 30), FOUR]))
def test_days_follow_one_another_without_a_gap(day: date, cut_over: time) -> None:
    following = day_bounds(day + timedelta(days=1), AMSTERDAM, cut_over)
    assert day_bounds(day, AMSTERDAM, cut_over)[1] == following[0]


def test_an_instant_without_a_zone_is_refused(refused: Refusal) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the mistake
    with refused("time.naive"):
        business_date(naive, AMSTERDAM, FOUR)
    with refused("time.naive"):
        offset_minutes(naive, AMSTERDAM)


@pytest.mark.parametrize("name", ["", "Europe", "Europe/Atlantis", "../etc/passwd", "a\0b"])
def test_an_unknown_zone_is_refused(name: str, refused: Refusal) -> None:
    with refused("zone.unknown"):
        zone_of(name)


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [("UTC", 0), (AMSTERDAM, 120), ("Asia/Kathmandu", 345), ("America/St_Johns", -150)],
)
def test_minutes_ahead_of_utc(zone: str, minutes: int) -> None:
    assert offset_minutes(utc("2026-07-01T12:00:00"), zone) == minutes
