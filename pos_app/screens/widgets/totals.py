"""The totals of a basket; its height never changes while one sells."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.records import SumRow, TotalsView
from pos_app.screens.widgets import painting

_ROW = 20
_TOTAL = 46


class TotalsPanel(QWidget):
    """Up to four small rows and the total.

    Args:
        total_role: text role of the total.
        row_role: text role of the small rows.
        parent: Qt parent.
    """

    def __init__(
        self,
        total_role: str = "total",
        row_role: str = "body",
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._roles = (total_role, row_role)
        self._view = TotalsView((), "")
        self._rows = 2
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_totals(self, view: TotalsView) -> None:
        """Show other totals."""
        self._view = view
        if len(view.rows) > self._rows:
            self._rows = len(view.rows)
            self.updateGeometry()
        spoken = [f"{row.label} {row.amount}" for row in view.rows]
        self.setAccessibleName(", ".join([*spoken, f"{_('Total')} {view.total}"]))
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the rows, used or not, and the total."""
        now = theme.current()
        return QSize(now.px(240), now.px(_ROW) * self._rows + now.px(_TOTAL))

    def minimumSizeHint(self) -> QSize:
        """As :meth:`sizeHint`."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint labels at the start and amounts at the end."""
        now = theme.current()
        painter = QPainter(self)
        painting.smooth(painter)
        total = QRectF(0, self.height() - now.px(_TOTAL), self.width(), now.px(_TOTAL))
        top = total.top() - now.px(_ROW) * len(self._view.rows)
        for row in self._view.rows:
            self._paint_row(painter, QRectF(0, top, self.width(), now.px(_ROW)), row)
            top += now.px(_ROW)
        ink = now.colour("text")
        label, amount = now.font("pay"), now.font(self._roles[0])
        start, end = painting.LEFT, painting.RIGHT
        painting.line(painter, total, _("Total"), font=label, colour=ink, align=start)
        painting.line(painter, total, self._view.total, font=amount, colour=ink, align=end)

    def _paint_row(self, painter: QPainter, rect: QRectF, row: SumRow) -> None:
        now = theme.current()
        font, colour = now.font(self._roles[1]), now.colour(row.tone)
        painting.line(painter, rect, row.label, font=font, colour=colour)
        strong = now.font("strong", tabular=True)
        align = painting.RIGHT
        painting.line(painter, rect, row.amount, font=strong, colour=colour, align=align)
