from __future__ import annotations

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from retail.contract.packing import pack, unpack

PAST = (b'{"name":"Whole milk 1 L","sku":"P00001"}', b'{"name":"Rye bread 500 g","sku":"P00002"}')
LINES = b'{"name":"Rye bread 500 g","sku":"P00002"}\n'


@given(st.binary(max_size=500), st.lists(st.binary(max_size=100), max_size=4))
def test_what_was_packed_is_unpacked_with_the_same_past(plain: bytes, past: list[bytes]) -> None:
    assert unpack(pack(plain, past), past, most=1_000) == plain


def test_what_the_past_holds_costs_little() -> None:
    assert len(pack(LINES, PAST)) < len(pack(LINES)) / 2


def test_a_body_that_swells_is_not_unpacked() -> None:
    with pytest.raises(OverflowError):
        unpack(pack(bytes(1_001)), (), most=1_000)


def test_what_is_not_packed_is_refused() -> None:
    with pytest.raises(zstandard.ZstdError):
        unpack(LINES, PAST, most=1_000)
