"""Figures for Prometheus: its text format, and counters that threads share.

Source: Prometheus, "Exposition formats", text-based format 0.0.4.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One value; ``suffix`` goes behind the family's name."""

    value: float
    labels: Labels
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A metric with its samples; ``kind`` is counter, gauge or histogram."""

    name: str
    kind: str
    help: str
    samples: Sequence[Sample]


def gauge(name: str, help_: str, samples: Iterable[tuple[Labels, float]]) -> Family:
    """A family of values that go up and down."""
    return Family(name, "gauge", help_, [Sample(value, labels) for labels, value in samples])


def text(families: Iterable[Family]) -> str:
    """Families in the text format; one without samples is left out."""
    return "".join(line for family in families if family.samples for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {_escaped(family.help, quotes=False)}\n"
    yield f"# TYPE {family.name} {family.kind}\n"
    for sample in family.samples:
        labels = ",".join(f'{name}="{_escaped(v)}"' for name, v in sample.labels.items())
        where = f"{{{labels}}}" if labels else ""
        yield f"{family.name}{sample.suffix}{where} {sample.value!r}\n"


def _escaped(value: str, *, quotes: bool = True) -> str:
    plain = value.replace("\\", r"\\").replace("\n", r"\n")
    return plain.replace('"', r"\"") if quotes else plain


class Counter:
    """Counts by the value of one label."""

    def __init__(self, name: str, help_: str, label: str) -> None:
        self._name = name
        self._help = help_
        self._label = label
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._lock = threading.Lock()

    def add(self, value: str, count: int = 1) -> None:
        """Count so many more."""
        with self._lock:
            self._counts[value] += count

    def family(self) -> Family:
        """The counts so far."""
        with self._lock:
            counts = sorted(self._counts.items())
        samples = [Sample(count, {self._label: value}) for value, count in counts]
        return Family(self._name, "counter", self._help, samples)


class Histogram:
    """Counts by size.

    Args:
        bounds: upper bounds of the buckets, ascending; everything above goes into one more.
    """

    def __init__(self, name: str, help_: str, bounds: Sequence[float]) -> None:
        self._name = name
        self._help = help_
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(bounds) + 1)
        self._sum: float = 0
        self._lock = threading.Lock()

    def observe(self, value: float) -> None:
        """Count one of this size."""
        with self._lock:
            self._counts[bisect_left(self._bounds, value)] += 1
            self._sum += value

    def family(self) -> Family:
        """Cumulated counts, as the format wants them."""
        with self._lock:
            counts, total = list(self._counts), self._sum
        samples, below = [], 0
        for bound, count in zip((*map(repr, self._bounds), "+Inf"), counts, strict=True):
            below += count
            samples.append(Sample(below, {"le": bound}, "_bucket"))
        samples += [Sample(total, {}, "_sum"), Sample(below, {}, "_count")]
        return Family(self._name, "histogram", self._help, samples)
