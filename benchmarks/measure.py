"""Interleaved timings: the thing and its floor in turn, so that a noisy machine hits both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Times:
    """Microseconds over all rounds."""

    least: float
    p50: float
    p95: float
    rounds: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: ``value`` (of ``unit``) must not exceed ``goal``."""

    name: str
    unit: str
    value: float
    goal: float
    ours: Times
    floor: Times
    note: str

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.value <= self.goal

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "met": self.met}


def seconds(act: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def times(taken: Sequence[float]) -> Times:
    """Summary of seconds."""
    ordered = sorted(taken)
    return Times(
        least=round(ordered[0] * 1e6, 1),
        p50=round(statistics.median(ordered) * 1e6, 1),
        p95=round(ordered[int(len(ordered) * 0.95)] * 1e6, 1),
        rounds=len(ordered),
    )


def ratio(ours: Sequence[float], floor: Sequence[float]) -> float:
    """How many times the floor: the ratio of the medians."""
    return round(statistics.median(ours) / statistics.median(floor), 2)


def table(rows: Sequence[Row]) -> str:
    """The rows for people."""
    head = ("benchmark", "ours p50", "floor p50", "value", "goal", "")
    lines = [head] + [
        (
            row.name,
            f"{row.ours.p50:,.0f} µs",
            f"{row.floor.p50:,.0f} µs",
            f"{row.value:g} {row.unit}",
            f"≤ {row.goal:g}",
            "met" if row.met else "MISSED",
        )
        for row in rows
    ]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    notes = [f"  {row.name}: {row.note}" for row in rows]
    return "\n".join([*text, "", *notes])
