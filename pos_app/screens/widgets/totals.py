"""The totals of a basket; its height never changes while one sells."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import MINUS, _
from pos_app.screens.records import SumRow, TotalsView
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.savings_chip import SavingsChip

_ROW = 20
_TOTAL = 48


class TotalsPanel(QWidget):
    """Up to four small rows and the total.

    Args:
        total_role: text role of the total.
        row_role: text role of the small rows.
        chip: tells the savings beside the total; without it they are a row.
        parent: Qt parent.
    """

    def __init__(
        self,
        total_role: str = "total",
        row_role: str = "body",
        *,
        chip: SavingsChip | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._roles = (total_role, row_role)
        self._view = TotalsView((), "")
        self._rows = 2
        self._chip = chip
        if chip is not None:
            chip.setParent(self)
            chip.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_totals(self, view: TotalsView) -> None:
        """Show other totals."""
        self._view = view
        rows = self._shown()
        if len(rows) > self._rows:
            self._rows = len(rows)
            self.updateGeometry()
        spoken = [f"{row.label} {row.amount}" for row in rows]
        self.setAccessibleName(", ".join([*spoken, f"{_('Total')} {view.total}"]))
        self._place_chip()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the rows, used or not, and the total."""
        now = theme.current()
        return QSize(now.px(240), now.px(_ROW) * self._rows + now.px(_TOTAL))

    def minimumSizeHint(self) -> QSize:
        """As :meth:`sizeHint`."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the chip beside the total."""
        super().resizeEvent(event)
        self._place_chip()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint labels at the start and amounts at the end."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        total = self._total_rect()
        rows = self._shown()
        top = total.top() - now.px(_ROW) * len(rows)
        for row in rows:
            self._paint_row(painter, QRectF(0, top, self.width(), now.px(_ROW)), row)
            top += now.px(_ROW)
        ink = now.colour("text")
        label, amount = now.font("pay"), now.font(self._roles[0])
        start, end = painting.LEFT, painting.RIGHT
        painting.line(painter, total, _("Total"), font=label, colour=ink, align=start)
        painting.line(painter, total, self._view.total, font=amount, colour=ink, align=end)

    def _shown(self) -> tuple[SumRow, ...]:
        view = self._view
        if not view.savings or self._chip is not None:
            return view.rows
        saved = SumRow(_("Savings"), MINUS + view.savings, "success")
        return (*view.rows[:1], saved, *view.rows[1:])

    def _total_rect(self) -> QRectF:
        height = theme.current().px(_TOTAL)
        return QRectF(0, self.height() - height, self.width(), height)

    def _place_chip(self) -> None:
        """Between the word and the amount, which both go first."""
        chip, now = self._chip, theme.current()
        if chip is None:
            return
        chip.setVisible(bool(self._view.savings))
        if not self._view.savings:
            return
        gap = now.px(12)
        total = self._total_rect()
        start = painting.width_of(_("Total"), now.font("pay")) + gap
        end = painting.width_of(self._view.total, now.font(self._roles[0])) + gap
        room = round(total.width() - start - end)
        wide, narrow = chip.sizeHint(), chip.minimumSizeHint()
        width = wide.width() if wide.width() <= room else narrow.width()
        place = QRectF(start, total.center().y() - wide.height() / 2, width, wide.height())
        chip.setGeometry(painting.mirrored(place, total, self.layoutDirection()).toRect())

    def _paint_row(self, painter: QPainter, rect: QRectF, row: SumRow) -> None:
        now = theme.current()
        font, colour = now.font(self._roles[1]), now.colour(row.tone)
        painting.line(painter, rect, row.label, font=font, colour=colour)
        strong = now.font("strong", tabular=True)
        align = painting.RIGHT
        painting.line(painter, rect, row.amount, font=strong, colour=colour, align=align)
