from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.stores.service import issue_code
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.transaction import begin
from tests.backoffice.conftest import Office, SetClock
from tests.support.head_data import NOW
from tests.support.postgres import copied
from tests.support.wire_till import WireTill

Code = Callable[..., str]


@pytest.fixture(scope="module")
def office(head_server: EmbeddedPostgres, chain_template: str) -> Iterator[Office]:
    """One application for all tests of a file: each has a till and a journal of its own."""
    clock = SetClock()
    with copied(head_server, chain_template) as url:
        engine = open_head(url)
        with TestClient(create_app(Config(url=url), clock)) as client:
            # The thread that answers stays, and belongs to no test.
            client.get("/healthz")
            yield Office(client, engine, clock)
        engine.dispose()


@pytest.fixture(autouse=True)
def _time(request: pytest.FixtureRequest) -> None:
    """Each test of the application begins at the same instant."""
    if "office" in request.fixturenames:
        request.getfixturevalue("office").clock.now = NOW


@pytest.fixture
def engine(head_server: EmbeddedPostgres, chain_template: str) -> Iterator[Engine]:
    """A chain's database that nobody applies by itself."""
    with copied(head_server, chain_template) as url:
        found = open_head(url)
        yield found
        found.dispose()


@pytest.fixture
def code(office: Office) -> Code:
    """Issues a one-time code."""

    def issue(store: str = "S1", till: int = 1) -> str:
        with begin(office.engine) as tx:
            return issue_code(tx, store, till, office.clock)

    return issue


@pytest.fixture
def wire(office: Office, code: Code) -> WireTill:
    """Till 1 of store S1, enrolled anew."""
    return WireTill.enrolled(office.client, code())
