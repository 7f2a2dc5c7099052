"""Goods that come back."""

from __future__ import annotations

from collections.abc import Iterator

from pos_app.screens.returns.model import By
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from pos_app.screens.shots.stage import Scene, Stage


def walk(stage: Stage) -> Iterator[Scene]:
    """The sale that was made comes back in part, and is paid out."""
    window, returns = stage.window, stage.window.selling.returns
    stage.run(Command.RETURNS)
    yield Scene("returns_found")
    returns.presenter.find_by(By.DAY)
    yield Scene("returns_empty")
    returns.presenter.find_by(By.BLIND)
    yield Scene("returns_blind")
    returns.presenter.find_by(By.NUMBER)
    stage.settle()
    returns.presenter.enter("")
    stage.settle()
    returns.presenter.set_reason("defective")
    returns.presenter.take()
    stage.quiet()
    yield Scene("returns_lines")
    stage.run(Command.BACK)
    yield Scene("returns_basket")
    stage.run(Command.TENDER)
    stage.wait(lambda: window.navigation.page is Page.PAYOUT, "the page that pays out")
    yield Scene("payout")
    returns.payout.confirm()
    stage.wait(lambda: window.navigation.page is Page.DONE, "the end of the refund")
    window.selling.done.stop()
    stage.wait(lambda: window.selling.done.pictured, "the picture of the receipt")
    yield Scene("paid_out")
    stage.run(Command.BACK)
