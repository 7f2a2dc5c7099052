"""How the state of the connection is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_app.runtime.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from pos_app.sync.status import SyncStatus

_NO_ANSWER = {"offline", "down"}
_WHERE = {
    "no_network": N_("no network"),
    "no_internet": N_("no internet"),
    "office_down": N_("head office down"),
}
_WHY = {
    "no_network": (
        N_("This till is in no network"),
        N_("Check the network cable, its socket and the switch."),
    ),
    "no_internet": (
        N_("Head office is out of reach"),
        N_("The shop's network works; the way from it to head office does not. "
           "Check the router, or call the internet provider."),
    ),
    "office_down": (
        N_("Head office does not answer"),
        N_("The way to it is open; it is down or busy. Nothing is to be done here."),
    ),
    "untrusted": (
        N_("Head office cannot prove itself"),
        N_("Its certificate is not trusted; nothing was sent. Check the till's date, and whether "
           "the network wants somebody to sign in; otherwise call support."),
    ),
}  # fmt: skip
_KEPT = N_("Every sale is stored on this till and is sent by itself.")


def pill_text(status: SyncStatus, now: datetime) -> str:
    """The words on the pill: ``Saved at head office · 8 s ago``, ``Saved here (14) · no internet``.

    Where the sales are comes first, then what keeps them there.
    """
    coming = _coming_words(status)
    if coming:
        return coming
    if status.state == "syncing":
        done, total = progress(status)
        return _("Being sent · %(done)d of %(all)d") % {"done": done, "all": total}
    if status.state == "online":
        words = _("Saved and backed up") if status.backed_up else _("Saved at head office")
        if status.last_synced_at is None:
            return words
        return f"{words} · " + _("%(ago)s ago") % {"ago": _ago(status.last_synced_at, now)}
    kept = _("Saved here (%(n)d)") % {"n": status.queued} if status.queued else ""
    if status.state in _NO_ANSWER:
        where = _(_WHERE.get(status.reach, N_("not connected")))
        return (kept or _("All sent")) + " · " + where
    words = _("Action needed")
    return f"{words} · {status.queued}" if status.queued else words


def headline(status: SyncStatus) -> tuple[str, str]:
    """What is so, and what people can do, as two texts; with what somebody should look at."""
    title, detail = _state_words(status)
    return title, " ".join(filter(None, (detail, status.notice)))


def _state_words(status: SyncStatus) -> tuple[str, str]:
    if status.state == "syncing" or is_indexing(status):
        return _busy_words(status)
    if status.state == "online":
        if status.backed_up:
            detail = _("Head office has every sale, and a backup of them that was tried.")
        else:
            detail = _("Head office has every sale of this till.")
        return _("Everything is saved at head office"), detail
    if status.reach in _WHY:
        title, detail = _WHY[status.reach]
        return _(title), f"{_(detail)} {_(_KEPT)}" if status.reach != "untrusted" else _(detail)
    if status.state == "action":
        return _("Somebody has to do something"), status.cause
    return _("Not connected yet"), _(_KEPT)


def _coming_words(status: SyncStatus) -> str:
    """What the pill says of a large load; empty while there is none."""
    if is_loading(status):
        percent = status.progress_done * 100 // status.progress_total
        return _("Prices are coming · %(percent)d %%") % {"percent": percent}
    if is_indexing(status):
        percent = status.indexing_done * 100 // status.indexing_total
        return _("Search is being prepared · %(percent)d %%") % {"percent": percent}
    return ""


def _busy_words(status: SyncStatus) -> tuple[str, str]:
    if is_loading(status):
        return _("Articles and prices are coming"), _("They come into force at once at the end.")
    if is_indexing(status):
        return _("The search is being prepared"), _(
            "Articles and prices are in force. Scanning and tiles find everything already; the "
            "search by name is slower until this is done."
        )
    return _("Sales are being sent"), _("Selling goes on meanwhile.")


def is_loading(status: SyncStatus) -> bool:
    """True while a large part of the catalogue comes and no sale waits."""
    return bool(status.progress_total) and not status.queued


def is_indexing(status: SyncStatus) -> bool:
    """True while the search comes to know what has come and no sale waits."""
    busy = status.state not in {"online", "syncing"} or status.queued or status.progress_total
    return bool(status.indexing_total) and not busy


def progress(status: SyncStatus) -> tuple[int, int]:
    """How much of a drain is done, of how much."""
    total = max(status.queued_total, status.queued)
    return total - status.queued, total


def queued_words(number: int) -> str:
    """How many entries wait."""
    return ngettext("%(n)d entry", "%(n)d entries", number) if number else _("none")


def age(at: datetime | None, now: datetime) -> str:
    """``8 min ago``; a dash for never."""
    return "–" if at is None else _("%(ago)s ago") % {"ago": _ago(at, now)}


def _ago(at: datetime, now: datetime) -> str:
    seconds = max(int((now - at).total_seconds()), 0)
    for size, unit in ((86_400, N_("%d d")), (3_600, N_("%d h")), (60, N_("%d min"))):
        if seconds >= size:
            return _(unit) % (seconds // size)
    return _("%d s") % seconds


_STREAMS = {
    "catalogue": N_("Articles"),
    "tax": N_("Tax rates"),
    "promotions": N_("Promotions"),
    "price": N_("Prices"),
    "store": N_("Store and stock"),
    "till": N_("Answers to this till"),
}


def stream_words(name: str) -> str:
    """What a down-stream brings."""
    kind, _slash, scope = name.partition("/")
    words = _(_STREAMS[kind]) if kind in _STREAMS else name
    return f"{words} · {scope}" if kind == "price" and scope else words


_RECORDS = {
    "sale.closed": N_("Sale"),
    "invoice.issued": N_("Invoice"),
    "receipt.sent": N_("Receipt by e-mail"),
    "basket.voided": N_("Voided basket"),
    "shift.opened": N_("Shift opened"),
    "staff.signed_on": N_("Log-in"),
    "stock.counted": N_("Stock count"),
    "journal.opened": N_("Journal opened"),
}


def record_words(kind: str) -> str:
    """What a record is about."""
    if kind in _RECORDS:
        return _(_RECORDS[kind])
    return kind.replace("_", " ").replace(".", " ").capitalize() or _("Record")
