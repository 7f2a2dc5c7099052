from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.transaction import begin
from pos_app.sync import engine as engine_module
from tests.support.live_head import live_head
from tests.support.postgres import copied, run_on
from tests.support.proxy import proxy
from tests.support.restores import Safe
from tests.support.small_chain import load_small_chain
from tests.support.sync_rig import Rig

_TEMPLATE = "tillwright_small_chain"


@pytest.fixture(scope="session")
def small_template(head_server: EmbeddedPostgres, head_template: str) -> str:
    """Name of a database with a small chain whose streams are published."""
    run_on(head_server, f"CREATE DATABASE {_TEMPLATE} TEMPLATE {head_template}")
    engine = open_head(head_server.url_of(_TEMPLATE))
    with begin(engine) as tx:
        load_small_chain(tx)
    engine.dispose()
    return _TEMPLATE


@pytest.fixture
def small_url(head_server: EmbeddedPostgres, small_template: str) -> Iterator[str]:
    """URL of a small chain's database, the test's own."""
    with copied(head_server, small_template) as url:
        yield url


@pytest.fixture
def small_engine(small_url: str) -> Iterator[Engine]:
    """An engine on it."""
    engine = open_head(small_url)
    yield engine
    engine.dispose()


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tills that look for news and knock again at once."""
    monkeypatch.setattr(engine_module, "HELLO_SECONDS", 0.05)
    monkeypatch.setattr(engine_module, "PUSH_CAP_SECONDS", 0.02)


@pytest.fixture
def rig(small_url: str, small_engine: Engine, tmp_path: Path, hurry: None) -> Iterator[Rig]:
    """A served head office, a proxy before it, and a till's folder; everything in a hurry."""
    with live_head(small_url) as head, proxy(head.url) as link:
        yield Rig(head, link, small_engine, tmp_path / "till")


@pytest.fixture
def kept_rig(small_url: str, small_engine: Engine, tmp_path: Path, hurry: None) -> Iterator[Rig]:
    """A head office whose identity is kept in a file."""
    identity = tmp_path / "identity.json"
    with live_head(small_url, identity) as head, proxy(head.url) as link:
        yield Rig(head, link, small_engine, tmp_path / "till")


@pytest.fixture
def safe(kept_rig: Rig, tmp_path: Path) -> Safe:
    """Backups of that head office."""
    return Safe(kept_rig, tmp_path)
