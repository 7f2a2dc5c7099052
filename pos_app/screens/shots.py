"""Pictures of every screen in every look and size, from a running till.

It really sells: give it a store whose sales do not matter. The first person of the staff list
signs on, opens a shift when none is open, and sells articles of the first page of tiles.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast
from uuid import UUID

from PySide6.QtCore import QEventLoop, QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from pos_app.runtime import theme
from pos_app.runtime.i18n import MINUS, _, language
from pos_app.screens.approval.presenter import Act
from pos_app.screens.holding.waiting_list import WaitingSheet
from pos_app.screens.returns.model import By
from pos_app.screens.shell.keymap import Command
from pos_app.screens.shell.main_window import MainWindow
from pos_app.screens.shell.navigation import Page
from pos_app.screens.task_runner import UiTasks
from pos_app.staff.approvals import ApprovalNeededError
from pos_app.staff.service import StaffMember
from retail.rights import Right

SIZES = ((1366, 768), (1920, 1080))
_PATIENCE_SECONDS = 10.0
_UNKNOWN = "5901234123457"


class ShotError(Exception):
    """The till did not get to a screen in time."""


def render(
    window: MainWindow,
    tasks: UiTasks,
    folder: Path,
    *,
    pin: str,
    languages: Sequence[str] = (),
    scales: Sequence[float] = (),
) -> tuple[Path, ...]:
    """Drive the till through its screens and save each as ``<screen>_<width>_<look>.png``.

    Args:
        languages: each gets a folder of its own, the log-in page's alone without them.
        scales: each gets a folder below, such as ``130``; the till's alone without them.

    Raises:
        ShotError: a screen was not reached, for instance because of a wrong PIN.
    """
    app = cast("QApplication", QApplication.instance())
    before, spoken = theme.current(), language()
    saved: list[Path] = []
    window.show()
    # A pointer resting on a button would show it touched.
    QCursor.setPos(window.mapToGlobal(QPoint(SIZES[-1][0], SIZES[-1][1])))
    try:
        for code in languages or (spoken,):
            for scale in scales or (before.scale,):
                place = folder / (code if languages else "")
                place /= f"{scale:.0%}".rstrip("%") if scales else ""
                place.mkdir(parents=True, exist_ok=True)
                theme.apply(app, replace(before, scale=scale, motion=False))
                if (code, scale) != (language(), before.scale) or saved:
                    window.lock()
                    window.speak(code)
                for name in walk(window, tasks, pin):
                    saved += _in_every_look(app, window, tasks, place / name)
    finally:
        theme.apply(app, before)
    return tuple(saved)


def _in_every_look(
    app: QApplication, window: MainWindow, tasks: UiTasks, name: Path
) -> Iterator[Path]:
    was = theme.current()
    for look in theme.Look:
        theme.apply(app, replace(was, look=look))
        for width, height in SIZES:
            window.resize(width, height)
            _settle(tasks)
            path = name.with_name(f"{name.name}_{width}_{look}.png")
            window.grab().save(str(path))
            yield path
    theme.apply(app, was)


def walk(window: MainWindow, tasks: UiTasks, pin: str) -> Iterator[str]:
    """Bring the window to each of its screens in turn; the name of what is shown.

    Raises:
        ShotError: a screen was not reached.
    """
    window.start()
    _settle(tasks)
    window.login_presenter.type_key(pin[:1])
    yield "login"
    for digit in pin[1:]:
        window.login_presenter.type_key(digit)
    window.login_presenter.submit()
    _wait(tasks, lambda: window.navigation.page is not Page.LOGIN, "the log-in")
    if window.navigation.page is Page.OPEN_SHIFT:
        for digit in "15000":
            window.open_shift_presenter.type_key(digit)
        yield "open_shift"
        window.open_shift_presenter.submit()
    _wait(tasks, lambda: window.navigation.page is Page.CHECKOUT, "the checkout")
    yield from _walk_checkout(window, tasks)
    yield from _walk_payment(window, tasks)


def _walk_checkout(window: MainWindow, tasks: UiTasks) -> Iterator[str]:
    basket, catalogue = window.selling.basket, window.selling.catalogue
    basket.clear()
    _settle(tasks)
    window.toasts.clear()
    yield "checkout_empty"
    for place in (0, 0, 3, 3, 17, 17, 4, 13, 15, 1):
        basket.add_sku(catalogue.sku_at(place))
    _settle(tasks)
    yield "checkout"
    window.toasts.clear()
    yield from _walk_reasons(window, tasks)
    yield from _walk_hand(window, tasks)
    yield from _walk_waiting(window, tasks)
    basket.scan(_UNKNOWN)
    _settle(tasks)
    yield "checkout_unknown_code"
    basket.remove()
    _settle(tasks)
    window.toasts.clear()
    line = window.selling.checkout.line
    line.setText("sa")
    line.textEdited.emit("sa")
    _pause(0.2)
    yield "search"
    line.clear()
    window.run(Command.BACK)
    for name, command in (
        ("languages", Command.LANGUAGE),
        ("price_check", Command.PRICE_CHECK),
        ("quantity", Command.QUANTITY),
        ("keys", Command.HELP),
        ("palette", Command.PALETTE),
    ):
        window.run(command)
        yield name
        window.sheet.close_sheet()
    window.run(Command.SYNC)
    _settle(tasks)
    yield "connection"
    window.run(Command.BACK)


def _walk_reasons(window: MainWindow, tasks: UiTasks) -> Iterator[str]:
    for name, command in (("why_this_price", Command.WHY), ("why_this_line", Command.LINE_WHY)):
        window.run(command)
        _settle(tasks)
        yield name
    window.run(Command.BACK)


def _walk_hand(window: MainWindow, tasks: UiTasks) -> Iterator[str]:
    """Each sheet of what is done by hand, a basket with all of it, and an approval."""
    for name, command in (
        ("acts", Command.ACTS),
        ("other_price", Command.PRICE),
        ("discount", Command.REDUCE),
        ("note", Command.NOTE),
        ("seller", Command.SELLER),
        ("give_up", Command.CLEAR),
    ):
        window.run(command)
        _settle(tasks)
        yield name
        window.sheet.close_sheet()
    hand = window.selling.by_hand.presenter
    line = hand.line()
    if line is None or line.item is None:
        raise ShotError("The till did not come to a line with an article.")
    cheaper = str(line.item.unit_price_minor * 9 // 10)
    hand.set_price(line.line, cheaper, "label")
    _settle(tasks)
    hand.reduce(line.line, "10", share=True, reason="damaged")
    _settle(tasks)
    hand.note(line.line, "no bag")
    _settle(tasks)
    hand.note(None, "for the office")
    _settle(tasks)
    hand.reduce(None, "5", share=True, reason="goodwill")
    _settle(tasks)
    window.toasts.clear()
    yield "checkout_by_hand"
    # Somebody who may nothing asks, whoever works here.
    asker = StaffMember(UUID(int=0), "Maria K.", "MK", "cashier")
    window.selling.approvals.run(
        replace(window.selling.basket.session, staff=asker),
        Act(_("Discount"), line.item.name, f"{MINUS}50 %", _refused),
        done=_nothing,
        failed=_nothing,
    )
    _settle(tasks)
    for digit in "12":
        window.selling.approvals.pin.type_key(digit)
    yield "approval"
    window.sheet.close_sheet()
    window.toasts.clear()
    for _step in range(5):
        window.selling.basket.undo()
    _settle(tasks)


def _walk_waiting(window: MainWindow, tasks: UiTasks) -> Iterator[str]:
    """The list of waiting baskets, empty and filled; the open one is taken up again."""
    holding = window.selling.holding.presenter
    window.run(Command.WAITING)
    _settle(tasks)
    yield "waiting_none"
    window.sheet.close_sheet()
    for label in ("Mrs Smith", ""):
        holding.hold(label)
        _settle(tasks)
        window.selling.basket.add_sku(window.selling.catalogue.sku_at(2))
        _settle(tasks)
    window.toasts.clear()
    window.run(Command.WAITING)
    _settle(tasks)
    yield "waiting"
    content = window.sheet.content
    if not isinstance(content, WaitingSheet):
        raise ShotError("The till did not come to the waiting baskets.")
    holding.recall(content.list.rows[-1].basket_id)
    _settle(tasks)
    window.toasts.clear()


def _walk_payment(window: MainWindow, tasks: UiTasks) -> Iterator[str]:
    window.run(Command.TENDER)
    _settle(tasks)
    if window.sheet.content is not None:
        yield "age_check"
        window.sheet.close_sheet()
        window.selling.basket.confirm_years(18)
        _settle(tasks)
        window.run(Command.TENDER)
    _wait(tasks, lambda: window.navigation.page is Page.TENDER, "the payment page")
    for digit in "5000":
        window.selling.payment.type_key(digit)
    yield "tender"
    window.selling.payment.take()
    _wait(tasks, lambda: window.navigation.page is Page.DONE, "the end of the sale")
    window.selling.done.stop()
    yield "done"
    window.run(Command.BACK)
    yield from _walk_returns(window, tasks)


def _walk_returns(window: MainWindow, tasks: UiTasks) -> Iterator[str]:
    """The sale that was made comes back in part, and is paid out."""
    returns = window.selling.returns
    window.run(Command.RETURNS)
    _settle(tasks)
    yield "returns_found"
    returns.presenter.find_by(By.DAY)
    yield "returns_empty"
    returns.presenter.find_by(By.BLIND)
    yield "returns_blind"
    returns.presenter.find_by(By.NUMBER)
    _settle(tasks)
    returns.presenter.enter("")
    _settle(tasks)
    returns.presenter.set_reason("defective")
    returns.presenter.take()
    _settle(tasks)
    window.toasts.clear()
    yield "returns_lines"
    window.run(Command.BACK)
    yield "returns_basket"
    window.run(Command.TENDER)
    _wait(tasks, lambda: window.navigation.page is Page.PAYOUT, "the page that pays out")
    yield "payout"
    returns.payout.confirm()
    _wait(tasks, lambda: window.navigation.page is Page.DONE, "the end of the refund")
    window.selling.done.stop()
    yield "paid_out"
    window.run(Command.BACK)


def _refused(_tx: object, _approver: object) -> None:
    raise ApprovalNeededError(Right.OPEN_DRAWER, 0)


def _nothing(_answer: object) -> None:
    """The picture is all that is wanted."""


def _settle(tasks: UiTasks) -> None:
    _wait(tasks, lambda: True, "an answer")


def _wait(tasks: UiTasks, reached: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while tasks.open or not reached():
        if time.monotonic() > end:
            raise ShotError(f"The till did not come to {what}.")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
    QApplication.processEvents()


def _pause(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
