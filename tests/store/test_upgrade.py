from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from db import revisions
from db.engine import APPLICATION_ID
from db.errors import StoreUnavailable
from db.upgrade import ready_store
from pos_app.runtime.paths import TillPaths
from retail.errors import RetailError
from tests.support import till
from tests.support.till import SHELF

ROOT = Path(__file__).resolve().parents[2]
NEWEST = revisions.newest("store")
_STEP = '''
"""A further revision."""
from alembic import op
revision = "later"
down_revision = "{newest}"


def upgrade():
    op.execute("CREATE TABLE later (n INTEGER PRIMARY KEY)")
    op.execute("INSERT INTO later SELECT count(*) FROM sale")
    {more}
'''


@pytest.fixture
def sold(folder: Path) -> Path:
    """A till's store with two sales, one of them still in the log."""
    with till.books(folder) as books:
        books.begin_work()
        books.sell(SHELF.code(SHELF.piece))
        books.sell(SHELF.code(SHELF.kit))
    return TillPaths(folder).store


def _next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str = "pass") -> None:
    """A program that knows one revision more."""
    scripts = tmp_path / "program"
    shutil.copytree(ROOT / "db" / "migrations" / "store", scripts / "migrations" / "store")
    versions = scripts / "migrations" / "store" / "versions"
    (versions / "later.py").write_text(_STEP.format(more=more, newest=NEWEST))
    monkeypatch.setattr(revisions, "_HERE", scripts)


def _query(path: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_a_new_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "till.sqlite"
    ready_store(path)
    assert _query(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert _query(path, "SELECT version_num FROM alembic_version") == [(revisions.newest("store"),)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["till.sqlite"]


def test_an_empty_file_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "till.sqlite"
    path.touch()
    ready_store(path)
    assert _query(path, "SELECT count(*) FROM sale") == [(0,)]


def test_a_file_of_this_program_is_left_alone(sold: Path) -> None:
    before = sold.read_bytes()
    ready_store(sold)
    assert sold.read_bytes() == before


def test_an_older_file_is_copied_upgraded_checked_and_swapped(
    sold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _next_revision(tmp_path, monkeypatch)
    ready_store(sold)
    assert _query(sold, "SELECT n FROM later") == [(2,)]
    assert _query(sold, "SELECT version_num FROM alembic_version") == [("later",)]
    assert _query(sold, "PRAGMA application_id") == [(APPLICATION_ID,)]
    with till.books(sold.parent, seed=2) as books:
        assert books.verify().sales == 2
        books.begin_work()
        assert books.sell(SHELF.code(SHELF.piece)).receipt_number.endswith("-00000003")
        assert books.verify().broken == ""
    before = sold.parent / f"till.before-{NEWEST}"
    assert _query(before, "SELECT count(*) FROM sale") == [(2,)]
    assert not sold.with_suffix(".new").exists()


def test_an_upgrade_that_fails_leaves_the_original_as_it_was(
    sold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _next_revision(tmp_path, monkeypatch, more="raise RuntimeError('a defect')")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="a defect"):
            ready_store(sold)
        assert _query(sold, "SELECT version_num FROM alembic_version") == [(NEWEST,)]
    monkeypatch.undo()
    ready_store(sold)
    with till.books(sold.parent) as books:
        assert (books.verify().sales, books.verify().broken) == (2, "")


_DIE = """
import os, sys
from pathlib import Path
from db import revisions, upgrade
revisions._HERE = Path(sys.argv[1])
step = sys.argv[3]
real = getattr(os if step in ("link", "fsync") else upgrade, step)

def die(*args):
    if sys.argv[4] == "after":
        real(*args)
    os._exit(9)

setattr(os if step in ("link", "fsync") else upgrade, step, die)
upgrade.ready_store(Path(sys.argv[2]))
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["_migrate", "link", "fsync", "_swap"])
def test_a_crash_in_an_upgrade_leaves_a_store_that_the_next_start_upgrades(
    sold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    _next_revision(tmp_path, monkeypatch)
    words = [sys.executable, "-c", _DIE, str(tmp_path / "program"), str(sold), step, when]
    assert subprocess.run(words, cwd=ROOT, timeout=60, check=False).returncode == 9
    assert _query(sold, "SELECT count(*) FROM sale") == [(2,)]
    ready_store(sold)
    assert _query(sold, "SELECT n FROM later") == [(2,)]
    with till.books(sold.parent) as books:
        assert (books.verify().sales, books.verify().broken) == (2, "")


def test_a_file_that_somebody_reads_is_not_swapped_under_him(
    sold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with till.books(sold.parent, seed=2) as books:
        books.begin_work()
        _next_revision(tmp_path, monkeypatch)
        reader = sqlite3.connect(sold, isolation_level=None)
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM sale").fetchone() == (2,)
        with pytest.raises(StoreUnavailable) as caught:
            ready_store(sold)
        assert caught.value.code == "locked"
        reader.close()
    ready_store(sold)
    assert _query(sold, "SELECT n FROM later") == [(2,)]


def test_a_file_of_a_newer_program_is_refused_and_untouched(sold: Path) -> None:
    with sqlite3.connect(sold) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    before = sold.read_bytes()
    with pytest.raises(RetailError) as caught:
        ready_store(sold)
    assert caught.value.code == "store.newer"
    assert "0999" in str(caught.value)
    assert sold.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "till.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(RetailError) as caught:
        ready_store(path)
    assert caught.value.code == "store.foreign"
    assert path.read_bytes() == before


def test_a_till_store_without_a_revision_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "till.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("CREATE TABLE alembic_version (version_num)")
    connection.close()
    with pytest.raises(RetailError) as caught:
        ready_store(path)
    assert caught.value.code == "store.foreign"


@pytest.mark.parametrize(
    "content", [b"Dear customer, " * 400, b"SQLite format 3\0" + b"\xff" * 8000]
)
def test_a_file_that_is_no_database_is_named_and_untouched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "till.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable) as caught:
        ready_store(path)
    assert caught.value.code == "corrupt"
    assert path.read_bytes() == content


def test_a_folder_in_the_files_place_is_named(tmp_path: Path) -> None:
    path = tmp_path / "till.sqlite"
    path.mkdir()
    (path / "x").touch()
    with pytest.raises(StoreUnavailable) as caught:
        ready_store(path)
    assert caught.value.code == "cannot_open"


def test_leftovers_of_an_upgrade_that_was_cut_short_are_cleared(
    sold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{sold.with_suffix('.new')}{suffix}").write_bytes(os.urandom(5000))
    _next_revision(tmp_path, monkeypatch)
    ready_store(sold)
    assert _query(sold, "SELECT n FROM later") == [(2,)]
