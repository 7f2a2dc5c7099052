from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_app.runtime import logs

LOG = logging.getLogger("tillwright.test")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    handler = logs.configure(tmp_path / "logs")
    yield tmp_path / "logs" / "till.log"
    logs.release(handler)


def _logged(file: Path, message: str, *args: object) -> str:
    LOG.info(message, *args)
    return file.read_text(encoding="utf-8").splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("card 4111111111111111 declined", "4111111111111111"),
        ("card 4111 1111 1111 1111 declined", "4111 1111 1111 1111"),
        ("card 4111-1111-1111-1111 declined", "4111-1111-1111-1111"),
        ("amex 378282246310005", "378282246310005"),
        ("long 6304000000000000000", "6304000000000000000"),
        ("mail to maria.keller+shop@example.co.uk today", "maria.keller"),
        ("call +31 6 5550 1234 back", "5550"),
        ("call +31655501234 back", "655501234"),
        ("PIN: 1234 wrong", "1234"),
        ("pin=1234", "1234"),
        ('"secret": "abcdef"', "abcdef"),
        ("password hunter2", "hunter2"),
        ("Token=abc.def", "abc.def"),
        ("X-Tillwright-Signature: 0badcafe", "0badcafe"),
    ],
)
def test_nothing_secret_or_personal_reaches_the_file(file: Path, text: str, secret: str) -> None:
    assert secret not in _logged(file, text)
    assert secret not in _logged(file, "%s", text)


@pytest.mark.parametrize(
    "text", ["receipt S1-1-AD-00000042 printed", "code 9521234567892 is unknown",
             "2026-11-20 09:30:00 at 12.34 EUR", "GTIN 09521234567892"],
)  # fmt: skip
def test_what_support_needs_stays(file: Path, text: str) -> None:
    assert text in _logged(file, text)


@pytest.mark.expect_warnings
def test_a_traceback_holds_no_secret_either(file: Path) -> None:
    try:
        raise ValueError("the PIN: 1234 of maria@example.com")
    except ValueError:
        LOG.exception("a defect")
    text = file.read_text(encoding="utf-8")
    assert "ValueError" in text
    assert "1234" not in text
    assert "maria" not in text


def test_a_message_with_wrong_arguments_is_still_kept(file: Path) -> None:
    assert "%d sales ('seven',)" in _logged(file, "%d sales", "seven")


def test_nothing_goes_to_the_terminal(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    LOG.info("to the file")
    assert capfd.readouterr() == ("", "")


def test_after_the_release_the_file_is_closed_and_left_alone(tmp_path: Path) -> None:
    handler = logs.configure(tmp_path / "logs")
    logs.release(handler)
    LOG.info("late")
    assert not (tmp_path / "logs" / "till.log").exists()
    assert logging.getLogger("tillwright").propagate
