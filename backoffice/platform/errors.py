"""Answers that are no pages: each with a status, a code for machines and a sentence."""

from __future__ import annotations


class WebError(Exception):
    """A request that is answered with a problem instead of what it asked for.

    Attributes:
        status: the HTTP status.
        code: stable name for machines and tests.
        message: one sentence for people: what happened and what to do.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        self.message = message
        super().__init__(message)


class SignInNeeded(WebError):  # noqa: N818 (it names what is needed)
    """Nobody is signed in, or the session is over."""

    def __init__(self) -> None:
        super().__init__(401, "session.needed", "Please sign in; your session has ended.")


class Forbidden(WebError):  # noqa: N818 (HTTP's own word)
    """Somebody is signed in who may not do this."""

    def __init__(self, code: str = "role.missing", message: str = "") -> None:
        sentence = message or "Your role does not allow this. Ask an administrator for it."
        super().__init__(403, code, sentence)


class NotFound(WebError):  # noqa: N818 (HTTP's own word)
    """What was asked for is not here."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(404, code, message)


class BadFilter(WebError):  # noqa: N818 (it names the input)
    """A page position or filter in the address that nobody can have been given."""

    def __init__(self, message: str) -> None:
        super().__init__(400, "filter.invalid", message)
