from __future__ import annotations

import copy
import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import retail
from retail.vectors.reading import Case
from retail.vectors.writing import Answer, answer

PROGRAM = str(Path(retail.__file__).with_name("__main__.py"))
FILE = Path(__file__).parents[2] / "data" / "pricing" / "cases_public.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["cases"]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    monkeypatch.setattr("sys.argv", ["retail", *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(PROGRAM, run_name="__main__")
    return ended.value.code


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A file of a good case, one that cannot be read, and another good one."""
    bad = copy.deepcopy(CASES[1])
    bad["lines"][0]["unit_price"] = -1
    return written(tmp_path, [CASES[0], bad, CASES[2]])


def written(folder: Path, document: object) -> Path:
    path = folder / "baskets.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_all_cases_of_the_vectors_as_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "price", str(FILE), "--json") == 0
    answers = json.loads(capsys.readouterr().out)
    assert [entry["id"] for entry in answers] == [case["id"] for case in CASES]
    for entry, case in zip(answers, CASES, strict=True):
        assert set(entry) == {"id", "result"}
        assert entry["result"]["payable"] == case["expected"]["payable"]


def test_microseconds_on_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = written(tmp_path, CASES[0])
    assert run(monkeypatch, "price", str(path), "--json", "--timing") == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert set(entry) == {"id", "result", "microseconds"}
    assert type(entry["microseconds"]) is int
    assert entry["microseconds"] > 0
    assert run(monkeypatch, "price", str(path), "--timing") == 0
    assert capsys.readouterr().out.endswith(" microseconds\n")


def test_a_case_that_cannot_be_read_leaves_the_others_priced(
    mixed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "price", str(mixed), "--json", "--timing") == 1
    said = capsys.readouterr()
    answers = json.loads(said.out)
    sentence = "Case pct-02: lines[0].unit_price must be at least 0."
    assert answers[1] == {"id": "pct-02", "error": {"code": "case.range", "message": sentence}}
    assert [answers[0]["result"]["payable"], answers[2]["result"]["payable"]] == [3698, 829]
    assert said.err == ""


def test_prices_for_people(
    mixed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "price", str(mixed)) == 1
    rows = capsys.readouterr().out.splitlines()
    assert rows[0] == "pct-01"
    assert "  to pay: 36.98 EUR" in rows
    at = rows.index("pct-02")
    assert rows[at + 1] == "  Case pct-02: lines[0].unit_price must be at least 0."
    assert rows[at + 2] == "pct-05"


def test_half_a_letter_in_a_file_is_shown_as_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, [CASES[0] | {"id": "half \ud83d"}])
    assert run(monkeypatch, "price", str(path)) == 0
    assert capsys.readouterr().out.startswith("half \\ud83d\n")


def test_a_fault_of_the_program_costs_one_case_only(
    mixed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaking(case: Case) -> Answer:
        if case.case_id == "pct-01":
            raise ZeroDivisionError
        return answer(case)

    monkeypatch.setattr("retail.vectors.writing.answer", breaking)
    assert run(monkeypatch, "price", str(mixed), "--json") == 1
    said = capsys.readouterr()
    answers = json.loads(said.out)
    assert answers[0]["error"]["code"] == "program.fault"
    assert "ZeroDivisionError" in answers[0]["error"]["message"]
    assert "Traceback" in said.err
    assert answers[2]["result"]["payable"] == 829


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, " cannot be read: No such file or directory.\n"),
        (b"{", " is not JSON text: Expecting property name"),
        (b"\xff\xfe", " is not JSON text: 'utf-8' codec can't decode"),
        (b"[" * 100_000, " is not JSON text: maximum recursion depth exceeded"),
        (b"5", ": There are no cases in the file.\n"),
    ],
)
@pytest.mark.parametrize("command", [("price",), ("price", "--json"), ("explain", "--case", "c")])
def test_an_unreadable_file_is_one_sentence(
    content: bytes | None,
    sentence: str,
    command: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "basket.json"
    if content is not None:
        path.write_bytes(content)
    assert run(monkeypatch, *command, str(path)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"{path}{sentence}")
    assert len(said.err.splitlines()) == 1


def test_a_mark_of_byte_order_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "basket.json"
    path.write_text(json.dumps(CASES[0]), encoding="utf-8-sig")
    assert run(monkeypatch, "price", str(path), "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["id"] == "pct-01"


def test_a_price_is_explained(
    mixed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "explain", str(mixed), "--case", "pct-01") == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0] == "pct-01"
    assert rows[-1] == "  p1: Applied 2 times to 2 units: 8.00 saved."


def test_what_does_not_hold_is_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "explain", str(FILE), "--case", "hint-04") == 0
    assert capsys.readouterr().out.splitlines()[-6:] == [
        "  a: Not in this store: it holds in S9.",
        "  b: Only for customers of gold: ask for the customer card.",
        "  c: It needs the coupon Q: scan it.",
        "  d: Not today: it holds on Sun.",
        "  e: What was set aside for it is sold out.",
        "  f: Not yet: it starts on 2027-01-01 00:00.",
    ]


def test_explanations_have_names_and_the_digits_of_the_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = copy.deepcopy(CASES[0])
    case["currency"] = {"code": "of our own", "exponent": 3}
    case["promos"][0]["name"] = "Shoe week"
    assert run(monkeypatch, "explain", str(written(tmp_path, case)), "--case", "pct-01") == 0
    told = "  Shoe week: Applied 2 times to 2 units: 0.800 saved."
    assert capsys.readouterr().out.splitlines()[-1] == told


def test_a_case_that_cannot_be_read_is_not_explained(
    mixed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "explain", str(mixed), "--case", "pct-02") == 1
    rows = capsys.readouterr().out.splitlines()
    assert rows == ["pct-02", "  Case pct-02: lines[0].unit_price must be at least 0."]


def test_only_cases_of_the_file_are_explained(
    mixed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "explain", str(mixed), "--case", "pct-99") == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "There is no case pct-99 in the file.\n")


@pytest.mark.parametrize("arguments", [("--help",), ("price", "--help"), ("explain", "--help")])
def test_help_tells_how_to_use_it(
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, *arguments) == 0
    assert "usage: python -m retail" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [(), ("sell",), ("price",), ("explain", "basket.json")])
def test_wrong_usage_ends_with_2(
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, *arguments) == 2
    assert "usage:" in capsys.readouterr().err


def test_the_folder_tells_the_command() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "retail", "price", str(FILE), "--json"],
        cwd=Path(retail.__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(json.loads(ended.stdout)) == len(CASES)


def test_nothing_runs_on_import() -> None:
    assert callable(runpy.run_path(PROGRAM, run_name="retail.__main__")["main"])
