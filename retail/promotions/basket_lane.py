"""Basket promotions: thresholds, their turn, and their shares on the lines.

Source: pricing vectors, Basket lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retail.money import allocate, divide_half_away
from retail.promotions.rules import (
    EXACT,
    BasketAmount,
    BasketMechanic,
    BasketPercent,
    BasketTier,
    Promotion,
    ThresholdBase,
)


@dataclass(frozen=True, slots=True)
class BasketOffer:
    """A basket promotion on a board: ``lines`` are in scope, ``gross`` is their whole worth."""

    promotion: Promotion
    lines: tuple[int, ...]
    gross: int

    @property
    def mechanic(self) -> BasketMechanic:
        """The promotion's mechanic; only basket promotions become basket offers."""
        mechanic = self.promotion.mechanic
        assert isinstance(mechanic, BasketMechanic)  # noqa: S101 (narrows the type)
        return mechanic

    @property
    def turn(self) -> tuple[int, str]:
        """What decides the order of application."""
        return (self.mechanic.terms.priority, self.promotion.promo_id)


@dataclass(frozen=True, slots=True)
class BasketShare:
    """The discount of one basket promotion and its shares, for every line of the board."""

    offer: BasketOffer
    discount: int
    shares: tuple[int, ...]


def offered(mechanic: BasketMechanic, base: int, amount: int) -> int:
    """The discount in minor units for a threshold base and the amount that is left to reduce.

    0 when the threshold is not reached.
    """
    if base < mechanic.terms.min_spend or amount <= 0:
        return 0
    if isinstance(mechanic, BasketPercent):
        rate = reached(mechanic.tiers, base) if mechanic.bp is None else mechanic.bp
        return divide_half_away(amount * rate, EXACT)
    value = reached(mechanic.tiers, base) if mechanic.amount is None else mechanic.amount
    if mechanic.step is not None:
        value *= base // mechanic.step
    return min(value, amount)


def reached(tiers: Sequence[BasketTier], base: int) -> int:
    """The value of the highest tier that a base reaches, 0 for none."""
    value = 0
    for tier in tiers:
        if tier.minimum <= base:
            value = tier.value
    return value


def least_net(offer: BasketOffer) -> int:
    """What the item lane must leave of the lines in scope for the promotion to give anything."""
    mechanic = offer.mechanic
    if mechanic.terms.base is ThresholdBase.GROSS:
        return 0
    tiers = [tier.minimum for tier in mechanic.tiers]
    step = mechanic.step if isinstance(mechanic, BasketAmount) else None
    return max(mechanic.terms.min_spend, min(tiers, default=0), step or 0)


def apply_in_turn(
    chosen: Sequence[BasketOffer], amounts: Sequence[int]
) -> tuple[BasketShare, ...] | None:
    """Apply basket promotions one after another; None when one of them gives nothing.

    Args:
        chosen: in the order of their turns.
        amounts: minor units per line after the item lane.
    """
    current = list(amounts)
    found: list[BasketShare] = []
    for offer in chosen:
        discount = _discount(offer, amounts, current)
        if discount < 1:
            return None
        parts = allocate(discount, [current[i] for i in offer.lines])
        shares = [0] * len(current)
        for line, part in zip(offer.lines, parts, strict=True):
            shares[line] = part
            current[line] -= part
        found.append(BasketShare(offer, discount, tuple(shares)))
    return tuple(found)


def together_on(chosen: Sequence[BasketOffer], amount: int) -> int | None:
    """What promotions on the very same lines give together when these lines leave ``amount``.

    Sums are enough here: where a discount goes does not change the next one.
    """
    left = amount
    for offer in chosen:
        base = _base(offer, amount, left)
        discount = _capped(offer, offered(offer.mechanic, base, left))
        if discount < 1:
            return None
        left -= discount
    return amount - left


def _capped(offer: BasketOffer, discount: int) -> int:
    cap = offer.promotion.max_discount
    return discount if cap is None else min(discount, cap)


def _discount(offer: BasketOffer, amounts: Sequence[int], current: Sequence[int]) -> int:
    left = sum(current[i] for i in offer.lines)
    base = _base(offer, sum(amounts[i] for i in offer.lines), left)
    return _capped(offer, offered(offer.mechanic, base, left))


def _base(offer: BasketOffer, net: int, left: int) -> int:
    """What the threshold counts: the gross, what the item lane left, or what is left by now."""
    bases = {
        ThresholdBase.GROSS: offer.gross,
        ThresholdBase.NET: net,
        ThresholdBase.RUNNING: left,
    }
    return bases[offer.mechanic.terms.base]
