"""The one window of the till: pages, sheet, toasts, commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from pos_app.runtime import i18n, theme
from pos_app.runtime.i18n import _
from pos_app.runtime.sounds import Sound
from pos_app.screens.palette.side import CommandSide
from pos_app.screens.scanner.flow import ScannerFlow
from pos_app.screens.shell.commands import Binding, Command, begins_a_sale
from pos_app.screens.shell.hearing import Hearing
from pos_app.screens.shell.keymap import CommandMap, OffersCommands
from pos_app.screens.shell.languages import LanguageFlow
from pos_app.screens.shell.login import LoginScreen
from pos_app.screens.shell.login_presenter import LoginPresenter
from pos_app.screens.shell.navigation import Navigation, Page
from pos_app.screens.shell.ports import EventSource, ShellPorts
from pos_app.screens.shell.scanned_commands import ScannedCommands
from pos_app.screens.shell.selling import SellingFlow
from pos_app.screens.shell.training import TrainingSwitch
from pos_app.screens.shell.training_frame import TrainingFrame
from pos_app.screens.sync.flow import SyncFlow
from pos_app.screens.till.open_shift import OpenShiftPresenter, OpenShiftScreen
from pos_app.screens.widgets.sheet import Sheet
from pos_app.screens.widgets.toast import ToastStack
from pos_app.screens.widgets.touch_keyboard import TouchKeyboard

if TYPE_CHECKING:
    from pos_app.runtime.wedge import WedgeFilter
    from pos_app.sync.status import SyncStatus
    from pos_app.till.service import TillSession

__all__ = ["MainWindow", "ShellPorts"]


class MainWindow(QMainWindow):
    """Shows one page at a time; asks the navigation which.

    Signals:
        made_anew: pages and presenters are others than before.
    """

    made_anew = Signal()

    def __init__(self, ports: ShellPorts) -> None:
        super().__init__()
        self.setWindowTitle(_("Tillwright – TRAINING") if ports.training else "Tillwright")
        self._ports = ports
        self._session: TillSession | None = None
        self._sync: SyncStatus | None = None
        self.hearing = Hearing(self)
        self._build()
        self.lists.keys.start(ports.own_keys)

    def _build(self) -> None:
        """Make pages, commands and clocks, in the language in use."""
        ports = self._ports
        app = cast("QApplication", QApplication.instance())
        way = Qt.LayoutDirection
        app.setLayoutDirection(way.RightToLeft if i18n.right_to_left() else way.LeftToRight)
        self.navigation = Navigation(self)
        self.login = LoginScreen(self.run)
        self.login_presenter = LoginPresenter(ports.tasks, ports.desk, self)
        self.open_shift = OpenShiftScreen()
        self.open_shift_presenter = OpenShiftPresenter(ports.tasks, self)
        self.selling = SellingFlow(ports, self.navigation, run=self.run, parent=self)
        self.connection = SyncFlow(ports, self.navigation, self.run, self)
        self.sync = self.connection.screen
        self._stack = QStackedWidget()
        self._pages: dict[Page, QWidget] = {
            Page.LOGIN: self.login,
            Page.OPEN_SHIFT: self.open_shift,
            Page.CHECKOUT: self.selling.checkout,
            Page.TENDER: self.selling.tender,
            Page.PAYOUT: self.selling.returns.page,
            Page.DONE: self.selling.done,
            Page.SYNC: self.sync,
            Page.QUICK_KEYS: self.selling.keys.page,
        }
        for page in self._pages.values():
            self._stack.addWidget(page)
        area = _area(self._stack)
        self.setCentralWidget(area)
        self.sheet = Sheet(area)
        self.letters = TouchKeyboard(area)
        self.toasts = ToastStack(area, self.selling.checkout.grid)
        self.toasts.keep_clear_of(self.sheet)
        self.commands = CommandMap(self, self._allowed, self._make_way)
        self.commands.refused.connect(lambda: self.sound(Sound.RESTRICTED))
        self.by_code = ScannedCommands(self.commands.trigger, self)
        self.by_code.told.connect(self.hearing.refuse)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(ports.idle_seconds * 1000)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._connect()
        self._add_lists()
        self.login.show_store(ports.place())

    def start(self) -> None:
        """Show the log-in page."""
        self.login_presenter.start()
        self.login.setFocus()
        self._second.start()

    def run(self, command: Command) -> bool:
        """Run a command by name, as its key would."""
        return self.commands.trigger(command)

    def speak(self, language: str) -> None:
        """Speak another language: all is made anew and begun as after a restart.

        Basket, shift and undo are in the store; the text on the input line is taken over.
        """
        page, session = self.navigation.page, self._session
        typed = self.selling.checkout.line.text()
        self.selling.payment.give_up()
        self._retire()
        i18n.use(language)
        self._build()
        self.hearing.listen()
        self.made_anew.emit()
        self._second.start()
        self.touched()
        self.connection.show_status(self._sync)
        if self._sync is not None:
            self.selling.show_sync(self._sync)
        if page is Page.LOGIN or session is None:
            self.start()
        else:
            self._signed_on(session)
            self.selling.checkout.line.setText(typed)

    def attach(self, events: EventSource, wedge: WedgeFilter | None = None) -> None:
        """Listen to devices, to the program itself and to the keyboard filter."""
        self.hearing.attach(events, wedge)

    def after_answers(self, step: Callable[[], object]) -> None:
        """Do it behind what was entered before."""
        self._ports.tasks.after_answers(step)

    def show_sync(self, status: SyncStatus) -> None:
        """Show the state of the link on every page."""
        self._sync = status
        self.connection.show_status(status)
        self.selling.show_sync(status)

    def lock(self) -> None:
        """Show the log-in page; the basket stays as it is."""
        self.sheet.close_sheet()
        self.selling.done.stop()
        self.navigation.lock()
        self.login_presenter.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the clocks."""
        self._stop()
        super().closeEvent(event)

    def _retire(self) -> None:
        """Let go what speaks another language."""
        # One that fires before its presenter is deleted would ask for an answer nobody takes.
        for timer in self.findChildren(QTimer):
            timer.stop()
        self._ports.tasks.forget()
        self._stop()
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        for child in self.findChildren(QObject, options=direct):
            if isinstance(child, QShortcut):
                # Until it is deleted a disabled one, too, would make its key ambiguous.
                child.setKey(QKeySequence())
            if child is not self.layout():
                child.deleteLater()

    def _stop(self) -> None:
        for timer in (self._idle, self._second):
            timer.stop()
        self.selling.done.stop()

    def _add_lists(self) -> None:
        """The lists of commands and keys, and what is open wherever somebody works."""
        ports = self._ports
        self.lists = CommandSide(
            self, self.commands, self.sheet, ports.tasks, lambda: self.selling.basket.session
        )
        self.lists.told.connect(self.toasts.show_message)
        self.scanner = ScannerFlow(ports, self.sheet, lambda: self.selling.basket.session, self)
        self.scanner.bind(self.commands)
        self.scanner.heard.connect(self.sound)
        languages = LanguageFlow(ports.tasks, self.sheet, self)
        languages.kept.connect(self.speak)
        languages.told.connect(self.toasts.show_message)
        self.commands.bind(Command.LANGUAGE, languages.open)
        self.training = TrainingSwitch(ports, lambda: self.selling.basket.session, self)
        self.training.told.connect(self.toasts.show_message)
        self.commands.bind(Command.TRAINING, self.training.ask)
        if ports.training:
            TrainingFrame(self)

    def _connect(self) -> None:
        self._attach_connection()
        login, shift = self.login_presenter, self.open_shift_presenter
        self.navigation.changed.connect(self._show_page)
        self.sheet.closed.connect(self._focus_page)
        self.selling.attach(self.sheet, self.toasts)
        self.selling.basket.heard.connect(self.sound)
        self.selling.bind(self.commands)
        self.commands.bind(Command.BACK, self._back)
        self.commands.bind(Command.LOCK, self.lock)
        self.commands.bind(Command.SYNC, self._open_sync)
        self.commands.bind(Command.LOOK, self._next_look)
        self.commands.bind(Command.KEYBOARD, self.letters.toggle)
        self.sheet.letters_asked.connect(self.letters.toggle)
        # The sheet raises itself once it is filled; the keyboard belongs above it.
        self.sheet.opened.connect(lambda: QTimer.singleShot(0, self.letters, self.letters.place))
        login.changed.connect(self.login.show_pin)
        login.signed_on.connect(self._signed_on)
        self.login.chosen.connect(login.choose)
        self.login.moved.connect(login.move)
        self.login.typed.connect(login.type_key)
        self.login.submitted.connect(login.submit)
        shift.changed.connect(
            lambda amount, typed: self.open_shift.show_amount(amount, typed=typed)
        )
        shift.told.connect(self.open_shift.show_hint)
        shift.opened.connect(self._begin)
        self.open_shift.typed.connect(shift.type_key)
        self.open_shift.submitted.connect(shift.submit)
        self._idle.timeout.connect(self._idle_lock)
        self._second.timeout.connect(self.connection.refresh)

    def _attach_connection(self) -> None:
        selling = self.selling
        self.connection.attach(
            self.toasts,
            (
                self.login,
                selling.checkout.strip,
                selling.tender,
                selling.returns.page,
                selling.keys.page,
            ),
        )

    def _allowed(self, binding: Binding) -> bool:
        if self.sheet.modal:
            return binding.command is Command.BACK
        content = self.sheet.content
        if content is not None and not binding.through_sheet:
            offered = isinstance(content, OffersCommands) and binding.command in content.offers
            if not offered:
                return False
        return not binding.pages or self.navigation.page in binding.pages

    def _make_way(self, binding: Binding) -> None:
        """What a sale is rung up with begins the next one; the keys of payment do not."""
        done = self.navigation.page is Page.DONE and self.sheet.content is None
        if done and self.selling.done.settled and begins_a_sale(binding):
            self.selling.back()

    def _signed_on(self, session: TillSession) -> None:
        self._session = session
        self.navigation.unlock()
        self.touched()
        if session.shift is not None:
            self._begin(session)
            return
        self.open_shift.show_place(f"{self._ports.place()} · {session.staff.name}")
        self.open_shift_presenter.start(session)
        self.navigation.go(Page.OPEN_SHIFT)

    def _begin(self, session: TillSession) -> None:
        self._session = session
        self.selling.start(session)
        self.navigation.go(Page.CHECKOUT)

    def _show_page(self, page: Page) -> None:
        self._stack.setCurrentWidget(self._pages[page])
        anchors: dict[Page, QWidget] = {Page.CHECKOUT: self.selling.checkout.grid}
        self.toasts.set_anchor(anchors.get(page, self._pages[page]))
        self._focus_page()

    def _focus_page(self) -> None:
        self._pages[self.navigation.page].setFocus()

    def _back(self) -> None:
        if self.sheet.content is not None:
            self.sheet.leave_sheet()
        elif self.navigation.page is Page.SYNC:
            self.connection.leave()
        elif self.navigation.page is Page.LOGIN:
            self.login_presenter.type_key("clear")
        elif self.navigation.page is not Page.OPEN_SHIFT:
            self.selling.back()

    def sound(self, sound: Sound) -> None:
        """Play a sound; what a scan did is seen at the basket, too."""
        if sound in {Sound.ADDED, Sound.COUNTED, Sound.UNKNOWN}:
            self.selling.checkout.basket.flash()
        if self._ports.sounds is not None:
            self._ports.sounds.play(sound)

    def touched(self) -> None:
        """Somebody is there; the lock waits."""
        self._idle.start()

    def _idle_lock(self) -> None:
        """Lock; where money is under way, once it has arrived and nobody came meanwhile."""
        if self.navigation.page is Page.LOGIN:
            return
        selling = self.selling
        if selling.payment.busy or selling.cards.is_open or selling.returns.payout.busy:
            self._idle.start()
            return
        self.lock()

    def _open_sync(self) -> None:
        if self.navigation.page is Page.SYNC:
            self._back()
            return
        if self.navigation.page is Page.DONE:
            self.selling.back()
        signed_on = self.navigation.page is not Page.LOGIN
        self.connection.open(self._session if signed_on else None)

    def _next_look(self) -> None:
        theme.step(cast("QApplication", QApplication.instance()))


def _area(pages: QStackedWidget) -> QWidget:
    """What pages and everything over them lie in.

    A stack tells screen readers of its pages alone; a sheet or toast in it would be silent.
    """
    area = QWidget()
    column = QVBoxLayout(area)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(pages)
    return area
