"""The customer's screen: a greeting, the basket as it grows, the change and a code."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.checkout.basket_model import BasketModel
from pos_app.screens.customer_display.model import QrModules, SaleShown, ThanksShown
from pos_app.screens.widgets.basket_list import BasketList
from pos_app.screens.widgets.labels import Card, ElideLabel, Label
from pos_app.screens.widgets.painting import CENTRE
from pos_app.screens.widgets.pill import IconMark
from pos_app.screens.widgets.qr_code import QrCode
from pos_app.screens.widgets.totals import TotalsPanel

_PANEL = 400
_QR = 260
_WINDOW = Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowDoesNotAcceptFocus


class CustomerDisplay(QWidget):
    """A window without keys; it never takes the focus from the cashier's.

    Args:
        store: the store's name.
    """

    def __init__(self, store: str) -> None:
        super().__init__(None, _WINDOW)
        self.setWindowTitle(_("Customer display"))
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._pages = QStackedLayout(self)
        self._model = BasketModel(self)
        self._pages.addWidget(self._build_welcome(store))
        self._pages.addWidget(self._build_sale(store))
        self._pages.addWidget(self._build_thanks())

    def show_welcome(self) -> None:
        """Nobody is served."""
        self._pages.setCurrentIndex(0)

    def show_sale(self, view: SaleShown) -> None:
        """The basket, its newest line in sight, and what is left to pay."""
        self._model.replace(view.rows)
        self._list.scrollToBottom()
        self._greeting.set_text(view.greeting)
        self._totals.show_totals(view.totals)
        self._left.setText(view.left)
        self._left_card.setVisible(bool(view.left))
        self._left.setAccessibleName(f"{_('Left to pay')} {view.left}")
        self._pages.setCurrentIndex(1)

    def show_thanks(self, view: ThanksShown) -> None:
        """What the customer gets back; the code follows."""
        self._qr.show_modules(())
        self._proof.hide()
        self._headline.setText(view.headline)
        self._amount.setText(view.amount)
        self._amount.setAccessibleName(f"{view.headline} {view.amount}")
        self._detail.setText(view.detail)
        self._pages.setCurrentIndex(2)

    def show_code(self, modules: QrModules) -> None:
        """The code of the receipt just thanked for."""
        self._qr.show_modules(modules)
        self._proof.setVisible(bool(modules))

    def _build_welcome(self, store: str) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        mark = QHBoxLayout()
        mark.addStretch(1)
        mark.addWidget(IconMark("store", 96, "primary"))
        mark.addStretch(1)
        column.addLayout(mark)
        column.addWidget(Label(store, "total", align=CENTRE))
        column.addWidget(Label(_("Welcome"), "h2", tone="text2", align=CENTRE))
        column.addStretch(1)
        return page

    def _build_sale(self, store: str) -> QWidget:
        now = theme.current()
        page = QWidget()
        row = QHBoxLayout(page)
        pad = now.px(16)
        row.setContentsMargins(pad, pad, pad, pad)
        row.setSpacing(pad)
        self._list = BasketList(self._model)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName(_("Basket"))
        basket = Card()
        inner = QVBoxLayout(basket)
        inner.setContentsMargins(0, now.px(8), 0, now.px(8))
        inner.addWidget(self._list)
        row.addWidget(basket, 1)
        row.addLayout(self._build_side(store))
        return page

    def _build_side(self, store: str) -> QVBoxLayout:
        now = theme.current()
        side = QVBoxLayout()
        side.setSpacing(now.px(16))
        head = QHBoxLayout()
        head.addWidget(IconMark("store", 32, "primary"))
        head.addWidget(ElideLabel(store, "h2"), 1)
        side.addLayout(head)
        self._greeting = ElideLabel("", "h1")
        side.addWidget(self._greeting)
        side.addStretch(1)
        self._left_card, self._left = Card(), Label("", "total", align=CENTRE)
        left = QVBoxLayout(self._left_card)
        left.addWidget(Label(_("Left to pay"), "row", tone="text2", align=CENTRE))
        left.addWidget(self._left)
        side.addWidget(self._left_card)
        card = Card()
        card.setFixedWidth(now.px(_PANEL))
        inner = QVBoxLayout(card)
        pad = now.px(20)
        inner.setContentsMargins(pad, pad, pad, pad)
        self._totals = TotalsPanel("total", "input")
        inner.addWidget(self._totals)
        side.addWidget(card)
        return side

    def _build_thanks(self) -> QWidget:
        now = theme.current()
        page = QWidget()
        row = QHBoxLayout(page)
        pad = now.px(32)
        row.setContentsMargins(pad, pad, pad, pad)
        words = QVBoxLayout()
        words.setSpacing(now.px(8))
        self._headline = Label("", "h2", tone="text2", align=CENTRE)
        self._amount = Label("", "due", tone="success", align=CENTRE)
        self._detail = Label("", "row", tone="text2", align=CENTRE)
        words.addStretch(1)
        words.addWidget(Label(_("Thank you"), "total", align=CENTRE))
        words.addSpacing(pad)
        for label in (self._headline, self._amount, self._detail):
            words.addWidget(label)
        words.addStretch(1)
        row.addLayout(words, 1)
        self._proof = Card()
        proof = QVBoxLayout(self._proof)
        self._qr = QrCode(_QR)
        proof.addWidget(self._qr)
        hint = Label(_("Your receipt: keep this code"), "strong", tone="text2", align=CENTRE)
        proof.addWidget(hint)
        row.addWidget(self._proof, 0, Qt.AlignmentFlag.AlignVCenter)
        return page
