"""Why the head office could not be talked to, told apart by what the till does next."""

from __future__ import annotations

from retail.contract.envelope import Problem

NOT_HEAD_OFFICE = "not_head_office"
"""Code of a refusal by a server that is no head office."""


class SyncError(Exception):
    """Anything that ends a request; ``str()`` is the sentence for people."""


class NoAnswer(SyncError):  # noqa: N818 (what happened)
    """Nobody answered: the cable, the network, or the head office is down. Worth retrying.

    Attributes:
        reached: the server was reached, so the network is not to blame.
    """

    def __init__(self, message: str, *, reached: bool, retry_after: float = 0.0) -> None:
        self.reached = reached
        self.retry_after = retry_after
        super().__init__(message)


class Rejected(SyncError):  # noqa: N818 (what happened)
    """The head office said no."""

    def __init__(self, status: int, problem: Problem) -> None:
        self.status = status
        self.problem = problem
        super().__init__(problem.message)
