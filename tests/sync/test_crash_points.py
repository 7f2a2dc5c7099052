"""A process that dies at any named place goes on where it was: nothing is lost or doubled."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text, update

from backoffice.intake.applier import catch_up
from backoffice.intake.down.images import build_images
from backoffice.intake.keys import RENEW_AFTER
from backoffice.stores.queries import till_totals
from backoffice.stores.service import issue_code
from db.crash_points import KILLED, VARIABLE
from db.embedded import EmbeddedPostgres
from db.engine import open_head, open_store
from db.head.stores import Installation
from db.store.catalog import Price
from db.streams import publish_each
from db.transaction import begin
from pos_app.checkout import search_index
from pos_app.runtime.paths import TillPaths
from retail.contract.reference import PriceRow
from tests.support.head_books import strange_entry
from tests.support.head_folder import small_office
from tests.support.processes import Running, done, run, running
from tests.support.small_chain import articles

ROOT = Path(__file__).resolve().parents[2]
SELLING = (
    "journal.appended:4",
    "till.committed:5",
    "push.built:2",
    "push.answered:1",
    "push.acknowledged:1",
)
LATE = ("search.slice:2",)
IMAGE = ("image.fetched:1", "image.verified:1", "image.completed:1", "image.in_place:1")
PULLING = ("pull.row_staged:1", "pull.cursor_saved:1", "pull.flip:1")
PARTING = ("rejournal.entry:2", "rejournal.opened:1")
SERVING = (
    "push.stored:2",
    "push.committed:2",
    "applier.effect:1",
    "applier.applied:1",
    "applier.before_commit:1",
)
RENEWING = ("rotate.offered:1", "rotate.taken_up:1")
PRUNING = "prune.slice:1"
BUILDING = ("chunks.closed:1", "chunks.merged:1", "image.built:1")


def places_in_code() -> set[str]:
    """Every name that the product hands to ``crash_point``."""
    found: set[str] = set()
    for package in ("pos_app", "backoffice", "db"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Name("crash_point"), args=[ast.Constant(str(name))]):
                        found.add(name)
                    case _:
                        pass
    return found


def test_every_place_is_died_at_somewhere() -> None:
    files = (f for f in (ROOT / "tests").rglob("test_*.py") if f != Path(__file__))
    tests = [file.read_text(encoding="utf-8") for file in files]
    here = (*SELLING, *PULLING, *IMAGE, *LATE, *PARTING, *SERVING, *RENEWING, PRUNING, *BUILDING)
    tests += [f'"{place}"' for place in here]
    alone = {
        name
        for name in places_in_code()
        if not any(f'"{name}:' in text or f'"{name}"' in text for text in tests)
    }
    assert alone == set()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A head office's data folder whose PostgreSQL runs."""
    folder = tmp_path_factory.mktemp("office")
    server = small_office(folder)
    yield folder
    server.stop()


@pytest.fixture
def engine(data: Path) -> Iterator[Engine]:
    found = open_head(EmbeddedPostgres(data).url)
    yield found
    found.dispose()


@contextmanager
def served(data: Path, at: str = "", *, port: str = "0") -> Iterator[tuple[str, Running]]:
    """A head office that dies at a place, if one is named; its address and its process."""
    words = ("backoffice", "serve", "--data", data, "--port", port)
    office = Running(words, {VARIABLE: at} if at else None)
    try:
        yield office.line(), office
    finally:
        office.terminate()


def enrolled(engine: Engine, url: str, folder: Path) -> Path:
    with begin(engine) as tx:
        code = issue_code(tx, "S1", 1, lambda: datetime.now(UTC))
    done("pos_app", "enrol", "--data", folder, "--server", url, "--code", code)
    return folder


def simulate(folder: Path, sales: int, at: str = "", *, drain: int = 60, rate: int = 0) -> int:
    words = ("pos_app", "simulate", "--data", folder, "--sales", str(sales), "--rate", str(rate))
    return run(*words, "--drain", str(drain), env={VARIABLE: at} if at else None).code


def sync(folder: Path, at: str = "") -> int:
    words = ("pos_app", "sync", "--once", "--data", folder)
    return run(*words, env={VARIABLE: at} if at else None).code


def agree(engine: Engine, folder: Path) -> None:
    """Both sides tell the same of the till, and its past holds."""
    own = done("pos_app", "totals", "--data", folder, "--json").json()
    assert catch_up(engine, seconds=60)
    with begin(engine) as tx:
        (theirs,) = (r for r in till_totals(tx) if (r.store, r.till) == ("S1", 1))
    assert own["sales"] > 0
    assert own["head_hash"] == theirs.head_hash
    assert own["last_seq"] == theirs.last_seq
    assert done("pos_app", "verify", "--data", folder, "--json").json()["broken"] == ""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", SELLING)
def test_a_till_that_dies_while_it_sells_goes_on(
    data: Path, engine: Engine, tmp_path: Path, place: str
) -> None:
    with served(data) as (url, _):
        till = enrolled(engine, url, tmp_path / "till")
        # Sold as fast as can be, all of it may go in one push, and a second is never built.
        assert simulate(till, 6, place, rate=10) == KILLED
        assert simulate(till, 2) == 0
        agree(engine, till)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", PULLING)
