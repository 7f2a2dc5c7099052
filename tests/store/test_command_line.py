"""``python -m pos_app`` as people run it: real processes, exit codes, one sentence on the error
stream and never a traceback.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from pos_app.runtime.paths import TillPaths
from tests.support import processes, till
from tests.support.processes import done, run, running, started
from tests.support.till import SHELF

ROOT = Path(__file__).resolve().parents[2]
OK, NO, USAGE = 0, 1, 2
_STRICT = {"PYTHONWARNINGS": "error", "QT_QPA_PLATFORM": "offscreen"}


def _run(command: str, folder: Path, *words: str) -> tuple[int, str, str]:
    ended = run("pos_app", command, "--data", folder, *words, env=_STRICT)
    assert "Traceback" not in ended.err
    return ended.code, ended.out.strip(), ended.err.strip()


def _refused(command: str, folder: Path, *words: str) -> str:
    """The one sentence of a command that says no."""
    code, out, err = _run(command, folder, *words)
    assert (code, out) == (NO, "")
    assert err.endswith(".")
    assert "\n" not in err
    return err


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands start from nothing, as on a till."""
    monkeypatch.setattr(processes, "start", started)


def test_simulate_sells_and_verify_and_totals_agree_with_it(folder: Path, cold: None) -> None:
    words = ("--sales", "25", "--seed", "7", "--drain", "0", "--json")
    code, out, err = _run("simulate", folder, *words)
    assert (code, err) == (OK, "")
    made = json.loads(out)
    assert made["sales"] == len(set(made["receipts"])) == 25
    assert made["unsynced"] > 25
    code, out, err = _run("totals", folder, "--json")
    assert (code, err) == (OK, "")
    found = json.loads(out)
    assert set(found) == {
        "store", "till", "sales", "gross_minor", "cash_minor", "last_seq", "head_hash",
    }  # fmt: skip
    assert (found["store"], found["till"], found["sales"]) == ("S1", 1, 25)
    assert found["gross_minor"] == made["gross_minor"]
    assert (found["last_seq"], len(found["head_hash"])) == (made["unsynced"], 64)
    code, out, err = _run("verify", folder)
    assert (code, err) == (OK, "")
    assert out == f"{found['last_seq']} entries and 25 sales hold."


def test_equal_seeds_sell_the_same(folder: Path, template: Path, tmp_path: Path) -> None:
    words = ("--sales", "10", "--seed", "3", "--drain", "0", "--json")
    first = json.loads(_run("simulate", folder, *words)[1])
    second = json.loads(_run("simulate", till.copy(template, tmp_path / "b"), *words)[1])
    assert first == second


def test_a_command_leaves_nothing_in_the_temporary_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cold: None
) -> None:
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setenv("TMPDIR", str(passing))
    assert _run("simulate", folder, "--sales", "1", "--drain", "0")[0] == OK
    assert list(passing.iterdir()) == []


def test_without_json_people_read_sentences(folder: Path) -> None:
    code, out, _ = _run("simulate", folder, "--sales", "2", "--drain", "0")
    assert code == OK
    assert out.startswith("2 sales, ")
    code, out, _ = _run("totals", folder)
    assert code == OK
    assert "sales: 2" in out.splitlines()


def test_no_sales_are_no_error(folder: Path) -> None:
    code, out, _ = _run("simulate", folder, "--sales", "0", "--drain", "0", "--json")
    assert code == OK
    assert json.loads(out)["receipts"] == []


def test_a_simulation_after_another_goes_on_in_its_shift_and_numbers(folder: Path) -> None:
    words = ("--sales", "3", "--drain", "0", "--json")
    first = json.loads(_run("simulate", folder, *words)[1])
    second = json.loads(_run("simulate", folder, *words)[1])
    numbers = [int(number[-8:]) for number in (*first["receipts"], *second["receipts"])]
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_verify_names_the_broken_record_and_says_no(folder: Path) -> None:
    with till.books(folder) as books:
        books.begin_work()
        books.sell(SHELF.code(SHELF.piece))
        books.execute("DROP TRIGGER sale_no_update")
        books.execute("UPDATE sale SET total_minor = total_minor - 1")
    code, out, err = _run("verify", folder)
    assert (code, err) == (NO, "")
    assert out.startswith("sale S1-1-")
    code, out, _ = _run("verify", folder, "--json")
    assert code == NO
    assert json.loads(out)["broken"].startswith("sale S1-1-")


def test_totals_and_verify_run_beside_a_till_that_sells(folder: Path) -> None:
    words = ("pos_app", "simulate", "--data", folder, "--sales", "100000", "--drain", "0")
    with running(*words, env=_STRICT) as selling:
        seen: list[int] = []
        while len(seen) < 3 or seen[-1] <= seen[0]:
            code, out, err = _run("totals", folder, "--json")
            assert (code, err) == (OK, "")
            seen.append(json.loads(out)["sales"])
            assert _run("verify", folder)[0] == OK
            assert selling.running
        assert seen == sorted(seen)
        assert "running already" in _refused("simulate", folder, "--sales", "1")
        assert "running already" in _refused("sync", folder, "--once")
    assert _run("verify", folder)[0] == OK


