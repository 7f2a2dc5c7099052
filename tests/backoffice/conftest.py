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
from db.transaction import begin
from tests.support.head_data import NOW, PASSWORD, TillJournal, load_chain
from tests.support.postgres import head_engine, head_server, head_template, head_url

__all__ = ["head_engine", "head_server", "head_template", "head_url"]

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


@pytest.fixture
def office(head_url: str, head_engine: Engine, clock: SetClock) -> Iterator[Office]:
    """The application on a small chain; nobody is signed in."""
    with begin(head_engine) as tx:
        load_chain(tx)
    with TestClient(create_app(Config(url=head_url), clock)) as client:
        yield Office(client, head_engine, clock)


@pytest.fixture
def chain(head_engine: Engine) -> Iterator[Connection]:
    """A transaction on a small chain."""
    with begin(head_engine) as tx:
        load_chain(tx)
        yield tx


@pytest.fixture
def till(chain: Connection) -> TillJournal:
    """An enrolled till of store S1 with an open journal."""
    journal = TillJournal()
    journal.enrol(chain)
    return journal