def test_a_till_that_dies_while_prices_come_has_them_in_the_end(
    data: Path, engine: Engine, tmp_path: Path, place: str
) -> None:
    with served(data) as (url, _):
        till = enrolled(engine, url, tmp_path / "till")
        with begin(engine) as tx:
            publish_each(tx, [PriceRow(zone="NL", sku="P1", minor=700 + PULLING.index(place))])
        assert sync(till, place) == KILLED
        assert sync(till) == 0
        assert simulate(till, 2) == 0
        agree(engine, till)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", PARTING)
def test_a_till_that_dies_while_its_journal_forks_loses_nothing(
    data: Path, engine: Engine, tmp_path: Path, place: str
) -> None:
    with served(data) as (url, _):
        till = enrolled(engine, url, tmp_path / "till")
        assert simulate(till, 2) == 0
        strange_entry(engine)
        assert simulate(till, 3, place) == KILLED
        assert simulate(till, 2) == 0
        agree(engine, till)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", SERVING)
def test_head_office_that_dies_at_a_step_has_each_sale_once(
    data: Path, engine: Engine, tmp_path: Path, place: str
) -> None:
    with served(data) as (url, _):
        till = enrolled(engine, url, tmp_path / "till")
    port = url.rpartition(":")[2]
    with served(data, place, port=port) as (_, office):
        simulate(till, 4, drain=0)
        while office.running and sync(till) == 0:
            simulate(till, 2, drain=0)
        assert office.wait().code == KILLED
    with served(data, port=port):
        assert sync(till) == 0
        agree(engine, till)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", RENEWING)
def test_head_office_that_dies_while_a_secret_is_renewed_knows_one_of_the_till(
    data: Path, engine: Engine, tmp_path: Path, place: str
) -> None:
    with served(data) as (url, _):
        till = enrolled(engine, url, tmp_path / "till")
    with begin(engine) as tx:
        tx.execute(update(Installation).values(key_since=datetime.now(UTC) - RENEW_AFTER))
    port = url.rpartition(":")[2]
    with served(data, place, port=port) as (_, office):
        simulate(till, 2, drain=0)
        while office.running:
            sync(till)
        assert office.wait().code == KILLED
    with served(data, port=port):
        assert simulate(till, 2) == 0
        agree(engine, till)
    with begin(engine) as tx:
        renewed = select(Installation.next_key, Installation.previous_key).where(
            Installation.state == "active", Installation.previous_until.is_not(None)
        )
        assert [row.next_key for row in tx.execute(renewed)] == [None]


@pytest.mark.timeout(300)
def test_a_till_that_dies_while_old_entries_go_keeps_whole_what_stays(
    data: Path, engine: Engine, tmp_path: Path
) -> None:
    with served(data) as (url, _):
        till = enrolled(engine, url, tmp_path / "till")
        assert simulate(till, 6) == 0
        done("backoffice", "backup", "--data", data, "--to", tmp_path / "proved.backup")
        assert sync(till) == 0
        late = ("tests.support.late_pruning", till)
        assert run(*late, env={VARIABLE: PRUNING}).code == KILLED
        assert int(done(*late).last_line) > 6
        assert simulate(till, 2) == 0
        agree(engine, till)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", BUILDING)
def test_head_office_that_dies_while_it_builds_chunks_serves_whole_lists(
    data: Path, engine: Engine, tmp_path: Path, place: str
) -> None:
    minor = 800 + BUILDING.index(place)
    with begin(engine) as tx:
        rows = [PriceRow(zone="NL", sku=f"Q{n}", minor=minor) for n in range(4_500)]
        publish_each(tx, rows)
    with running("backoffice", "serve", "--data", data, env={VARIABLE: place}) as office:
        assert office.wait().code == KILLED
    with served(data) as (url, _):
        till = enrolled(engine, url, tmp_path / "till")
        with begin(open_store(TillPaths(till).store, read_only=True)) as tx:
            known = select(func.count()).select_from(Price).where(Price.minor == minor)
            assert tx.execute(known).scalar_one() == len(rows)
        assert simulate(till, 2) == 0
        agree(engine, till)


# Head office has no cost of these articles, so what is sold of them is set aside.
@pytest.mark.expect_warnings
@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", [*IMAGE, *LATE])
def test_a_till_that_dies_while_its_image_comes_begins_once_more(
    data: Path, engine: Engine, tmp_path: Path, place: str
) -> None:
    with begin(engine) as tx:
        publish_each(tx, articles((f"I{n}", f"Tea {n}", "c1", 100 + n) for n in range(1_500)))
    build_images(engine, datetime.now(UTC))
    with served(data) as (url, _):
        till = tmp_path / "till"
        with begin(engine) as tx:
            code = issue_code(tx, "S1", 1, lambda: datetime.now(UTC))
        words = ("pos_app", "enrol", "--data", till, "--server", url, "--code", code)
        if place in LATE:
            done(*words)
            assert sync(till, place) == KILLED
        else:
            assert run(*words, env={VARIABLE: place}).code == KILLED
        assert sync(till) == 0
        assert simulate(till, 2) == 0
        with begin(open_store(TillPaths(till).store, read_only=True)) as tx:
            assert search_index.progress(tx).whole
            assert tx.execute(_KNOWN_TEA).scalar_one() == 1_500
        agree(engine, till)


_KNOWN_TEA = text("SELECT count(*) FROM product_search WHERE product_search MATCH '\"tea\"'")
