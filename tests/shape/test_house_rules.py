"""Every file of the repository keeps the house rules, and each rule catches its breach."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from tests.shape.rules import LONGEST_FILE, LONGEST_FUNCTION, ROOT, RULES, Rule, Source

_LONG_FUNCTION = "def f():\n" + "    pass\n" * LONGEST_FUNCTION
_LONG_FILE = "x = 1\n" * (LONGEST_FILE + 1)
# Rule, path it is planted at, breach, its harmless neighbour.
PLANTED = [
    ("only db/transaction.py ends", "pos_app/till/service.py", "tx.commit()", "tx.flush()"),
    ("only db/transaction.py ends", "db/streams.py", "a.b.rollback()", "rollback()"),
    ("no float", "retail/money.py", "x = 0.1", "x = 1"),
    ("no float", "retail/money.py", "x = float(y)", "x = int(y)"),
    ("no float", "retail/tax.py", "def f(x: float): ...", "def f(x: int): ..."),
    ("no float", "db/head/erp.py", "from decimal import Decimal", "from datetime import date"),
    ("retail divides", "retail/tax.py", "x = a / b", "x = a // b"),
    ("retail divides", "retail/tax.py", "a /= b", "a //= b"),
    ("no naive clock", "hardware/events.py", "datetime.now()", "datetime.now(UTC)"),
    ("no naive clock", "backoffice/app.py", "date.today()", "desk.today()"),
    ("no naive clock", "scripts/demo.py", "dt.datetime.utcnow()", "dt.datetime.now(tz=UTC)"),
    ("retail and the tables", "retail/identity.py", "time.time_ns()", "clock()"),
    ("retail and the tables", "db/demo/chain.py", "datetime.now(UTC)", "datetime(2026, 1, 1)"),
    ("only command lines print", "pos_app/sync/push.py", "print(1)", "log.info(1)"),
    ("files and functions", "pos_app/till/service.py", _LONG_FUNCTION, "def f():\n    pass\n"),
    ("files and functions", "pos_app/till/service.py", _LONG_FILE, "x = 1\n"),
    ("no drawer", "pos_app/utils.py", "x = 1", None),
    ("no drawer", "backoffice/helpers/text.py", "x = 1", None),
    ("imports are absolute", "retail/tax.py", "from .money import x", "from retail import x"),
    ("python-escpos", "hardware/a.py", "from escpos.printer import Usb", "import escpos"),
    ("python-escpos", "hardware/a.py", "import escpos.printer", "import escpos.capabilities"),
    ("python-escpos", "hardware/a.py", "from escpos import printer", "from escpos import x"),
    ("nothing slow", "pos_app/screens/a.py", "from q import QSortFilterProxyModel", "import q"),
    ("nothing slow", "pos_app/screens/a.py", "t.resizeColumnsToContents()", "t.resize()"),
    ("nothing slow", "pos_app/screens/a.py", "q.QGraphicsDropShadowEffect()", "q.QWidget()"),
    ("no test sleeps", "tests/unit/test_a.py", "time.sleep(1)", "event.wait(1)"),
    ("no test sleeps", "tests/unit/test_a.py", "QTest.qWait(5)", "qtbot.waitUntil(f)"),
    ("no registry", "requirements/dev.txt", "-i x." + "gro.ipyp"[::-1], "uv==0.13.9"),
    ("no registry", "docs/a.md", "/krow/"[::-1] + "main", "workshop/main"),
]


def _sources() -> list[Source]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = []
    for name in sorted(set(listed.split("\0")) - {""}):
        path = ROOT / name
        if path.is_file() and (text := _text(path)) is not None:
            found.append(Source(PurePosixPath(name), text))
    return found


def _text(path: Path) -> str | None:
    """The file's text; None for a picture, a font or a transcript of bytes."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def _breaches(rule: Rule, source: Source) -> list[int]:
    return list(rule.breaches(source)) if rule.holds_in(source.path) else []


def _rule(start: str) -> Rule:
    (found,) = (rule for rule in RULES if rule.name.startswith(start))
    return found


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    found = _sources()
    assert len(found) > 200
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_repository_keeps(rule: Rule, sources: list[Source]) -> None:
    found = [f"{s.path}:{line}" for s in sources for line in _breaches(rule, s)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("rule", "path", "breach", "harmless"), PLANTED)
def test_a_breach_is_caught(rule: str, path: str, breach: str, harmless: str | None) -> None:
    where = PurePosixPath(path)
    assert _breaches(_rule(rule), Source(where, breach))
    if harmless is not None:
        assert not _breaches(_rule(rule), Source(where, harmless))


def test_every_rule_is_proved() -> None:
    proved = {_rule(start).name for start, *_ in PLANTED}
    assert proved == {rule.name for rule in RULES}


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        ("only db/transaction.py ends", "db/transaction.py", "transaction.commit()"),
        ("only command lines print", "hardware/__main__.py", "print(1)"),
        ("files and functions", "db/migrations/head/versions/0001_a.py", _LONG_FILE),
        ("no test sleeps", "tests/support/peer.py", "time.sleep(1)"),
    ],
)
def test_the_exceptions_are_exceptions(rule: str, path: str, text: str) -> None:
    assert not _breaches(_rule(rule), Source(PurePosixPath(path), text))
