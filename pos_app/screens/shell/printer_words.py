"""How the state of the receipt printer is said; the states are those of the driver."""

from __future__ import annotations

from hardware.printer.status import PrinterState
from pos_app.runtime.i18n import N_, _

_WORK = frozenset({PrinterState.READY, PrinterState.BUSY})
_TEXTS = {
    PrinterState.OFFLINE: N_("The printer does not answer; receipts wait for it."),
    PrinterState.ERROR_FATAL: N_("The printer needs service; receipts wait for it."),
    PrinterState.ERROR_RECOVERABLE: N_("The printer is stuck; free the paper or the cutter."),
    PrinterState.OVERHEATED: N_("The printer is too hot and goes on by itself."),
    PrinterState.COVER_OPEN: N_("The printer's cover is open; receipts wait."),
    PrinterState.PAPER_OUT: N_("The printer is out of paper; receipts wait for a new roll."),
    PrinterState.PAPER_LOW: N_("The printer's paper is nearly used up; have a new roll at hand."),
}


def works(state: PrinterState) -> bool:
    """Whether nobody need do anything."""
    return state in _WORK


def printer_text(state: PrinterState) -> str:
    """The state as a sentence, with what people do about it."""
    return _("The printer is ready.") if works(state) else _(_TEXTS[state])
