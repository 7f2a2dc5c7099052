from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine

from backoffice.app import create_app
from backoffice.config import Config
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.transaction import begin
from tests.support.head_data import NOW, PASSWORD, TillJournal, load_chain
from tests.support.postgres import copied, run_on

_TEMPLATE = "tillwright_chain"
_CSRF = re.compile(r'name="csrf(?:-token)?" (?:value|content)="([^"]+)"')
PAGE = {"accept": "text/html"}


@dataclass(slots=True)
class SetClock:
    """A clock that stands where the test puts it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **step: int) -> None:
        self.now += timedelta(**step)


@dataclass(slots=True)
class Office:
    """The running application, a browser on it, and its database."""

    client: TestClient
    engine: Engine
    clock: SetClock
    csrf: str = ""

    def token_of(self, text: str) -> str:
        found = _CSRF.search(text)
        assert found is not None, "the page has no CSRF token"
        return found[1]

    def sign_in(self, login: str = "admin", password: str = PASSWORD) -> int:
        token = self.token_of(self.client.get("/login", headers=PAGE).text)
        answer = self.client.post(
            "/login",
            data={"login": login, "password": password, "csrf": token},
            headers=PAGE,
            follow_redirects=False,
        )
        if answer.status_code == 303:
            self.csrf = self.token_of(self.page("/stores"))
        return answer.status_code

    def page(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, headers=PAGE)
        assert answer.status_code == status, answer.text
        return answer.text


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def chain_template(head_server: EmbeddedPostgres, head_template: str) -> str:
    """Name of a database with a small chain, to copy from."""
    run_on(head_server, f"CREATE DATABASE {_TEMPLATE} TEMPLATE {head_template}")
    engine = open_head(head_server.url_of(_TEMPLATE))
    with begin(engine) as tx:
        load_chain(tx)
    engine.dispose()
    return _TEMPLATE


@pytest.fixture
def chain_url(head_server: EmbeddedPostgres, chain_template: str) -> Iterator[str]:
    """URL of a small chain's database, the test's own."""
    with copied(head_server, chain_template) as url:
        yield url


@pytest.fixture
def chain_engine(chain_url: str) -> Iterator[Engine]:
    """An engine on a small chain's database."""
    engine = open_head(chain_url)
    yield engine
    engine.dispose()


@pytest.fixture
def office(chain_url: str, chain_engine: Engine, clock: SetClock) -> Iterator[Office]:
    """The application on a small chain; nobody is signed in."""
    with TestClient(create_app(Config(url=chain_url), clock)) as client:
        yield Office(client, chain_engine, clock)


@pytest.fixture
def chain(chain_engine: Engine) -> Iterator[Connection]:
    """A transaction on a small chain."""
    with begin(chain_engine) as tx:
        yield tx


@pytest.fixture
def till(chain: Connection) -> TillJournal:
    """An enrolled till of store S1 with an open journal."""
    journal = TillJournal()
    journal.enrol(chain)
    return journal
