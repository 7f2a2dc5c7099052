from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from backoffice.stores.service import issue_code
from db.transaction import begin
from tests.support.head_data import NOW
from tests.support.wire_till import WireTill

Enrol = Callable[..., WireTill]


@pytest.fixture
def code(chain_engine: Engine) -> Callable[..., str]:
    """Issues a one-time code."""

    def issue(store: str = "S1", till: int = 1) -> str:
        with begin(chain_engine) as tx:
            return issue_code(tx, store, till, lambda: NOW)

    return issue
