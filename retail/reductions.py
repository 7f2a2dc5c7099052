"""What people take off by hand, after promotions: first line by line, then off the basket.

A reduction never takes more than is there, and nothing off articles whose price is fixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retail.loyalty import share_out
from retail.money import divide_half_away
from retail.tax import MILLION


@dataclass(frozen=True, slots=True)
class Cut:
    """A share in parts per million, or an amount in minor units; the other is 0.

    Attributes:
        most_ppm: the share that it may take at most: an amount that was allowed for ten pieces is
            not allowed for the one that is left.
    """

    ppm: int = 0
    minor: int = 0
    most_ppm: int = MILLION

    def of(self, amount: int, measured: int | None = None) -> int:
        """What it takes off an amount that is not below 0; halves away from zero.

        Args:
            measured: what ``most_ppm`` is a share of, where that is more than the amount.
        """
        if not (self.ppm or self.minor):
            return 0
        whole = amount if measured is None else measured
        most = min(amount, divide_half_away(whole * self.most_ppm, MILLION))
        return min(self.minor or divide_half_away(amount * self.ppm, MILLION), most)

    def share_of(self, amount: int) -> int:
        """How much of an amount it wants to take, in parts per million."""
        return self.ppm or share_of(self.minor, amount)


def share_of(part: int, whole: int) -> int:
    """A part of an amount in parts per million; all of it where there is no amount."""
    if part <= 0:
        return 0
    return divide_half_away(part * MILLION, whole) if whole > 0 else MILLION


NO_CUT = Cut()


@dataclass(frozen=True, slots=True)
class Cuts:
    """What is to be taken off by hand.

    Attributes:
        lines: in the order of the priced lines; empty for none on any.
        basket: taken off what all lines that may be reduced still cost together.
        fixed: lines that nothing may be taken off, by their place.
    """

    lines: tuple[Cut, ...] = ()
    basket: Cut = NO_CUT
    fixed: frozenset[int] = frozenset()

    def only(self, places: Sequence[int]) -> Cuts:
        """The cuts of some of the lines, which follow one another anew."""
        return Cuts(
            lines=tuple(self.lines[place] for place in places) if self.lines else (),
            basket=self.basket,
            fixed=frozenset(new for new, place in enumerate(places) if place in self.fixed),
        )


NO_CUTS = Cuts()


@dataclass(frozen=True, slots=True)
class TakenOff:
    """What was taken off each line, in minor units: for itself, and as its share of the basket."""

    lines: tuple[int, ...]
    basket: tuple[int, ...]

    @property
    def shares(self) -> tuple[int, ...]:
        """Both together, line by line."""
        return tuple(a + b for a, b in zip(self.lines, self.basket, strict=True))


def taken_off(cuts: Cuts, amounts: Sequence[int], order: Sequence[int]) -> TakenOff:
    """What cuts take off lines.

    The basket's cut is shared out by largest remainder over what each line still costs.

    Args:
        amounts: what each line costs after promotions, in minor units, not below 0.
        order: canonical order of the lines; of equal remainders the earlier gets more.
    """
    own = cuts.lines or (NO_CUT,) * len(amounts)
    open_ = [0 if place in cuts.fixed else amount for place, amount in enumerate(amounts)]
    off = tuple(cut.of(amount) for cut, amount in zip(own, open_, strict=True))
    left = [amount - cut for amount, cut in zip(open_, off, strict=True)]
    basket = cuts.basket.of(sum(left), sum(amounts) - sum(off))
    return TakenOff(off, share_out(basket, left, order))
