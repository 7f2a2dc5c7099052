"""From keys to tiles, and what the page of the design shows; no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pos_app.quick_keys.layout import PLACES, Cell, CellKind, Layout
from pos_app.quick_keys.queries import Key
from pos_app.runtime.i18n import N_, _
from pos_app.screens.checkout.views import tile_view
from pos_app.screens.records import ChipView, FoundRow, TileKind, TileView
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import bindings, keys_of
from pos_app.screens.shell.navigation import Page

FREE = TileView("", "", "", kind=TileKind.FREE)
ROLE_NAMES = {"cashier": N_("Cashier"), "manager": N_("Manager")}
_PAGE = "page "
_COMMAND_TINT = "grey"
_ICONS = {
    Command.SEARCH: "search",
    Command.PRICE_CHECK: "tag",
    Command.QUANTITY: "scale",
    Command.CASH: "banknote",
    Command.CARD: "credit-card",
    Command.TENDER: "wallet",
    Command.CUSTOMER: "user",
    Command.RETURNS: "undo-2",
    Command.REDUCE: "percent",
    Command.PRICE: "pencil",
    Command.NOTE: "message-square-text",
    Command.HOLD: "pause",
    Command.WAITING: "shopping-basket",
    Command.CLEAR: "trash-2",
    Command.UNDO: "undo-2",
    Command.WHY: "lightbulb",
    Command.REPRINT: "printer",
    Command.GIFT_RECEIPT: "gift",
    Command.LOCK: "lock",
    Command.HELP: "circle-question-mark",
    Command.SYNC: "cloud",
    Command.LOOK: "contrast",
    Command.LANGUAGE: "globe",
    Command.KEYBOARD: "keyboard",
}
_COMMAND_ICON = "key-round"


@dataclass(frozen=True, slots=True)
class DesignView:
    """What the page shows.

    Attributes:
        tiles: one for each place of the page.
        chosen: the place that is changed; ``moving`` the one that is on its way, or -1.
        title: the chosen place, ``detail`` what is on it.
        changed: something is not published yet.
        can_undo: something was published.
    """

    role: str
    pages: tuple[ChipView, ...]
    page: int
    tiles: tuple[TileView, ...]
    chosen: int
    moving: int
    title: str
    detail: str
    changed: bool
    can_undo: bool


def page_key(page: int) -> str:
    """The key of a page's chip; empty for the first."""
    return f"{_PAGE}{page}" if page else ""


def page_of(key: str, pages: tuple[str, ...]) -> int | None:
    """The page of a chip; None for a category, and while no layout is in force."""
    return next((n for n in range(len(pages)) if page_key(n) == key), None)


def page_name(name: str, number: int) -> str:
    """What a page is called; ``number`` counts from 0."""
    return name or (_("Page %(n)d") % {"n": number + 1} if number else _("Favourites"))


def page_chips(pages: tuple[str, ...]) -> tuple[ChipView, ...]:
    """A chip for each page; that of the favourites without one."""
    named = enumerate(pages or ("",))
    return tuple(ChipView(page_key(n), page_name(name, n)) for n, name in named)


def key_tile(key: Key, currency: str) -> TileView:
    """A key as a tile; free when there is no longer what was on it."""
    if key.tile is not None:
        return tile_view(key.tile, currency)
    if key.group is not None:
        group = key.group
        shown = (group.category, group.name, "", _("Category"), "")
        return TileView(*shown, group.icon, group.tint, TileKind.CATEGORY)
    return command_tile(key.cell.what) if key.cell.kind is CellKind.COMMAND else FREE


def key_tiles(keys: Iterable[Key], currency: str, places: int) -> tuple[TileView, ...]:
    """Keys as tiles at their places."""
    tiles = {key.place: key_tile(key, currency) for key in keys}
    return tuple(tiles.get(place, FREE) for place in range(places))


def command_tile(name: str) -> TileView:
    """A command with its key; free for one that this version does not know."""
    binding = next((b for b in bindings() if b.command.value == name), None)
    if binding is None:
        return FREE
    icon = _ICONS.get(binding.command, _COMMAND_ICON)
    shown = (name, _(binding.label), keys_of(binding.command), "", "")
    return TileView(*shown, icon, _COMMAND_TINT, TileKind.COMMAND)


def command_rows() -> tuple[FoundRow, ...]:
    """The commands of the checkout that a key may run."""
    found = (
        b
        for b in bindings()
        if (not b.pages or Page.CHECKOUT in b.pages)
        and len(b.keys) == 1
        and not b.typed
        and b.command is not Command.BACK
    )
    return tuple(
        FoundRow(b.command.value, _(b.label), _(b.area), keys_of(b.command), _(b.label))
        for b in found
    )


def draft_tiles(
    layout: Layout, page: int, known: Mapping[Cell, Key], currency: str
) -> tuple[TileView, ...]:
    """A page of a layout that is not published yet."""
    cells = layout.pages[page].cells
    keys = (known.get(cell) if cell is not None else None for cell in cells)
    tiles = tuple(FREE if key is None else key_tile(key, currency) for key in keys)
    return tiles + (FREE,) * (PLACES - len(tiles))
