"""A promotion in plain words: what it gives, and on which conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from retail.promotions import rules
from retail.promotions.rules import Promotion, Selector

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WHOLE = 10_000
_FEW = 3


@dataclass(frozen=True, slots=True)
class Words:
    """How amounts are written, and what categories are called."""

    money: Callable[[int], str]
    categories: Mapping[str, str]

    def goods(self, selector: Selector | None) -> str:
        """What a selector takes."""
        if selector is None:
            return "everything"
        parts = [self.categories.get(key, key) for key in sorted(selector.categories)]
        parts += [f"“{tag}”" for tag in sorted(selector.tags)]
        articles = sorted(selector.articles)
        if len(articles) > _FEW:
            parts.append(f"{len(articles)} articles")
        else:
            parts += articles
        return ", ".join(parts) or "nothing"


def offer(promotion: Promotion, words: Words) -> str:
    """What the promotion gives, as one sentence."""
    text = _on_units(promotion, words) or _on_sets(promotion, words)
    return text or _on_the_whole(promotion, words)


def _on_units(promotion: Promotion, words: Words) -> str:
    """What is given on single units; empty for other promotions."""
    goods = words.goods(promotion.scope)
    match promotion.mechanic:
        case rules.Percent(bp=bp):
            text = f"{percent(bp)} off each of {goods}"
        case rules.AmountOff(amount=amount):
            text = f"{words.money(amount)} off each of {goods}"
        case rules.FixedPrice(price=price):
            text = f"{goods} for {words.money(price)} each"
        case rules.TierQuantity(tiers=tiers):
            steps = (f"from {t.minimum}: {_reward(words, bp=t.bp, price=t.price)}" for t in tiers)
            text = f"{goods}, {'; '.join(steps)}"
        case rules.Gift() as gift:
            each = "For every" if gift.repeat else "From"
            given = f"one of {words.goods(gift.gift)} free"
            text = f"{each} {words.money(gift.min_spend)} spent on {goods}: {given}"
        case _:
            text = ""
    return text


def _on_sets(promotion: Promotion, words: Words) -> str:
    """What is given on units together; empty for other promotions."""
    goods = words.goods(promotion.scope)
    match promotion.mechanic:
        case rules.NFor(n=n, price=price):
            text = f"Any {n} of {goods} for {words.money(price)}"
        case rules.CheapestFree(n=n, free=free, bp=bp):
            which = "the cheapest is" if free == 1 else f"the {free} cheapest are"
            text = f"Of any {n} of {goods} {which} {_reward(words, bp=bp)}"
        case rules.BuyGet() as deal:
            reward = _reward(words, bp=deal.bp, amount=deal.amount, price=deal.price)
            bought = f"Buy {deal.buy_qty} of {words.goods(deal.buy)}"
            text = f"{bought}, get {deal.get_qty} of {words.goods(deal.get)} {reward}"
        case rules.Bundle() as bundle:
            slots = " + ".join(f"{slot.qty} of {words.goods(slot.scope)}" for slot in bundle.slots)
            together = _reward(words, bp=bundle.bp, amount=bundle.amount, price=bundle.price)
            text = f"{slots} {together}"
        case _:
            text = ""
    return text


def _on_the_whole(promotion: Promotion, words: Words) -> str:
    """What is given on the whole basket, in money or in points."""
    goods = words.goods(promotion.scope)
    match promotion.mechanic:
        case rules.BasketPercent() as basket:
            steps = [f"{percent(basket.bp)} off {goods}"] if basket.bp is not None else []
            steps += [f"{percent(t.value)} from {words.money(t.minimum)}" for t in basket.tiers]
            text = _from(basket.terms, "; ".join(steps), words)
        case rules.BasketAmount(step=step, amount=amount) as basket:
            steps = [f"{words.money(amount)} off {goods}"] if amount is not None else []
            steps += [f"{words.money(t.value)} from {words.money(t.minimum)}" for t in basket.tiers]
            every = f" for every {words.money(step)}" if step else ""
            text = _from(basket.terms, "; ".join(steps) + every, words)
        case rules.PointsMultiplier(factor_pct=factor):
            text = f"{factor} % of the points on {goods}"
        case rules.PointsBonus(points=points, min_spend=least):
            start = f" from {words.money(least)}" if least else ""
            text = f"{points} points more on {goods}{start}"
        case rules.Draw() as draw:
            most = f", at most {draw.max_tickets}" if draw.max_tickets else ""
            text = f"{draw.tickets} tickets for every {words.money(draw.step)} of {goods}{most}"
        case other:
            text = type(other).__name__
    return text


def conditions(promotion: Promotion, words: Words) -> tuple[str, ...]:
    """When, where and for whom it holds, and how often, one fact a line."""
    stacking, limits = _stacking(promotion), _limits(promotion, words)
    return (*_circumstances(promotion.conditions), *stacking, *limits)


def percent(bp: int) -> str:
    """``12.5 %`` for 1250 basis points."""
    whole, rest = divmod(bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + " %"


def _reward(
    words: Words, *, bp: int | None = None, amount: int | None = None, price: int | None = None
) -> str:
    if price is not None:
        return f"for {words.money(price)}"
    if amount is not None:
        return f"at {words.money(amount)} off"
    return "free" if bp in {None, _WHOLE} else f"at {percent(bp or 0)} off"


def _from(terms: rules.BasketTerms, text: str, words: Words) -> str:
    return f"{text} from {words.money(terms.min_spend)}" if terms.min_spend else text


def _circumstances(held: rules.Conditions) -> Iterator[str]:
    if held.valid_from or held.valid_to:
        yield f"Valid {_moment(held.valid_from)} to {_moment(held.valid_to)}"
    if held.window:
        days = ", ".join(_DAYS[day - 1] for day in sorted(held.window.days)) or "Every day"
        yield f"{days} {_time(held.window.start)}–{_time(held.window.end)}"
    for title, values in (
        ("Stores", held.stores),
        ("Channels", held.channels),
        ("Customers", held.tiers),
        ("Segments", held.segments),
        ("Paid by", held.tenders),
    ):
        if values:
            yield f"{title}: {', '.join(sorted(values))}"
    if held.coupon:
        yield f"Coupon {held.coupon.code}"


def _stacking(promotion: Promotion) -> Iterator[str]:
    if promotion.exclusive:
        yield "Not with any other promotion"
    if promotion.exclusive_group:
        yield f"One of the group {promotion.exclusive_group}"
    if promotion.manufacturer_funded:
        yield "Paid by the manufacturer"


def _limits(promotion: Promotion, words: Words) -> Iterator[str]:
    held = promotion.conditions
    if promotion.exclude is not None:
        yield f"Not on {words.goods(promotion.exclude)}"
    for value, text in (
        (promotion.max_applications, "At most {} times a basket"),
        (promotion.max_units, "At most {} units a basket"),
        (held.customer_limit, "At most {} times a customer"),
        (held.stock_left, "{} units are left"),
    ):
        if value is not None:
            yield text.format(value)
    if promotion.max_discount is not None:
        yield f"At most {words.money(promotion.max_discount)} a basket"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "…"


def _time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
