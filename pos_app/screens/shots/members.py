"""The customer of a sale: found, attached, and what they have here."""

from __future__ import annotations

from collections.abc import Iterator

from pos_app.screens.records import FoundRow
from pos_app.screens.shell.commands import Command
from pos_app.screens.shots.stage import Scene, Stage

_WORDS = "an"


def attach(stage: Stage) -> Iterator[Scene]:
    """Look for somebody; the first one found is who buys, where the till knows anybody."""
    window = stage.window
    stage.run(Command.CUSTOMER)
    yield Scene("customer")
    found: list[tuple[FoundRow, ...]] = []
    presenter = window.selling.customers.presenter
    slot = presenter.found_changed.connect(lambda rows, _words: found.append(rows))
    presenter.search(_WORDS)
    stage.wait(lambda: bool(found), "the customers")
    presenter.found_changed.disconnect(slot)
    window.sheet.close_sheet()
    if not found[0]:
        return
    presenter.attach(found[0][0].sku)
    stage.settle()
    stage.run(Command.CUSTOMER)
    yield Scene("member")
    window.sheet.close_sheet()
    stage.quiet()
