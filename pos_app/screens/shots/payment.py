"""The payment, from the question of age to the finished sale."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pos_app.screens.card.presenter import CardPresenter
from pos_app.screens.card.sheet import CardSheet
from pos_app.screens.card.view import Stage as Ending
from pos_app.screens.checkout.share_sheet import AMOUNTS, EVENLY, LINES, ShareSheet
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from pos_app.screens.shots.stage import Scene, ShotError, Stage

_SHEETS = (
    ("gift_card", Command.GIFT_CARD),
    ("voucher", Command.VOUCHER),
    ("store_credit", Command.STORE_CREDIT),
    ("points", Command.POINTS),
    ("account", Command.ACCOUNT),
    ("foreign_cash", Command.FOREIGN),
)


def walk(stage: Stage) -> Iterator[Scene]:
    """Pay the open basket, after a look at every way to do it."""
    window = stage.window
    stage.run(Command.TENDER)
    if window.sheet.content is not None:
        yield Scene("age_check")
        window.sheet.close_sheet()
        window.selling.basket.confirm_years(18)
        stage.settle()
        stage.run(Command.TENDER)
    stage.wait(lambda: window.navigation.page is Page.TENDER, "the payment page")
    yield from _split(stage)
    for name, command in _SHEETS:
        stage.run(command)
        if window.sheet.content is not None:
            yield Scene(name)
            window.sheet.close_sheet()
    for digit in "5000":
        window.selling.payment.type_key(digit)
    yield Scene("tender")
    if window.selling.cards.presenter is None:
        window.selling.payment.take()
    else:
        window.selling.payment.type_key("clear")
        yield from _card(stage, window.selling.cards.presenter)
    stage.wait(lambda: window.navigation.page is Page.DONE, "the end of the sale")
    window.selling.done.stop()
    stage.wait(lambda: window.selling.done.pictured, "the picture of the receipt")
    yield Scene("done")
    yield from stage.customer("paid")
    stage.run(Command.MAIL_RECEIPT)
    yield Scene("mail_receipt")
    window.sheet.close_sheet()
    stage.run(Command.INVOICE)
    yield Scene("invoice")
    window.sheet.close_sheet()
    stage.run(Command.BACK)


def _split(stage: Stage) -> Iterator[Scene]:
    stage.run(Command.SPLIT)
    content = stage.window.sheet.content
    if not isinstance(content, ShareSheet):
        raise ShotError("The till did not come to the split.")
    for way in (EVENLY, AMOUNTS, LINES):
        content.choose(way)
        yield Scene(f"split_{way}")
    stage.window.sheet.close_sheet()


def _card(stage: Stage, presenter: CardPresenter) -> Iterator[Scene]:
    """A card that is declined, then one whose answer is lost and found."""
    stage.run(Command.CARD)
    for end in (Ending.DECLINED, Ending.UNKNOWN):
        stage.wait(partial(_reached, stage, end), f"a card that is {end}")
        yield Scene(f"card_{end}")
        presenter.act()


def _reached(stage: Stage, end: Ending) -> bool:
    content = stage.window.sheet.content
    return isinstance(content, CardSheet) and content.stage is end
