"""A plan of what is to go wrong on a till's way to head office, read from a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

from retail.errors import RetailError

_Share = Annotated[float, msgspec.Meta(gt=0, le=1)]
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=3600)]
_Status = Annotated[int, msgspec.Meta(ge=400, le=599)]


class FaultKind(StrEnum):
    """What may happen to a request."""

    REQUEST_LOST = "request_lost"
    """Head office never sees it."""
    ANSWER_LOST = "answer_lost"
    """Head office has handled it; the till hears nothing."""
    DOUBLED = "doubled"
    """It arrives twice."""
    LATE = "late"
    """It arrives after the till has given up, behind later ones."""
    OLD = "old"
    """An earlier request arrives once more before it."""
    REQUEST_CUT = "request_cut"
    """A part of its body arrives."""
    TRUNCATED = "truncated"
    """The answer breaks off."""
    DAMAGED = "damaged"
    """A bit of the answer is another."""
    STALE = "stale"
    """The answer to an earlier request comes instead."""
    DELAY = "delay"
    """It waits on the way."""
    STATUS = "status"
    """Whatever stands in front of head office answers."""
    OFFLINE = "offline"
    """There is no network for a while."""


_NEEDS = {
    FaultKind.LATE: ("share", "seconds"),
    FaultKind.DELAY: ("share", "seconds"),
    FaultKind.STATUS: ("share", "status"),
    FaultKind.OFFLINE: ("from_seconds", "for_seconds"),
}


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault; which of the fields it has depends on its kind.

    Attributes:
        share: of the requests that it strikes.
        from_seconds, for_seconds: since the plan began, and how long.
    """

    kind: FaultKind
    share: _Share | None = None
    seconds: _Seconds | None = None
    status: _Status | None = None
    from_seconds: _Seconds | None = None
    for_seconds: _Seconds | None = None

    def covers(self, elapsed: float) -> bool:
        """Whether it is a time without network, and this second is in it."""
        begins, lasts = self.from_seconds or 0.0, self.for_seconds or 0.0
        return self.kind is FaultKind.OFFLINE and begins <= elapsed < begins + lasts


class FaultPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes wrong; at most one fault strikes a request, equal seeds draw the same."""

    seed: int = 1
    faults: tuple[Fault, ...]


def read_plan(file: Path) -> FaultPlan:
    """The plan in a file.

    Raises:
        RetailError: ``faults.file`` names the field that cannot be used.
    """
    try:
        plan = msgspec.json.decode(file.read_bytes(), type=FaultPlan)
    except OSError as problem:
        raise _unusable(file, problem.strerror or str(problem)) from problem
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise _unusable(file, str(problem).replace("$.", "")) from problem
    for at, fault in enumerate(plan.faults):
        wrong = _wrong(fault)
        if wrong:
            raise _unusable(file, f"faults[{at}] of kind {fault.kind} {wrong}")
    total = sum(fault.share or 0.0 for fault in plan.faults)
    if total > 1 + 1e-9:
        raise _unusable(file, f"the fields `share` add up to {total:g}, and 1 is all there is")
    return plan


def _wrong(fault: Fault) -> str:
    needed = _NEEDS.get(fault.kind, ("share",))
    for name in ("share", "seconds", "status", "from_seconds", "for_seconds"):
        given = getattr(fault, name) is not None
        if given != (name in needed):
            return f"has no use for the field `{name}`" if given else f"lacks the field `{name}`"
    return ""


def _unusable(file: Path, why: str) -> RetailError:
    return RetailError(
        "faults.file",
        "The fault plan %(file)s cannot be used: %(why)s. Nothing was sold.",
        file=file,
        why=why,
    )
