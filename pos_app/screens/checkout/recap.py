"""The basket again, small, beside the payment."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QListView,
    QVBoxLayout,
    QWidget,
)

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.checkout.basket_model import BasketModel
from pos_app.screens.records import BasketRow, TotalsView
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.labels import Card, Label, Rule
from pos_app.screens.widgets.row_delegate import RowDelegate
from pos_app.screens.widgets.totals import TotalsPanel

_ROW = 27


class RecapDelegate(RowDelegate[BasketRow]):
    """Quantity, name and amount in one line."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(BasketRow, _ROW, parent=parent)

    def paint_row(self, painter: QPainter, rect: QRectF, row: BasketRow, *, chosen: bool) -> None:
        """Paint one row; none is ever chosen."""
        del chosen
        now = theme.current()
        rect = painting.inset(rect, 0, 0, now.px(4), 0)
        ink, muted = now.colour("text"), now.colour("text2")
        small, strong, body = (
            now.font("metaStrong"),
            now.font("strong", tabular=True),
            now.font("body"),
        )
        taken = max(painting.width_of(row.quantity, small), now.px(14))
        painting.line(painter, rect, row.quantity, font=small, colour=muted)
        money = painting.width_of(row.amount, strong) + 2
        name = painting.inset(rect, taken + now.px(8), 0, money + now.px(8), 0)
        painting.line(painter, name, row.name, font=body, colour=ink)
        painting.line(painter, rect, row.amount, font=strong, colour=ink, align=painting.RIGHT)


class Recap(Card):
    """Lines and totals that are being paid."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        now = theme.current()
        self._model = BasketModel(self)
        view = QListView()
        view.setModel(self._model)
        view.setItemDelegate(RecapDelegate(view))
        view.setUniformItemSizes(True)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setSelectionMode(QListView.SelectionMode.NoSelection)
        view.setAccessibleName(_("Basket"))
        self._totals = TotalsPanel("h1")
        column = QVBoxLayout(self)
        pad = now.px(16)
        column.setContentsMargins(pad, pad, pad, now.px(10))
        column.setSpacing(now.px(8))
        column.addWidget(Label(_("This sale"), "section"))
        column.addWidget(Rule())
        column.addWidget(view, 1)
        column.addWidget(Rule())
        column.addWidget(self._totals)

    def show_basket(self, rows: tuple[BasketRow, ...], totals: TotalsView) -> None:
        """Show lines and totals."""
        self._model.replace(rows)
        self._totals.show_totals(totals)
