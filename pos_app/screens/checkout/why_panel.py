"""“Why this price?” beside the basket: the choice of what it is about, and one of five states."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.checkout.why_list import WhyList
from pos_app.screens.checkout.why_presenter import Scope, Stage, WhyView, nothing_text
from pos_app.screens.widgets.button import AppButton
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.segments import Segments


class WhyPanel(QWidget):
    """Shows a :class:`WhyView`.

    Signals:
        scope_chosen: a :class:`Scope`.
        acted: the row whose button was pressed.
        retried: ask again after an error.
    """

    scope_chosen = Signal(object)
    acted = Signal(object)
    retried = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.segments = Segments({Scope.LINE: _("This line"), Scope.BASKET: _("Whole basket")})
        self.segments.setAccessibleName(_("What it is about"))
        self.segments.chosen.connect(lambda key: self.scope_chosen.emit(Scope(key)))
        self.list = WhyList()
        self.list.acted.connect(self.acted)
        self.message = EmptyState("shopping-basket", "", "")
        self.retry = AppButton(_("Try again"), icon="refresh-cw")
        self.retry.clicked.connect(self.retried)
        self._blank = QWidget()
        notice = QWidget()
        column = QVBoxLayout(notice)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.message, 1)
        column.addWidget(self.retry)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        for page in (self._blank, self.list, notice):
            self._stack.addWidget(page)
        self._notice = notice
        self._about: tuple[Scope, str] = (Scope.BASKET, "")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(now.px(8))
        outer.addWidget(self.segments)
        outer.addWidget(holder, 1)
        self.setFocusProxy(self.list)

    @property
    def says(self) -> str:
        """The sentence that stands in the place of rows; empty when rows are shown."""
        shown = self._stack.currentWidget() is self._notice
        return self.message.accessibleName() if shown else ""

    def show_view(self, view: WhyView) -> None:
        """Show another state."""
        line = _("This line: %(article)s") % {"article": view.article} if view.article else ""
        self.segments.set_label(Scope.LINE, line or _("This line"), open_=bool(view.article))
        self.segments.choose(view.scope)
        self.list.show_rows(view.rows)
        about = (view.scope, view.article if view.scope is Scope.LINE else "")
        if about != self._about:
            self._about = about
            self.list.scrollToTop()
        self.retry.setVisible(view.stage is Stage.ERROR)
        if view.stage is Stage.CONTENT:
            self._stack.setCurrentWidget(self.list)
        elif view.stage is Stage.LOADING and not view.slow:
            # An answer in time needs no word; what flashes only disturbs.
            self._stack.setCurrentWidget(self._blank)
        else:
            self.message.set_content(*_message(view))
            self._stack.setCurrentWidget(self._notice)

    def announce(self, text: str) -> None:
        """Say something to who cannot see the panel."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))


def _message(view: WhyView) -> tuple[str, str, str]:
    match view.stage:
        case Stage.EMPTY:
            detail = _("Scan an article: its offers are explained here.")
            return "shopping-basket", _("The basket is empty"), detail
        case Stage.LOADING:
            return "clock", _("Looking at the offers …"), _("Selling goes on meanwhile.")
        case Stage.ERROR:
            kept = _("The basket and its price stay as they are.")
            return "circle-alert", _("The offers cannot be explained now"), f"{view.text} {kept}"
        case _:
            return ("tag", *nothing_text(view.scope))
