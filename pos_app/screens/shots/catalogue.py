"""The checkout, its articles and what helps with them."""

from __future__ import annotations

from collections.abc import Iterator

from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from pos_app.screens.shots.stage import Scene, Stage

_UNKNOWN = "5901234123457"
_PLACES = (0, 0, 3, 3, 17, 17, 4, 13, 15, 1)
_BY_WEIGHT = 6
_SHEETS = (
    ("languages", Command.LANGUAGE),
    ("price_check", Command.PRICE_CHECK),
    ("quantity", Command.QUANTITY),
    ("keys", Command.HELP),
    ("palette", Command.PALETTE),
    ("balance", Command.BALANCE),
    ("coupons", Command.COUPONS),
    ("scanner", Command.SCANNER),
)


def walk(stage: Stage) -> Iterator[Scene]:
    """From an empty basket to a full one, with all that is opened over it."""
    basket, catalogue = stage.window.selling.basket, stage.window.selling.catalogue
    basket.clear()
    stage.quiet()
    yield Scene("checkout_empty")
    for place in _PLACES:
        basket.add_sku(catalogue.sku_at(place))
    stage.settle()
    yield Scene("checkout")
    stage.quiet()
    for name, command in (("why_this_price", Command.WHY), ("why_this_line", Command.LINE_WHY)):
        stage.run(command)
        yield Scene(name)
    stage.run(Command.BACK)
    basket.scan(_UNKNOWN)
    stage.settle()
    yield Scene("checkout_unknown_code")
    basket.remove()
    stage.quiet()
    yield from _search(stage)
    yield from _variants(stage)
    yield from _gift_card(stage)
    yield from _weigh(stage)
    for name, command in _SHEETS:
        stage.run(command)
        yield Scene(name)
        stage.window.sheet.close_sheet()
    stage.run(Command.KEYBOARD)
    yield Scene("touch_keyboard")
    stage.run(Command.KEYBOARD)
    yield from _pages(stage)


def _pages(stage: Stage) -> Iterator[Scene]:
    """The pages that one goes to from the checkout."""
    stage.run(Command.SYNC)
    yield Scene("connection")
    stage.run(Command.BACK)
    stage.run(Command.DESIGN)
    if stage.window.navigation.page is not Page.QUICK_KEYS:
        # Who works here may not design them: somebody else is asked to allow it.
        yield Scene("quick_keys_asked")
        stage.window.sheet.close_sheet()
        stage.quiet()
        return
    yield Scene("quick_keys")
    for name, command in (("key_article", Command.KEY_ARTICLE), ("key_page", Command.KEY_PAGE)):
        stage.run(command)
        yield Scene(name)
        stage.window.sheet.close_sheet()
    stage.run(Command.BACK)
    stage.quiet()


def _search(stage: Stage) -> Iterator[Scene]:
    """The list below the line."""
    selling = stage.window.selling
    line, found = selling.checkout.line, selling.checkout.search
    line.setText("sa")
    line.textEdited.emit("sa")
    stage.wait(lambda: found.isVisible() and bool(found.current_sku()), "the search")
    yield Scene("search")
    line.clear()
    stage.run(Command.BACK)


def _variants(stage: Stage) -> Iterator[Scene]:
    """The sizes and colours of what the shop has in several; a family is found by its name."""
    selling = stage.window.selling
    found: list[str] = []
    selling.catalogue.first("cotton tee", found.append)
    stage.wait(lambda: bool(found), "the clothes")
    family = selling.catalogue.family_of(found[0])
    if family:
        selling.variants.open(family)
        stage.settle()
        yield Scene("variants")
        stage.window.sheet.close_sheet()


def _gift_card(stage: Stage) -> Iterator[Scene]:
    """An article that stores value asks for its card."""
    selling = stage.window.selling
    found: list[str] = []
    selling.catalogue.first("gift card", found.append)
    stage.wait(lambda: bool(found), "the gift cards")
    if not found[0]:
        return
    selling.basket.add_sku(found[0])
    stage.settle()
    if stage.window.sheet.content is not None:
        yield Scene("gift_card_sold")
        stage.window.sheet.close_sheet()


def _weigh(stage: Stage) -> Iterator[Scene]:
    """What is sold by weight, on a scale where nothing lies yet."""
    selling = stage.window.selling
    selling.basket.add_sku(selling.catalogue.sku_at(_BY_WEIGHT))
    stage.settle()
    if stage.window.sheet.content is not None:
        yield Scene("weighing")
        stage.window.sheet.close_sheet()
    selling.basket.remove()
    stage.quiet()
