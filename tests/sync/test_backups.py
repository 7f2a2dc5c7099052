"""Backups and restores as real processes, under tills that go on selling."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backoffice.stores.service import issue_code
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.transaction import begin
from tests.support.head_folder import SETTINGS, small_office
from tests.support.processes import HeadProcess, done, run, running

pytestmark = pytest.mark.timeout(400)
SECONDS = 180.0


@dataclass
class House:
    """A head office's data folder, served, and tills in folders beside it."""

    folder: Path
    office: HeadProcess

    @property
    def data(self) -> Path:
        return self.folder / "office"

    def enrolled(self, till: int, store: str = "S1") -> Path:
        place = self.folder / f"till-{store}-{till}"
        engine = open_head(EmbeddedPostgres(self.data).url)
        with begin(engine) as tx:
            code = issue_code(tx, store, till, lambda: datetime.now(UTC))
        engine.dispose()
        server = self.office.url
        done("pos_app", "enrol", "--data", place, "--server", server, "--code", code)
        return place

    def back_up(self, name: str) -> Path:
        file = self.folder / name
        done("backoffice", "backup", "--data", self.data, "--to", file)
        return file

    def stop(self) -> None:
        done("backoffice", "stop", "--data", self.data)
        self.office.kill()

    def restore(self, file: Path) -> None:
        """As an operator does it: stop, restore, serve again on the same address."""
        self.stop()
        done("backoffice", "restore", "--data", self.data, "--from", file)
        self.office.start()

    def recovery(self) -> dict[str, Any]:
        ended = run("backoffice", "recovery", "--data", self.data, "--json")
        found: dict[str, Any] = json.loads(ended.out)
        assert ended.code == int(found["under_way"])
        return found


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a head office with a small chain; nobody uses it."""
    data = tmp_path_factory.mktemp("template") / "office"
    small_office(data).stop()
    return data


@pytest.fixture
def house(template: Path, tmp_path: Path) -> Iterator[House]:
    # Not by shutil: the cluster belongs to another user than root.
    subprocess.run(["cp", "-a", template, tmp_path], check=True)
    data = tmp_path / "office"
    server = EmbeddedPostgres(data, SETTINGS)
    server.start()
    office = HeadProcess(("--data", data))
    office.start()
    try:
        yield House(tmp_path, office)
    finally:
        office.kill()
        server.stop()


def sell(till: Path, sales: int, seed: int) -> dict[str, Any]:
    words = ["--sales", str(sales), "--seed", str(seed), "--json"]
    sold: dict[str, Any] = done("pos_app", "simulate", "--data", till, *words).json()
    assert sold["unsynced"] == 0
    return sold


def own_totals(till: Path) -> dict[str, Any]:
    assert done("pos_app", "verify", "--data", till, "--json").json()["broken"] == ""
    found: dict[str, Any] = done("pos_app", "totals", "--data", till, "--json").json()
    return found


def agree(house: House, *tills: Path) -> None:
    """Every total is the same on both sides to the cent, and both books are in order."""
    theirs = house.office.totals()
    for till in tills:
        own = own_totals(till)
        assert own == theirs[own["store"], own["till"]]
    assert house.office.command("verify", "--json").json()["broken"] == ""


def sync(till: Path) -> None:
    done("pos_app", "sync", "--once", "--data", till)


def test_totals_come_back_to_the_cent_under_running_tills(house: House) -> None:
    first, second = house.enrolled(1), house.enrolled(2)
    sell(first, 3, 1)
    sell(second, 2, 2)
    file = house.back_up("yesterday.backup")
    sell(first, 4, 3)
    words = ["--sales", "40", "--seed", "4", "--rate", "8", "--drain", "60", "--json"]
    with running("pos_app", "simulate", "--data", first, *words) as selling:
        house.restore(file)
        assert selling.wait().json()["unsynced"] == 0
    # The other till was off all the time: it is waited for, and nothing of it is missing.
    waiting = house.recovery()
    assert (waiting["under_way"], waiting["back"], waiting["journals"]) == (True, 1, 2)
    assert waiting["oldest_missing_at"]
    agree(house, first, second)
    sell(second, 1, 5)
    assert not house.recovery()["under_way"]
    agree(house, first, second)


def test_a_database_put_back_behind_the_programs_back_is_not_served(house: House) -> None:
    till = house.enrolled(1)
    sell(till, 2, 1)
    file = house.back_up("one.backup")
    house.restore(file)
    sync(till)
    identity = house.data / "identity.json"
    kept = json.loads(identity.read_text())
    house.stop()
    identity.write_text(json.dumps({**kept, "greatest_seen": 9}))
    refused = run("backoffice", "serve", "--data", house.data)
    assert refused.code == 1
    assert "recovery --begin" in refused.err
    assert "Traceback" not in refused.err
    run("backoffice", "recovery", "--begin", "--data", house.data)
    assert json.loads(identity.read_text())["incarnation"] == 10
    house.office.start()
    sync(till)
    agree(house, till)


def test_a_served_folder_is_not_restored(house: House) -> None:
    file = house.back_up("one.backup")
    refused = run("backoffice", "restore", "--data", house.data, "--from", file)
    assert refused.code == 1
    assert "Another server runs" in refused.err


@pytest.mark.parametrize("place", ["backup.written", "backup.verified"])
def test_a_backup_that_is_killed_makes_nothing_durable(house: House, place: str) -> None:
    till = house.enrolled(1)
    sell(till, 1, 1)
    file = house.folder / "one.backup"
    words: list[str | Path] = ["backoffice", "backup", "--data", house.data, "--to", file]
    assert run(*words, env={"POS_CRASH_AT": f"{place}:1"}).code == 137
    engine = open_head(EmbeddedPostgres(house.data).url)
    try:
        with begin(engine) as tx:
            durable = "SELECT max(durable_seq), count(*) FROM journal_head"
            assert tuple(tx.exec_driver_sql(durable).one()) == (0, 1)
        done(*words)
        with begin(engine) as tx:
            safe = "SELECT bool_and(durable_seq = head_seq) FROM journal_head"
            assert tx.exec_driver_sql(safe).scalar_one()
    finally:
        engine.dispose()


@pytest.mark.parametrize("place", ["restore.identity_written", "restore.before_swap"])
def test_a_restore_that_is_killed_is_begun_again(house: House, place: str) -> None:
    till = house.enrolled(1)
    sell(till, 1, 1)
    file = house.back_up("one.backup")
    sell(till, 2, 2)
    house.stop()
    words: list[str | Path] = ["backoffice", "restore", "--data", house.data, "--from", file]
    assert run(*words, env={"POS_CRASH_AT": f"{place}:1"}).code == 137
    # The database is the old one, and an incarnation was used up: it is not served by accident.
    assert "recovery --begin" in run("backoffice", "serve", "--data", house.data).err
    done(*words)
    house.office.start()
    sync(till)
    agree(house, till)
