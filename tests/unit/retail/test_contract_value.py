from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.contract import value

SHAPES: list[type[msgspec.Struct]] = [
    value.ReserveRequest,
    value.HeldAnswer,
    value.CaptureRequest,
    value.ReleaseRequest,
    value.Done,
    value.QuotaRequest,
    value.QuotaAnswer,
]


@given(st.data())
@pytest.mark.parametrize("shape", SHAPES)
def test_every_message_reads_back_equal(shape: type[Any], data: st.DataObject) -> None:
    message = data.draw(st.from_type(shape))
    assert msgspec.json.decode(msgspec.json.encode(message), type=shape) == message
