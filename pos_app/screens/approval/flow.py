"""The approval joined with the window's sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.runtime.i18n import _
from pos_app.screens.approval.sheet import ApprovalSheet
from pos_app.screens.widgets.sheet import WIDE

if TYPE_CHECKING:
    from pos_app.screens.approval.presenter import Approvals, Question
    from pos_app.screens.widgets.sheet import Sheet


class ApprovalFlow(QObject):
    """Opens the sheet for a question; whatever closes or replaces it takes the question back."""

    def __init__(self, approvals: Approvals, sheet: Sheet, parent: QObject) -> None:
        super().__init__(parent)
        self._approvals = approvals
        self._sheet = sheet
        self._opening = False
        approvals.asked.connect(self._ask)
        approvals.settled.connect(self._close)
        sheet.closed.connect(approvals.cancel)
        sheet.opened.connect(self._replaced)

    def _ask(self, question: Question) -> None:
        pin = self._approvals.pin
        content = ApprovalSheet(question)
        pin.changed.connect(content.show_pin)
        content.chosen.connect(pin.choose)
        content.moved.connect(pin.move)
        content.typed.connect(pin.type_key)
        content.submitted.connect(pin.submit)
        self._opening = True
        self._sheet.open_with(_("Approval"), content, width=WIDE)
        self._opening = False

    def _close(self) -> None:
        if isinstance(self._sheet.content, ApprovalSheet):
            self._sheet.close_sheet()

    def _replaced(self) -> None:
        if not self._opening:
            self._approvals.cancel()