@pytest.mark.parametrize("command", ["totals", "verify"])
def test_where_there_is_no_till_reading_says_so_and_makes_none(
    tmp_path: Path, command: str
) -> None:
    folder = tmp_path / "nothing"
    assert "no till" in _refused(command, folder)
    assert not folder.exists()


def test_a_till_that_is_not_enrolled_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    for command, *words in (["simulate", "--sales", "1"], ["sync", "--once"], ["totals"]):
        assert "enrol" in _refused(command, folder, *words)


@pytest.mark.parametrize("server", ["nonsense", "ftp://x", "http://", "", "http://[::1"])
def test_an_address_that_is_none_is_named(tmp_path: Path, server: str) -> None:
    err = _refused("enrol", tmp_path, "--server", server, "--code", "AAAA-BBBB")
    assert "address" in err


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    err = _refused("enrol", tmp_path, "--server", till.NOWHERE, "--code", "AAAA-BBBB")
    assert "cannot be reached" in err
    assert till.NOWHERE in err


def test_enrolling_twice_is_refused_before_anybody_is_asked(folder: Path) -> None:
    err = _refused("enrol", folder, "--server", till.NOWHERE, "--code", "AAAA-BBBB")
    assert "enrolled already, as till 1 of store S1" in err


@pytest.mark.parametrize("command", ["totals", "verify", "simulate"])
def test_a_damaged_store_is_named_and_kept(folder: Path, command: str) -> None:
    store = TillPaths(folder).store
    store.write_bytes(b"Dear customer, " * 999)
    words = ("--sales", "1") if command == "simulate" else ()
    assert "damaged" in _refused(command, folder, *words)
    assert store.read_bytes() == b"Dear customer, " * 999


@pytest.mark.parametrize("command", ["totals", "verify", "simulate"])
def test_a_store_that_breaks_off_is_named(folder: Path, command: str) -> None:
    store = TillPaths(folder).store
    os.truncate(store, store.stat().st_size // 2)
    words = ("--sales", "1") if command == "simulate" else ()
    assert "damaged" in _refused(command, folder, *words)


def test_a_store_of_a_newer_program_is_named(folder: Path) -> None:
    with sqlite3.connect(TillPaths(folder).store) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    assert "newer Tillwright" in _refused("simulate", folder, "--sales", "1")


@pytest.mark.parametrize("command", ["totals", "verify", "simulate"])
def test_a_folder_in_the_stores_place_is_named(folder: Path, command: str) -> None:
    store = TillPaths(folder).store
    store.unlink()
    store.mkdir()
    (store / "x").touch()
    words = ("--sales", "1") if command == "simulate" else ()
    assert "cannot be opened" in _refused(command, folder, *words)


@pytest.mark.parametrize("command", ["totals", "simulate"])
def test_a_file_in_the_folders_place_is_named(tmp_path: Path, command: str) -> None:
    place = tmp_path / "till"
    place.write_text("a letter")
    words = ("--sales", "1") if command == "simulate" else ()
    assert str(place) in _refused(command, place, *words)


def test_a_folder_in_the_locks_place_is_named(folder: Path) -> None:
    TillPaths(folder).lock.mkdir()
    assert "cannot be used" in _refused("simulate", folder, "--sales", "1")


def test_a_till_without_its_catalogue_says_so(folder: Path) -> None:
    with till.books(folder) as books:
        books.execute("DELETE FROM barcode")
    assert "no catalogue" in _refused("simulate", folder, "--sales", "1")


def test_a_till_without_staff_says_so(folder: Path) -> None:
    with till.books(folder) as books:
        books.execute("DELETE FROM staff_member")
    assert "Nobody may sign on" in _refused("simulate", folder, "--sales", "1")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["dance"],
        ["verify"],
        ["simulate", "--data", "x"],
        ["simulate", "--data", "x", "--sales", "many"],
        ["simulate", "--data", "x", "--sales", "-1"],
        ["simulate", "--data", "x", "--sales", "1", "--rate", "fast"],
        ["simulate", "--data", "x", "--sales", "1", "--rate", "-1"],
        ["simulate", "--data", "x", "--sales", "1", "--rate", "nan"],
        ["simulate", "--data", "x", "--sales", "1", "--drain", "-1"],
        ["totals", "--data", "x", "--xml"],
        ["enrol", "--data", "x", "--server", "http://x"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_two(tmp_path: Path, words: list[str]) -> None:
    ended = run("pos_app", *words)
    assert ended.code == USAGE
    assert ended.err.startswith("usage: python -m pos_app")
    assert not (ROOT / "x").exists()


@pytest.mark.parametrize(
    "command", ["", "run", "enrol", "sync", "verify", "totals", "simulate", "shots"]
)
def test_every_command_explains_itself(command: str) -> None:
    assert "--data" in done("pos_app", *command.split(), "--help").out or not command


def test_a_till_may_be_moved_with_its_folder(folder: Path, tmp_path: Path) -> None:
    assert _run("simulate", folder, "--sales", "2", "--drain", "0")[0] == OK
    moved = tmp_path / "with a space & ümlaut %20 #1?"
    shutil.move(folder, moved)
    assert _run("verify", moved)[0] == OK
    assert _run("simulate", moved, "--sales", "2", "--drain", "0")[0] == OK
    assert json.loads(_run("totals", moved, "--json")[1])["sales"] == 4
