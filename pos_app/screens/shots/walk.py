"""The order in which the till is pictured."""

from __future__ import annotations

from collections.abc import Iterator

from pos_app.screens.shell.navigation import Page
from pos_app.screens.shots import by_hand, catalogue, members, payment, returns
from pos_app.screens.shots.stage import Scene, Stage


def walk(stage: Stage, pin: str) -> Iterator[Scene]:
    """Bring the window to each of its screens in turn.

    What needs a device or a right is left out where the till or the person has none.

    Raises:
        ShotError: a screen was not reached.
    """
    yield from _walk_in(stage, pin)
    yield from stage.customer("welcome")
    yield from catalogue.walk(stage)
    yield from by_hand.walk(stage)
    yield from members.attach(stage)
    yield from stage.customer("lines")
    yield from payment.walk(stage)
    yield from returns.walk(stage)


def _walk_in(stage: Stage, pin: str) -> Iterator[Scene]:
    window = stage.window
    window.start()
    stage.settle()
    window.login_presenter.type_key(pin[:1])
    yield Scene("login")
    for digit in pin[1:]:
        window.login_presenter.type_key(digit)
    window.login_presenter.submit()
    stage.wait(lambda: window.navigation.page is not Page.LOGIN, "the log-in")
    if window.navigation.page is Page.OPEN_SHIFT:
        for digit in "15000":
            window.open_shift_presenter.type_key(digit)
        yield Scene("open_shift")
        window.open_shift_presenter.submit()
    stage.wait(lambda: window.navigation.page is Page.CHECKOUT, "the checkout")
