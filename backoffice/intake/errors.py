"""Answers to tills that are not 200."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 (the protocol's word)
    """A request that is answered with a problem; its transaction is rolled back.

    Attributes:
        status: the HTTP status.
        code: stable name that the till acts on.
        head, head_hash: with 409, where the journal ends here.
        forget: the till must not keep customer data.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        head: int = 0,
        head_hash: bytes = b"",
        forget: bool = False,
    ) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.head = head
        self.head_hash = head_hash
        self.forget = forget
        super().__init__(message)
