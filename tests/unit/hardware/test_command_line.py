from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hardware.__main__ import main
from hardware.printer.preview import to_text
from hardware.printer.profile import profile_named
from tests.support.escpos_peer import EscposPeer


def _answers(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert isinstance(answers, list)
    return answers


def test_list_shows_drivers_with_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    answers = _answers(capsys)
    assert {"emulator", "transcript", "not run"} >= {answer["evidence"] for answer in answers}
    assert "escpos-tcp" in {answer["name"] for answer in answers}


def test_a_test_receipt_is_printed_and_confirmed(
    peer: EscposPeer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "receipt.png"
    assert main(["test", peer.address, "--json", "--png", str(picture)]) == 0
    (answer,) = _answers(capsys)
    assert (answer["result"], answer["error"]) == ("printed", None)
    assert "TEST" in to_text(bytes(peer.paper), profile_named("epson-80mm"))
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_printer_without_paper_is_a_no(
    peer: EscposPeer, capsys: pytest.CaptureFixture[str]
) -> None:
    peer.change(paper_out=True)
    assert main(["test", peer.address, "--json"]) == 1
    (answer,) = _answers(capsys)
    assert (answer["result"], answer["error"]) == ("not_printed", "hardware.paper_out")


def test_files_and_narrow_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.bin"
    words = ["--text", "--profile", "generic-58mm", "--codepage", "cp852"]
    assert main(["test", f"file:{target}", *words]) == 0
    assert "result=stored" in capsys.readouterr().out
    assert target.read_bytes().startswith(b"\x1b@\x1c.\x1bt\x12")


def test_wrong_usage_is_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "usb:7"]) == 2
    assert main(["test", "null:", "--profile", "x"]) == 2
    with pytest.raises(SystemExit) as stopped:
        main(["print"])
    assert stopped.value.code == 2
    assert "scheme" in capsys.readouterr().err


def test_codes_are_decoded(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", "9506000134352", "--json"]) == 0
    (answer,) = _answers(capsys)
    assert answer["type"] == "Gtin"
    assert main(["decode", "9506000134352", "9506000134353", "--json"]) == 1
    assert [("error" in answer) for answer in _answers(capsys)] == [False, True]


def test_the_program_itself_runs_and_explains_itself() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "hardware", "--help"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0
    for command in ("list", "test", "decode"):
        assert command in result.stdout
