"""The checkout: line and tiles at the start, basket, totals and Pay at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import N_, _
from pos_app.screens.checkout.basket_model import BasketModel
from pos_app.screens.checkout.cart_head import CartHead
from pos_app.screens.checkout.search_overlay import SearchOverlay
from pos_app.screens.checkout.state import BasketState
from pos_app.screens.records import SumRow, TileView, TotalsView
from pos_app.screens.shell.command_button import CommandButton
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import keys_of
from pos_app.screens.shell.status_strip import StatusStrip
from pos_app.screens.widgets.basket_list import BasketList
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.chips import CategoryChips
from pos_app.screens.widgets.labels import Card, Rule
from pos_app.screens.widgets.notices import Banner, EmptyState
from pos_app.screens.widgets.room import OverflowRow
from pos_app.screens.widgets.savings_chip import SavingsChip
from pos_app.screens.widgets.sides import working_row, works_at_left
from pos_app.screens.widgets.tile_grid import ProductTileGrid, tile_model
from pos_app.screens.widgets.totals import TotalsPanel

_CART, _CART_WIDE = 452, 560
_REGULAR = 1600
_FUNCTIONS = (
    (Command.SEARCH, "search", N_("Search")),
    (Command.CUSTOMER, "user", N_("Customer")),
    (Command.PRICE_CHECK, "tag", N_("Price check")),
    (Command.QUANTITY, "scale", N_("Quantity")),
    (Command.RETURNS, "undo-2", N_("Returns")),
    (Command.HOLD, "pause", N_("Hold")),
    (Command.PALETTE, "ellipsis", N_("More")),
)


def cart_width(page: int) -> int:
    """How wide the basket is on a page of a width, in pixels."""
    now = theme.current()
    return now.px(_CART_WIDE if page >= now.px(_REGULAR) else _CART)


class CheckoutScreen(QWidget):
    """Layout and wiring of the checkout; the presenter knows what things mean.

    Args:
        now: the present instant, for the clock.
        run: runs a command by name.
        parent: Qt parent.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        run: Callable[[Command], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._run = run
        self._saved = ""
        self.strip = StatusStrip(now, run)
        self.line = self.strip.line
        self.banner = Banner()
        self.chips = CategoryChips()
        self._tiles = tile_model(self)
        self.grid = ProductTileGrid(self._tiles)
        self.grid.setAccessibleName(_("Articles"))
        self._basket = BasketModel(self)
        self.basket = BasketList(self._basket)
        self.basket.setAccessibleName(_("Basket"))
        self.head = CartHead(run)
        self.saving = SavingsChip()
        self.saving.clicked.connect(lambda: run(Command.WHY))
        self.totals = TotalsPanel(chip=self.saving)
        self.pay = AppButton(_("Pay"), ButtonKind.PAY, icon="credit-card")
        self.undo = self._command(_("Undo"), "undo-2", Command.UNDO, alone=True)
        self.redo = self._command(_("Redo"), "redo-2", Command.REDO, alone=True)
        self.clear = self._command(_("Give up"), "trash-2", Command.CLEAR)
        self.cash = self._command(_("Cash"), "", Command.CASH, hint=True)
        self.card = self._command(_("Card"), "", Command.CARD, hint=True)
        self._build()
        self.setFocusProxy(self.line)
        self.search = SearchOverlay(self)

    def show_tiles(self, tiles: tuple[TileView, ...]) -> None:
        """Show other tiles from the top."""
        self._tiles.replace(tiles)
        self.grid.scrollToTop()

    def mark_tiles(self, tiles: tuple[TileView, ...]) -> None:
        """Show more of the tiles that are shown; the page stays where it is."""
        self._tiles.replace(tiles)

    def show_basket(self, state: BasketState) -> None:
        """Show rows, totals and what Pay may do."""
        self._basket.replace(state.rows)
        self.basket.select_line(state.selected)
        self._cart_stack.setCurrentIndex(1 if state.rows else 0)
        self.head.show_marks(state.marks)
        self._show_saving(state.totals.savings)
        self.totals.show_totals(_with_points(state.totals))
        label = f"{state.pay.label}   {state.pay.amount}".strip()
        self.pay.set_label(label)
        for button in (self.pay, self.cash, self.card):
            button.setEnabled(state.pay.ready)
        self.clear.setEnabled(bool(state.rows))

    def show_keys(self) -> None:
        """Show the keys that the commands have now."""
        self._show_saving(self._saved)

    def say_empty(self, title: str, detail: str) -> None:
        """What the empty basket says."""
        self._empty.set_content("shopping-basket", title, detail)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Widen the basket on large screens and keep the results below the line."""
        super().resizeEvent(event)
        self._cart.setFixedWidth(cart_width(self.width()))
        self.place_search()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Whatever a button leaves belongs to the line: it is always armed."""
        # In a window that is not active nothing has the focus, yet the line would get it.
        armed = self.focusWidget() is self.line
        if armed or event.key() in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
            event.ignore()
            return
        self.line.setFocus()
        QCoreApplication.sendEvent(self.line, event)

    def place_search(self) -> None:
        """Put the search results below the input line."""
        now = theme.current()
        corner = self.line.mapTo(self, self.line.rect().bottomLeft())
        edge = now.px(8)
        height = min(now.px(520), self.height() - corner.y() - now.px(24))
        area = QRect(
            corner.x() - edge, corner.y() - now.px(2), self.line.width() + 2 * edge, height
        )
        self.search.place(area)

    def _show_saving(self, amount: str) -> None:
        self._saved = amount
        text, keys = _("You save %(amount)s") % {"amount": amount}, keys_of(Command.WHY)
        why = _("Why this price?")
        self.saving.show_saving(
            text, amount, name=f"{text}. {why} ({keys})", hint=f"{why} ({keys})"
        )

    def _command(
        self, text: str, icon: str, command: Command, *, hint: bool = False, alone: bool = False
    ) -> AppButton:
        button = CommandButton(text, command, self._run, icon=icon, hint=hint)
        if alone:
            button.setText("")
            button.show_keys()
        return button

    def _build(self) -> None:
        now = theme.current()
        self.pay.clicked.connect(lambda: self._run(Command.TENDER))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.banner)
        body = working_row()
        body.setSpacing(0)
        self.articles = self._build_articles()
        body.addWidget(self.articles, 1)
        self._cart = self._build_cart()
        self._cart.setFixedWidth(now.px(_CART))
        body.addWidget(self._cart)
        column.addLayout(body, 1)

    def _build_articles(self) -> QWidget:
        now = theme.current()
        articles = QWidget()
        column = QVBoxLayout(articles)
        column.setContentsMargins(now.px(16), now.px(12), now.px(16), now.px(16))
        column.setSpacing(now.px(12))
        column.addWidget(self.chips)
        column.addWidget(self.grid, 1)
        functions = [self._function(_(label), icon, one) for one, icon, label in _FUNCTIONS]
        column.addWidget(OverflowRow(functions))
        return articles

    def _function(self, text: str, icon: str, command: Command) -> AppButton:
        return CommandButton(text, command, self._run, ButtonKind.FN, icon=icon, hint=True)

    def _build_cart(self) -> Card:
        now = theme.current()
        cart = Card("cart")
        cart.setProperty("side", "left" if works_at_left() else "right")
        column = QVBoxLayout(cart)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        self._empty = EmptyState(
            "shopping-basket", _("Ready for the next customer"), _("Scan the first article.")
        )
        holder = QWidget()
        self._cart_stack = QStackedLayout(holder)
        self._cart_stack.addWidget(self._empty)
        self._cart_stack.addWidget(self.basket)
        column.addWidget(self.head)
        column.addWidget(Rule())
        column.addWidget(holder, 1)
        column.addWidget(Rule())
        foot = QVBoxLayout()
        foot.setContentsMargins(now.px(16), now.px(8), now.px(16), now.px(16))
        foot.setSpacing(now.px(8))
        foot.addWidget(self.totals)
        row = QHBoxLayout()
        row.setSpacing(now.px(8))
        for button in (self.undo, self.redo):
            button.setFixedWidth(now.px(52))
        for button in (self.clear, self.undo, self.redo, self.cash, self.card):
            row.addWidget(button)
        foot.addLayout(row)
        foot.addWidget(self.pay)
        column.addLayout(foot)
        return cart


def _with_points(totals: TotalsView) -> TotalsView:
    """The points are told with the sums; at the payment they depend on what is paid with them."""
    if not totals.earns:
        return totals
    return replace(totals, rows=(*totals.rows, SumRow(_("Earns"), totals.earns)))
