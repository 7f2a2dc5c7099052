"""What reaches the window from outside its pages: scans, papers, weights, errors of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from hardware.events import CodeScanned, JobDone, JobFailed, PrinterStatusChanged, WeightRead
from pos_app.runtime.i18n import _, sentence
from pos_app.runtime.sounds import Sound
from pos_app.runtime.unforeseen import Unforeseen
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import keys_of
from pos_app.screens.shell.navigation import Page
from pos_app.screens.shell.printer_words import printer_text, works
from pos_app.screens.shell.relay import Relay
from retail.barcode.scanned import TillCommand

if TYPE_CHECKING:
    from pos_app.runtime.wedge import WedgeFilter
    from pos_app.screens.shell.main_window import MainWindow
    from pos_app.screens.shell.ports import EventSource


class Hearing(QObject):
    """Leads events to the window's pages of now, which another language makes anew."""

    def __init__(self, window: MainWindow) -> None:
        # Not a child of the window: those go when it speaks another language.
        super().__init__()
        self._window = window
        self._relay: Relay | None = None
        self._wedge: WedgeFilter | None = None
        self._printer = ""

    def attach(self, events: EventSource, wedge: WedgeFilter | None = None) -> None:
        """Listen to devices and to the keyboard filter."""
        events.subscribe(CodeScanned, self.code_scanned)
        events.subscribe(JobDone, self._printed)
        events.subscribe(JobFailed, self._not_printed)
        events.subscribe(PrinterStatusChanged, self._printer_changed)
        events.subscribe(Unforeseen, self._unforeseen)
        self._relay = Relay(events)
        self._wedge = wedge
        self.listen()
        if wedge is not None:
            wedge.scanned.connect(self.scan)
            wedge.misread.connect(self.misread)
            wedge.touched.connect(self._window.touched)

    def listen(self) -> None:
        """Let the pages of now hear the devices."""
        window = self._window
        if self._relay is not None:
            self._relay.forget()
            self._relay.subscribe(WeightRead, window.selling.weighing.read)
            window.selling.cards.listen(self._relay)
            window.selling.drawer.listen(self._relay)
        self._show_printer()
        if self._wedge is not None:
            window.scanner.attach(self._wedge)

    def code_scanned(self, event: CodeScanned) -> None:
        """A scanner read a code."""
        self.scan(event.code, event.symbology)

    def scan(self, code: str, symbology: str) -> None:
        """A code goes to whoever waits for one, is a command, or rings something up."""
        window, page = self._window, self._window.navigation.page
        window.touched()
        if window.scanner.scan(symbology + code):
            return
        found = window.selling.codes.read(symbology + code)
        if isinstance(found, TillCommand) and page is not Page.LOGIN:
            # What was asked for before may still close a sheet or open a page.
            name = found.number
            window.after_answers(lambda: window.by_code.take(name))
            return
        if page is Page.SYNC:
            # A scan is for what was being done.
            window.connection.leave()
        if window.navigation.page in {Page.LOGIN, Page.OPEN_SHIFT}:
            text = _("Log in and open the shift first; the code was not added.")
            self.refuse(Message(text, Tone.WARN))
        else:
            window.selling.scan(code, symbology)

    def misread(self, _reason: str) -> None:
        """The keyboard filter caught a part of a code."""
        self._window.sound(Sound.MISREAD)
        text = _("The scanner read only a part; nothing was added. Scan again.")
        self._tell(Message(text, Tone.WARN))

    def refuse(self, message: Message) -> None:
        """Say aloud that a scan was not taken, and why."""
        self._window.sound(Sound.RESTRICTED)
        self._tell(message)

    def _printer_changed(self, event: PrinterStatusChanged) -> None:
        before, self._printer = self._printer, event.state
        self._show_printer()
        if not works(event.state):
            self._tell(Message(printer_text(event.state), Tone.WARN))
        elif before and not works(before):
            self._tell(Message(printer_text(event.state)))

    def _show_printer(self) -> None:
        if self._printer:
            strip = self._window.selling.checkout.strip
            strip.show_printer(printer_text(self._printer), works=works(self._printer))

    def _unforeseen(self, event: Unforeseen) -> None:
        text = _(
            "A step failed inside the till (%(error)s). Sales and the basket are kept; look at "
            "the line before you go on. The till's log says more."
        )
        self._tell(Message(text % {"error": event.name}, Tone.ERROR))

    def _printed(self, _event: JobDone) -> None:
        self._window.selling.show_print(_("The receipt is printed."), Tone.OK)

    def _not_printed(self, event: JobFailed) -> None:
        kept = _("The sale is stored; print it again with %(key)s.")
        kept %= {"key": keys_of(Command.REPRINT)}
        self._window.selling.show_print(f"{sentence(event.error)} {kept}", Tone.ERROR)

    def _tell(self, message: Message) -> None:
        self._window.toasts.show_message(message)
