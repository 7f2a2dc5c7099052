from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from retail.errors import RetailError
from tests.unit.retail.strategies import Refusal


@pytest.fixture(scope="session")
def refused() -> Refusal:
    """``with refused("gtin.length"): ...`` passes when the code is raised with a sentence."""

    @contextmanager
    def expect(code: str) -> Iterator[None]:
        with pytest.raises(RetailError) as caught:
            yield
        assert caught.value.code == code
        assert str(caught.value).endswith(".")
        assert "%(" not in str(caught.value)

    return expect
