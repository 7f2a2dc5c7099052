"""What can go wrong with a database that is not a defect of the program.

Locked, full, read-only, corrupt or unreachable are the environment's doing: people get a
sentence that says what was kept and what to do. Everything else stays the exception it is.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, OperationalError


@dataclass(frozen=True, slots=True)
class _Cause:
    code: str
    sentence: str


_CAUSES = {
    "locked": "The till's database is in use by another program. Nothing was changed; "
    "close the other program and try again.",
    "full": "The disk is full. Nothing was changed and everything saved before is kept; "
    "free some space, then try again.",
    "read_only": "The till's database cannot be written to. Everything saved before is kept; "
    "give this user the right to write to the data folder, then start again.",
    "corrupt": "The till's database is damaged. Stop using this till, keep its data folder as it "
    "is, and call support: what was synced is safe at head office.",
    "cannot_open": "The till's database cannot be opened. Nothing was changed; check that the "
    "data folder exists, that its disk is connected and that this user may read it.",
    "unreachable": "The head office's database cannot be reached. Nothing was changed; "
    "check that it runs and try again.",
}
_SQLITE_CODES = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_IOERR: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "corrupt",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
}
_SQLITE_EXTENDED = {
    sqlite3.SQLITE_IOERR_READ: "cannot_open",
    sqlite3.SQLITE_IOERR_FSTAT: "cannot_open",
    sqlite3.SQLITE_IOERR_ACCESS: "cannot_open",
}


class StoreUnavailable(Exception):  # noqa: N818 (it names a state that people read about)
    """The database cannot be used right now; the transaction was rolled back.

    Attributes:
        code: ``locked``, ``full``, ``read_only``, ``corrupt``, ``cannot_open``, ``unreachable``.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(_CAUSES[code])


def known_error(error: BaseException) -> StoreUnavailable | None:
    """The environment's error behind an exception, or None when it is a defect."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        extended = getattr(original, "sqlite_errorcode", 0)
        code = _SQLITE_EXTENDED.get(extended) or _SQLITE_CODES.get(extended & 0xFF)
        return StoreUnavailable(code, str(original)) if code else None
    if isinstance(error, OperationalError) and error.connection_invalidated:
        return StoreUnavailable("unreachable", str(original))
    if isinstance(error, OperationalError) and getattr(original, "sqlstate", "") is None:
        return StoreUnavailable("unreachable", str(original))
    return None
