"""A record that cannot be booked before another one has arrived."""

from __future__ import annotations

from uuid import UUID

from retail.errors import RetailError


class WaitsFor(RetailError):  # noqa: N818 (it names what is missing)
    """Booked as soon as the record, or the next entries of the journal, ``missing`` are.

    Args:
        missing: a record's id or a journal's.
        what: what is missing, for people.
    """

    def __init__(self, missing: UUID, what: str) -> None:
        self.missing = missing
        super().__init__(
            "record.waiting", "It is kept and waits for %(what)s; nothing is to be done.", what=what
        )
