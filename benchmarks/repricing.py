"""A basket priced anew after a scan: time, proofs, growth, and a web shop on the same offers.

From scratch means that the promotions are compiled, as they are once per snapshot, and nothing is
remembered of any basket. The floor is the same call on the same lines without a promotion. A
percentile is one of baskets: each is timed a few times and its least counts, so that a neighbour
on a shared machine does not pass for a hard basket. Milliseconds are judged beside a control.
"""

from __future__ import annotations

import gc
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from benchmarks import control, web_shop
from benchmarks.measure import Row, seconds, times
from benchmarks.pricing_world import Shop, stress, typical
from retail.promotions.engine import PromotionEngine
from retail.promotions.rules import PricingLine

_BASKETS, _HARD, _EACH = 60, 10, 40
_REPEATS = 3
_LINES = (10, 50, 200)
_PROMOTIONS = (50, 500, 2_000, 5_000)


@dataclass(slots=True)
class _Timings:
    """Seconds of each basket with promotions and without, and of the control beside them.

    ``unproved`` counts the baskets that were not proved.
    """

    ours: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    control: list[float] = field(default_factory=list)
    unproved: int = 0

    def row(self, name: str, milliseconds: float, goal: float, note: str) -> Row:
        """A row about a time: at the reference's pace, with what the clock showed in the note."""
        pace = control.pace(self.control)
        if pace > 1:
            note = f"{note}; {milliseconds:.1f} ms here, where the control takes {pace:.2f} times"
        return Row(
            name=name,
            unit="ms",
            value=round(milliseconds / pace, 2),
            goal=goal,
            ours=times(self.ours),
            floor=times(self.floor),
            note=note,
        )

    def count(self, name: str, unit: str, goal: float, note: str) -> Row:
        """A row about what was not proved."""
        return Row(name, unit, self.unproved, goal, times(self.ours), times(self.floor), note)


def measure() -> list[Row]:
    """All rows."""
    return [*_typical(), *_long(), *_stress(), *web_shop.measure(), *_growth()]


def _timed(shop: Shop, lines: int, baskets: int, repeats: int = _REPEATS) -> _Timings:
    """Each basket from scratch, and with all but its last line remembered."""
    rng = Random(f"{lines} lines")
    engine, bare = PromotionEngine(shop.promotions), PromotionEngine(())
    engine.optimise(shop.basket(rng, lines), shop.context)
    # What the set-up left behind is not this basket's garbage to collect.
    gc.collect()
    gc.freeze()
    found = _Timings()
    for _ in range(baskets):
        basket = shop.basket(rng, lines)
        rounds = [_round(engine, bare, shop, basket) for _ in range(repeats)]
        fastest = map(min, zip(*rounds, strict=True))
        kept = (found.ours, found.floor, found.again, found.control)
        for taken, least in zip(kept, fastest, strict=True):
            taken.append(least)
        found.unproved += not engine.optimise(basket, shop.context).proved
    gc.unfreeze()
    return found


def _round(
    engine: PromotionEngine, bare: PromotionEngine, shop: Shop, basket: Sequence[PricingLine]
) -> tuple[float, float, float, float]:
    """Seconds from scratch, without promotions, with all but the last line remembered; control."""
    engine.forget()
    ours = seconds(lambda: engine.optimise(basket, shop.context))
    floor = seconds(lambda: bare.optimise(basket, shop.context))
    engine.forget()
    engine.optimise(basket[:-1], shop.context)
    again = seconds(lambda: engine.optimise(basket, shop.context))
    return ours, floor, again, seconds(control.work)


def _typical() -> list[Row]:
    shop = typical(2_000)
    by_lines = {lines: _timed(shop, lines, _BASKETS) for lines in (10, 20, 50)}
    lane = _timed(shop.with_basket_lane(), 50, _BASKETS)
    most = by_lines[50]
    sizes = ", ".join(f"{n} lines {_p95(t.ours):.1f} ms" for n, t in by_lines.items())
    unproved = replace(most, unproved=sum(t.unproved for t in by_lines.values()))
    again = replace(most, ours=most.again)
    lane_note = f"storewide 5 %, 10.00 from 100.00 net, members' 3 %; {lane.unproved} unproved"
    lane_scan = f"one more scan {_p95(lane.again):.1f} ms"
    return [
        most.row("50 lines × 2,000 promotions, p95", _p95(most.ours), 20, f"p95 of {sizes}"),
        again.row("and one more scan, p95", _p95(most.again), 5, "49 lines remembered"),
        unproved.count("not proved least", f"of {3 * _BASKETS}", 0, "10, 20 and 50 lines"),
        lane.row("with 3 promotions on the basket, p95", _p95(lane.ours), 100, lane_note),
        lane.count("not proved least (basket lane)", f"of {_BASKETS}", 6, lane_scan),
    ]


def _long() -> list[Row]:
    found = _timed(typical(500), 200, _BASKETS)
    again = f"one more scan {_p95(found.again):.1f} ms; longest {max(found.ours) * 1e3:.0f} ms"
    return [
        found.row("200 lines × 500 promotions, p95", _p95(found.ours), 200, again),
        found.count(
            "not proved least (200 lines)", f"of {_BASKETS}", 1, "a budget of nodes ends it"
        ),
    ]


def _stress() -> list[Row]:
    found = _timed(stress(), 50, _HARD)
    middle = (
        f"median {statistics.median(found.ours) * 1e3:.0f} ms; 20 % category-wide, 12 storewide"
    )
    return [
        found.row("50 lines × 2,000 overlapping, longest", max(found.ours) * 1e3, 1_000, middle),
        found.count(
            "not proved least (overlapping)", f"of {_HARD}", 1, "a budget of nodes ends it"
        ),
    ]


def _growth() -> list[Row]:
    """Slopes of log time against log size, 1 is linear: of what every scan costs."""
    shop = typical(500)
    lines = {n: _timed(shop, n, _EACH, repeats=1) for n in _LINES}
    promotions = {n: _timed(typical(n), 20, _EACH, repeats=1) for n in _PROMOTIONS}
    return [
        _slope("a scan's growth with lines", lines, 1.1, "500 promotions"),
        _slope("a scan's growth with promotions", promotions, 1.0, "20 lines"),
    ]


def _slope(name: str, by_size: dict[int, _Timings], goal: float, note: str) -> Row:
    scans = {size: statistics.median(t.again) for size, t in by_size.items()}
    whole = {size: statistics.median(t.ours) for size, t in by_size.items()}
    told = ", ".join(f"{size:,}: {median * 1e3:.2f} ms" for size, median in scans.items())
    scratch = ", ".join(f"{size:,}: {median * 1e3:.2f} ms" for size, median in whole.items())
    steeper = fitted(list(whole), list(whole.values()))
    largest = by_size[max(by_size)]
    return Row(
        name=name,
        unit="slope",
        value=round(fitted(list(scans), list(scans.values())), 2),
        goal=goal,
        ours=times(largest.again),
        floor=times(largest.floor),
        note=f"{note}; medians {told}; from scratch the slope is {steeper:.2f} ({scratch})",
    )


def fitted(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The least-squares slope of log value against log size."""
    return statistics.linear_regression(
        [math.log(size) for size in sizes], [math.log(value) for value in values]
    ).slope


def _p95(taken: Sequence[float]) -> float:
    """Milliseconds."""
    return times(taken).p95 / 1e3
