"""The one error type of the domain: a code for machines and a sentence for people."""

from __future__ import annotations


class RetailError(Exception):
    """A rule of selling was broken by the input, never by the program.

    Args:
        code: stable name for machines and tests, such as ``gtin.check_digit``.
        message_id: the English sentence, a gettext id with ``%(name)s`` places.
        **params: values for those places.
    """

    def __init__(self, code: str, message_id: str, /, **params: object) -> None:
        self.code = code
        self.message_id = message_id
        self.params = params
        super().__init__(message_id % params)
