from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.contract import version
from retail.contract.version import common_protocol


def test_both_sides_of_today_speak_the_same() -> None:
    assert common_protocol(version.OLDEST_PROTOCOL, version.PROTOCOL) == version.PROTOCOL == 1


@pytest.mark.parametrize(
    ("oldest", "newest", "common"),
    [(3, 5, 5), (1, 4, 4), (5, 9, 6), (6, 6, 6), (7, 9, None), (1, 2, None), (3, 3, 3)],
)
def test_the_newest_that_both_speak(
    oldest: int, newest: int, common: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version, "OLDEST_PROTOCOL", 3)
    monkeypatch.setattr(version, "PROTOCOL", 6)
    assert common_protocol(oldest, newest) == common


@given(st.integers(0, 5), st.integers(0, 5))
def test_it_is_the_greatest_of_the_versions_in_common(oldest: int, newest: int) -> None:
    ours = set(range(version.OLDEST_PROTOCOL, version.PROTOCOL + 1))
    theirs = set(range(oldest, newest + 1))
    assert common_protocol(oldest, newest) == max(ours & theirs, default=None)
