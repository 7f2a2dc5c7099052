"""The page of the design: the grid as at the checkout, and beside it what is done to a key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import N_, _
from pos_app.screens.checkout.screen import cart_width
from pos_app.screens.quick_keys.grid import DesignGrid
from pos_app.screens.quick_keys.model import ROLE_NAMES, DesignView
from pos_app.screens.records import ChipView, Tone
from pos_app.screens.shell.command_button import CommandButton
from pos_app.screens.shell.commands import Command
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Card, ElideLabel, Label, Rule
from pos_app.screens.widgets.notices import Banner
from pos_app.screens.widgets.page_head import PageHead
from pos_app.screens.widgets.pill import SyncPill
from pos_app.screens.widgets.room import Roll
from pos_app.screens.widgets.segments import Segments
from pos_app.screens.widgets.sides import working_row

_ACTS = (
    (Command.KEY_ARTICLE, "tag", N_("Article")),
    (Command.KEY_CATEGORY, "layout-grid", N_("Category")),
    (Command.KEY_COMMAND, "keyboard", N_("Command")),
    (Command.KEY_MOVE, "arrow-right", N_("Move")),
    (Command.KEY_CLEAR, "x", N_("Free")),
    (Command.KEY_PAGE, "plus", N_("New page")),
)


class DesignScreen(QWidget):
    """Layout and wiring; the presenter knows what things mean.

    Signals:
        role_chosen: a role.
        page_chosen: the number of a page.
    """

    role_chosen = Signal(str)
    page_chosen = Signal(int)

    def __init__(self, run: Callable[[Command], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._run = run
        self.sync = SyncPill()
        self.sync.clicked.connect(lambda: run(Command.SYNC))
        self.notice = Banner(stays=True)
        self.grid = DesignGrid()
        self.grid.setAccessibleName(_("Quick keys"))
        self.setFocusProxy(self.grid)
        self.roles = Segments({role: _(name) for role, name in ROLE_NAMES.items()})
        self.roles.chosen.connect(self.role_chosen)
        self._pages: tuple[ChipView, ...] = ()
        self._chips: list[AppButton] = []
        self._row = QHBoxLayout()
        self.place = Label("", "section")
        self.what = ElideLabel("", "row", colour="text2")
        self.acts = {
            command: CommandButton(_(text), command, run, icon=icon, hint=True)
            for command, icon, text in _ACTS
        }
        self.undo = CommandButton(
            _("Undo publication"), Command.KEY_UNDO, run, icon="undo-2", hint=True
        )
        self.discard = CommandButton(
            _("Discard"), Command.KEY_DISCARD, run, icon="trash-2", hint=True
        )
        self.publish = CommandButton(
            _("Publish"), Command.KEY_PUBLISH, run, ButtonKind.PRIMARY, icon="check", hint=True
        )
        self._build()

    @property
    def chips(self) -> tuple[AppButton, ...]:
        """The pages as buttons."""
        return tuple(self._chips)

    def show_view(self, view: DesignView) -> None:
        """Show a draft."""
        self.roles.choose(view.role)
        if view.pages != self._pages:
            self._show_pages(view.pages)
        for number, chip in enumerate(self._chips):
            chip.setChecked(number == view.page)
        self.grid.show_places(view.tiles, view.chosen, view.moving)
        self.place.setText(view.title)
        self.what.set_text(view.detail)
        self.publish.setEnabled(view.changed)
        self.discard.setEnabled(view.changed)
        self.undo.setEnabled(view.can_undo)
        if view.moving >= 0:
            text = _("Tap where the key shall go, or choose it and press Enter.")
        elif view.changed:
            text = _("Design: not published yet. At the checkout the old keys are in force.")
        else:
            text = _("Design: choose a key and put something on it. Nothing is sold here.")
        self.notice.show_text(text, Tone.WARN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The side is as wide as the basket: the grid wraps as it does at the checkout."""
        super().resizeEvent(event)
        self._side.setFixedWidth(cart_width(self.width()))

    def _show_pages(self, pages: tuple[ChipView, ...]) -> None:
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._pages, self._chips = pages, []
        for number, page in enumerate(pages):
            chip = AppButton(page.label, ButtonKind.CHIP)
            chip.setCheckable(True)
            chip.clicked.connect(lambda _on=False, n=number: self.page_chosen.emit(n))
            self._row.insertWidget(number, chip)
            self._chips.append(chip)

    def _build(self) -> None:
        now = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        run = self._run
        leave: Callable[[], object] = lambda: run(Command.BACK)  # noqa: E731 - typed for the head
        head = PageHead(_("Quick keys"), self.sync, back=_("Back"), hint="Esc", leave=leave)
        column.addWidget(head)
        column.addWidget(self.notice)
        body = working_row()
        body.setSpacing(0)
        left = QWidget()
        places = QVBoxLayout(left)
        places.setContentsMargins(now.px(16), now.px(12), now.px(16), now.px(16))
        places.setSpacing(now.px(12))
        self._row.setSpacing(now.px(8))
        self._row.addStretch(1)
        places.addLayout(self._row)
        places.addWidget(self.grid, 1)
        body.addWidget(left, 1)
        self._side = Card("cart")
        inner = QVBoxLayout(self._side)
        inner.setContentsMargins(1, 0, 0, 0)
        inner.addWidget(Roll(self._build_side()))
        body.addWidget(self._side)
        column.addLayout(body, 1)

    def _build_side(self) -> QWidget:
        now = theme.current()
        side = QWidget()
        column = QVBoxLayout(side)
        pad = now.px(16)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(now.px(12))
        column.addWidget(Label(_("Keys of"), "section"))
        column.addWidget(self.roles)
        column.addWidget(Rule())
        column.addWidget(self.place)
        column.addWidget(self.what)
        grid = QGridLayout()
        grid.setSpacing(now.px(8))
        for number, button in enumerate(self.acts.values()):
            grid.addWidget(button, number // 2, number % 2)
        column.addLayout(grid)
        keys = _("Arrows choose, Ctrl and arrows carry the key along, PgDn turns the page.")
        hint = Label(keys, "meta", tone="text2")
        hint.setWordWrap(True)
        column.addWidget(hint)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(now.px(8))
        row.addWidget(self.undo)
        row.addWidget(self.discard)
        column.addLayout(row)
        column.addWidget(self.publish)
        return side
