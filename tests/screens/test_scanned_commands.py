"""A till that is worked with a scanner alone: commands and keys are codes on paper."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from pos_app.runtime.sounds import Sound
from pos_app.screens.shell.commands import BINDINGS, Command
from pos_app.screens.shell.navigation import Page
from retail.barcode.scanned import TillCommand
from retail.contract.documents import decode_document
from retail.receipt import Barcode
from tests.screens.till_store import Hands, gtin

MILK, WINE = gtin(0), gtin(15)


def scan(hands: Hands, *codes: str) -> None:
    """Scan one after the other, without waiting for answers."""
    for code in codes:
        hands.window.hearing.scan(code, "")
    hands.settle()


def test_a_sale_takes_two_scans(selling: Hands) -> None:
    scan(selling, MILK, "TWK-pay.cash")
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.count("sale") == 1


def test_a_command_waits_for_the_articles_scanned_before_it(selling: Hands) -> None:
    """Complaint 25: fast keys make two sales, or are lost."""
    scan(selling, *[MILK] * 5, "TWK-pay.card")
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.value("SELECT sum(quantity) FROM sale_line") == 5000


def test_keys_are_scanned_where_the_cursor_is(selling: Hands) -> None:
    scan(selling, MILK, "TWK-line.more", "TWK-key.4", "TWK-key.*", "TWK-enter")
    assert [row.quantity for row in selling.rows] == ["4"]


def test_a_question_is_answered_by_a_scan(selling: Hands) -> None:
    scan(selling, WINE, "TWK-pay.cash")
    assert selling.window.sheet.content is not None
    scan(selling, "TWK-enter")
    selling.wait(lambda: selling.page is Page.DONE)


def test_the_second_of_several_by_its_number(selling: Hands) -> None:
    scan(selling, "TWK-favourite.2")
    assert selling.names == ["Butter 250 g"]


@pytest.mark.parametrize(
    "name", ["pay.gift_card", "favourite.10", "favourite.0", "nothing", "", "key.", "key.12"]
)
def test_what_does_nothing_here_is_refused_aloud(selling: Hands, name: str) -> None:
    scan(selling, MILK)
    selling.till.heard.clear()
    scan(selling, f"TWK-{name}")
    assert selling.till.heard == [Sound.RESTRICTED]
    assert "This command does nothing here." in selling.messages
    assert len(selling.names) == 1


def test_a_pin_is_never_scanned(selling: Hands) -> None:
    selling.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    scan(selling, "TWK-key.1", "TWK-key.2", "TWK-key.3", "TWK-key.4", "TWK-enter")
    assert selling.page is Page.LOGIN
    assert selling.window.login.dots.accessibleName().startswith("0 ")


def test_the_codes_are_printed(selling: Hands) -> None:
    assert selling.window.run(Command.CODES)
    selling.settle()
    body = selling.till.value("SELECT document FROM print_job WHERE kind = 'sheet'")
    assert isinstance(body, bytes)
    codes = {block.data for block in decode_document(body).blocks if isinstance(block, Barcode)}
    single = {binding.command for binding in BINDINGS if len(binding.keys) == 1}
    assert codes == {f"TWK-{command}" for command in single} | {f"TWK-key.{n}" for n in range(10)}
    for code in sorted(codes):
        found = selling.window.selling.codes.read(code)
        assert isinstance(found, TillCommand)
        assert code == f"TWK-{found.number}"
