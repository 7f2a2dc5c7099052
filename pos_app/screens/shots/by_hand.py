"""What is done to a basket by hand, who allows it, and baskets that wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

from pos_app.runtime.i18n import MINUS, _
from pos_app.screens.approval.presenter import Act
from pos_app.screens.holding.waiting_list import WaitingSheet
from pos_app.screens.shell.commands import Command
from pos_app.screens.shots.stage import Scene, ShotError, Stage
from pos_app.staff.approvals import ApprovalNeededError
from pos_app.staff.service import StaffMember
from retail.rights import Right

_SHEETS = (
    ("acts", Command.ACTS),
    ("other_price", Command.PRICE),
    ("discount", Command.REDUCE),
    ("note", Command.NOTE),
    ("seller", Command.SELLER),
    ("give_up", Command.CLEAR),
    ("drawer", Command.DRAWER),
    ("exempt", Command.EXEMPT),
)


def walk(stage: Stage) -> Iterator[Scene]:
    """Each sheet of what is done by hand, a basket with all of it, an approval, the waiting."""
    window = stage.window
    for name, command in _SHEETS:
        stage.run(command)
        yield Scene(name)
        window.sheet.close_sheet()
    hand = window.selling.by_hand.presenter
    line = hand.line()
    if line is None or line.item is None:
        raise ShotError("The till did not come to a line with an article.")
    cheaper = str(line.item.unit_price_minor * 9 // 10)
    acts: tuple[Callable[[], object], ...] = (
        lambda: hand.set_price(line.line, cheaper, "label"),
        lambda: hand.reduce(line.line, "10", share=True, reason="damaged"),
        lambda: hand.note(line.line, "no bag"),
        lambda: hand.note(None, "for the office"),
        lambda: hand.reduce(None, "5", share=True, reason="goodwill"),
    )
    for act in acts:
        act()
        stage.settle()
    window.toasts.clear()
    yield Scene("checkout_by_hand")
    yield from _approval(stage, line.item.name)
    for _act in acts:
        window.selling.basket.undo()
    stage.settle()
    yield from _waiting(stage)


def _approval(stage: Stage, name: str) -> Iterator[Scene]:
    """Somebody who may nothing asks, whoever works here."""
    window = stage.window
    asker = StaffMember(UUID(int=0), "Maria K.", "MK", "cashier")
    window.selling.approvals.run(
        replace(window.selling.basket.session, staff=asker),
        Act(_("Discount"), name, f"{MINUS}50 %", _refused),
        done=_nothing,
        failed=_nothing,
    )
    stage.settle()
    for digit in "12":
        window.selling.approvals.pin.type_key(digit)
    yield Scene("approval")
    window.sheet.close_sheet()
    window.toasts.clear()


def _waiting(stage: Stage) -> Iterator[Scene]:
    """The list of waiting baskets, empty and filled; the open one is taken up again."""
    window = stage.window
    holding = window.selling.holding.presenter
    stage.run(Command.WAITING)
    yield Scene("waiting_none")
    window.sheet.close_sheet()
    for label in ("Mrs Smith", ""):
        holding.hold(label)
        stage.settle()
        window.selling.basket.add_sku(window.selling.catalogue.sku_at(2))
        stage.settle()
    window.toasts.clear()
    stage.run(Command.WAITING)
    yield Scene("waiting")
    content = window.sheet.content
    if not isinstance(content, WaitingSheet):
        raise ShotError("The till did not come to the waiting baskets.")
    holding.recall(content.list.rows[-1].basket_id)
    stage.quiet()


def _refused(_tx: object, _approver: object) -> None:
    raise ApprovalNeededError(Right.OPEN_DRAWER, 0)


def _nothing(_answer: object) -> None:
    """The picture is all that is wanted."""
