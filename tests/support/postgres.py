"""A real PostgreSQL for tests: one server per session, one fresh database per test.

A conftest imports the fixtures that it offers: ``head_server``, ``head_template``,
``demo_template``, ``head_url`` and ``head_engine``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import Engine, make_url

from backoffice.commands import load_demo
from backoffice.database import prepare
from db.embedded import EmbeddedPostgres
from db.engine import open_head

_numbers = itertools.count(1)
_TEMPLATE, _DEMO = "tillwright_template", "tillwright_demo"
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "96MB",
}


def run_on(server: EmbeddedPostgres, statement: str) -> None:
    """Run a statement that cannot stand in a transaction, such as CREATE DATABASE."""
    url = make_url(server.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def head_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server without fsync: its data need not outlive the tests."""
    server = EmbeddedPostgres(
        tmp_path_factory.mktemp("head"),
        settings=_SETTINGS,
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def head_template(head_server: EmbeddedPostgres) -> str:
    """Name of a migrated, empty database to copy from."""
    run_on(head_server, f"CREATE DATABASE {_TEMPLATE}")
    engine = open_head(head_server.url_of(_TEMPLATE))
    prepare(engine, datetime.now(UTC).date())
    engine.dispose()
    return _TEMPLATE


@pytest.fixture(scope="session")
def demo_template(head_server: EmbeddedPostgres, head_template: str) -> str:
    """Name of a database with the demo chain and its user."""
    run_on(head_server, f"CREATE DATABASE {_DEMO} TEMPLATE {head_template}")
    engine = open_head(head_server.url_of(_DEMO))
    load_demo(engine)
    engine.dispose()
    return _DEMO


@contextmanager
def copied(server: EmbeddedPostgres, template: str) -> Iterator[str]:
    """URL of a fresh copy of a database; nobody may be connected to the original."""
    name = f"tillwright_test_{next(_numbers)}"
    run_on(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield server.url_of(name)
    run_on(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def head_url(head_server: EmbeddedPostgres, head_template: str) -> Iterator[str]:
    """URL of a migrated, empty database of the test's own."""
    with copied(head_server, head_template) as url:
        yield url


@pytest.fixture
def head_engine(head_url: str) -> Iterator[Engine]:
    """An engine on the test's own database."""
    engine = open_head(head_url)
    yield engine
    engine.dispose()
