"""Why the open basket costs what it costs: what became of every promotion, and why.

These run on the writer thread, whose connection keeps the engine that priced the basket; no other
thread may touch it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from pos_app.checkout import drafts, promotions, queries
from pos_app.checkout.drafts import Draft
from pos_app.checkout.promotions import SetAside
from pos_app.till.service import TillSession
from retail.errors import RetailError
from retail.pricing import context_of, pricing_line
from retail.pricing_terms import PricingTerms
from retail.promotions.explanation import Explanation, Parts, explain, loss
from retail.promotions.explanation.basket_view import BasketView, selectors_asked
from retail.promotions.explanation.reasons import concerned_by
from retail.promotions.hints import Hint, hints
from retail.promotions.results import Optimum
from retail.promotions.rules import EXACT, PricingLine, SaleContext


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a promotion.

    Attributes:
        lines: numbers of the basket's lines that are its articles, barred ones included.
        savings: minor units that it took off, by the number of the line.
        again: what an applied promotion lacks to hold once more.
    """

    explanation: Explanation
    lines: frozenset[int] = frozenset()
    savings: Mapping[int, int] = field(default_factory=dict, hash=False)
    again: Hint | None = None


@dataclass(frozen=True, slots=True)
class WhyThisPrice:
    """Everything there is to say about the price of a basket.

    Attributes:
        told: by promotion id.
        set_aside: promotions of the basket's set that cannot be read at this till.
        better_by: no choice of promotions is cheaper by more minor units; 0 where it is proved.
        names: of the articles and categories that the explanations mention.
    """

    currency: str
    told: tuple[Told, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    better_by: int = 0
    names: Mapping[str, str] = field(default_factory=dict, hash=False)


def why(tx: Connection, session: TillSession) -> WhyThisPrice | None:
    """Explain the price of the open basket; None when it is empty."""
    draft = drafts.current(tx)
    if draft is None or not draft.basket.lines:
        return None
    currency = draft.basket.currency
    terms = promotions.terms_of(tx, session.store, draft)
    if terms is None:
        return WhyThisPrice(currency)
    case = _Case.of(draft, terms)
    told = case.told()
    return WhyThisPrice(
        currency=currency,
        told=told,
        set_aside=_set_aside(tx, terms.promotions.set_aside),
        better_by=-(-(case.optimum.minimised - case.optimum.bound) // EXACT),
        names=queries.names_of(tx, _words(told)),
    )


def dearer_with(tx: Connection, session: TillSession, promo_id: str) -> int | None:
    """By how many minor units the open basket would be dearer with a promotion that lost.

    None where it cannot be applied at all. It may take long in large baskets.

    Raises:
        RetailError: ``why.gone`` when the basket has no such promotion.
    """
    draft = drafts.current(tx)
    terms = None if draft is None else promotions.terms_of(tx, session.store, draft)
    if draft is None or terms is None or promo_id not in terms.promotions.known:
        raise RetailError("why.gone", "This offer does not belong to the open basket.")
    case = _Case.of(draft, terms)
    return loss(terms.promotions.engine, case.lines, case.context, case.optimum, promo_id)


@dataclass(frozen=True, slots=True)
class _Case:
    """The basket as the engine saw it, and what the engine chose."""

    terms: PricingTerms
    context: SaleContext
    lines: tuple[PricingLine, ...]
    optimum: Optimum

    @classmethod
    def of(cls, draft: Draft, terms: PricingTerms) -> _Case:
        seen = (pricing_line(line) for line in draft.basket.lines)
        lines = tuple(line for line in seen if line is not None)
        # The engine remembers what it solved for the price on the screen.
        context = context_of(draft.basket, terms)
        return cls(terms, context, lines, terms.promotions.engine.optimise(lines, context))

    def told(self) -> tuple[Told, ...]:
        engine, context = self.terms.promotions.engine, self.context
        about, savings = self._about(), self._savings()
        again = {
            one.promo_id: one for one in hints(engine.active(context), self.lines, self.optimum)
        }
        return tuple(
            Told(
                explanation=one,
                lines=about.get(one.promo_id, frozenset()),
                savings=savings.get(one.promo_id, {}),
                again=again.get(one.promo_id) if one.promo_id in savings else None,
            )
            for one in explain(engine, self.lines, context, self.optimum)
        )

    def _about(self) -> dict[str, frozenset[int]]:
        """The lines of each promotion that names something in the basket."""
        view = BasketView(self.lines, self.optimum)
        return {
            promotion.promo_id: frozenset(
                int(self.lines[place].line_id)
                for selector in set(selectors_asked(promotion))
                for place in view.selected(selector)
            )
            for promotion in concerned_by(self.terms.promotions.engine, view)
        }

    def _savings(self) -> dict[str, dict[int, int]]:
        return {
            one.promo_id: {
                int(line.line_id): minor
                for line, minor in zip(self.lines, one.shares, strict=True)
                if minor
            }
            for one in self.optimum.applied
        }


def _set_aside(tx: Connection, wanted: Iterable[str]) -> tuple[SetAside, ...]:
    """The newest version of each that is on record."""
    known = {one.promotion: one for one in promotions.set_aside(tx)}
    return tuple(known.get(one) or SetAside(one, 0, one, "") for one in sorted(wanted))


def _words(told: Iterable[Told]) -> set[str]:
    """What the parts of sets are called in the rules: numbers and keys, which nobody knows."""
    values = (value for one in told for value in one.explanation.params.values())
    return {
        word
        for value in values
        if isinstance(value, Parts)
        for _, words in value.parts
        for word in words
    }
