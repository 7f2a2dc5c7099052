"""How the state of the receipt printer is said; the states are named as its driver does."""

from __future__ import annotations

from pos_app.runtime.i18n import N_, _

_WORK = frozenset({"ready", "busy"})
_TEXTS = {
    "offline": N_("The printer does not answer; receipts wait for it."),
    "error_fatal": N_("The printer needs service; receipts wait for it."),
    "error_recoverable": N_("The printer is stuck; free the paper or the cutter."),
    "overheated": N_("The printer is too hot and goes on by itself."),
    "cover_open": N_("The printer's cover is open; receipts wait."),
    "paper_out": N_("The printer is out of paper; receipts wait for a new roll."),
    "paper_low": N_("The printer's paper is nearly used up; have a new roll at hand."),
}


def works(state: str) -> bool:
    """Whether nobody need do anything."""
    return state in _WORK


def printer_text(state: str) -> str:
    """The state as a sentence, with what people do about it."""
    return _("The printer is ready.") if works(state) else _(_TEXTS[state])
