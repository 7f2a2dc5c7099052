"""Cases from JSON. Source: pricing vectors, Case.

Promotions are read strictly; elsewhere unknown fields are notes of the file's writer, unless they
look like a known field misspelt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retail.errors import RetailError
from retail.loyalty import PointsRules, Wish
from retail.money import CashRounding
from retail.promotions.reading import read_promotion
from retail.promotions.reading.fields import Fields
from retail.promotions.rules import Customer, PricingLine, Promotion, SaleContext
from retail.quote import CASH, CashRule, Payment, QuoteRequest
from retail.returns import Policy
from retail.tax import MILLION, TaxRounding, TaxRules

MOST_DIGITS = 4
_CASE = frozenset(
    {"lines", "context", "currency", "tax", "points", "redeem", "cash_rounding", "tenders"}
    | {"returns", "want_hints", "promos"}
)
_LINE = frozenset(
    {"id", "gtin", "unit_price", "qty", "weight_g", "category", "tags", "taxes"}
    | {"no_discount", "no_points"}
)
_CONTEXT = frozenset({"datetime", "store", "channel", "tender", "coupons", "customer"})
_CUSTOMER = frozenset({"id", "tier", "segments", "points", "used", "tax_exempt"})
_TAX = frozenset({"mode", "rounding", "rates", "combine", "rules", "manufacturer_coupon_taxable"})


@dataclass(frozen=True, slots=True)
class ReturnStep:
    """Units by line id that come back together."""

    units: Mapping[str, int]
    policy: Policy = Policy.PAID
    in_cash: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A basket with its promotions.

    Attributes:
        currency: its code, as written.
        exponent: decimal places of the currency.
        returns: None where the case asks for none.
    """

    case_id: str
    request: QuoteRequest
    promotions: tuple[Promotion, ...]
    currency: str
    exponent: int
    returns: tuple[ReturnStep, ...] | None = None


def raw_cases(document: object) -> list[object]:
    """The cases of a vector file, of a bare list, or a single case; each still to be read.

    Raises:
        RetailError: ``case.document`` for anything else.
    """
    if isinstance(document, Mapping):
        if "cases" not in document:
            return [document]
        document = document["cases"]
    if not isinstance(document, list):
        raise RetailError("case.document", "There are no cases in the file.")
    return document


def id_of(raw: object, position: int) -> str:
    """The case's own id, or its place in the file where it has none."""
    found = raw.get("id") if isinstance(raw, Mapping) else None
    return found if isinstance(found, str) and found else f"#{position}"


def read_case(raw: object) -> Case:
    """A case from its JSON object; null counts as absent.

    Raises:
        RetailError: ``case.…`` or, for promotions, ``promotion.…``; the sentence names the case
            and the field.
    """
    if not isinstance(raw, Mapping):
        raise RetailError("case.wrong_type", "A case must be a JSON object.")
    case_id = Fields(raw, "case", "A case").text("id")
    fields = Fields(raw, "case", f"Case {case_id}")
    fields.not_misspelt(_CASE)
    currency = fields.required_inner("currency")
    currency.not_misspelt(("code", "exponent"))
    tax = _tax(fields.required_inner("tax"))
    request = QuoteRequest(
        lines=_lines(fields, tax),
        context=_context(fields.required_inner("context")),
        tax=tax,
        points=_points(fields.inner("points")) if fields.has("points") else None,
        wish=_wish(fields.inner("redeem")) if fields.has("redeem") else None,
        cash=_cash(fields.inner("cash_rounding")),
        payments=tuple(_payment(tender) for tender in fields.objects("tenders")),
        want_hints=fields.flag("want_hints"),
    )
    return Case(
        case_id=case_id,
        request=request,
        promotions=_promotions(fields),
        currency=currency.text("code"),
        exponent=currency.integer("exponent", most=MOST_DIGITS),
        returns=_returns(fields, request.lines),
    )


def _lines(fields: Fields, tax: TaxRules) -> tuple[PricingLine, ...]:
    fields.required("lines")
    found: dict[str, PricingLine] = {}
    for inner in fields.objects("lines"):
        line = _line(inner, tax)
        if line.line_id in found:
            raise inner.fault("duplicate", "%(subject)s: %(field)s is not unique.", "id")
        found[line.line_id] = line
    return tuple(found.values())


def _line(line: Fields, tax: TaxRules) -> PricingLine:
    line.not_misspelt(_LINE)
    quantity = line.exactly_one("qty", "weight_g")
    taxes = line.texts("taxes")
    for position, code in enumerate(taxes):
        if code not in tax.rates:
            raise line.fault(
                "tax_code",
                "%(subject)s: %(field)s, tax code %(code)s, has no rate.",
                f"taxes[{position}]",
                code=code,
            )
    return PricingLine(
        line_id=line.text("id"),
        article=line.text("gtin"),
        unit_price=line.integer("unit_price"),
        quantity=line.integer(quantity, least=1),
        weighed=quantity == "weight_g",
        category=line.text("category", ""),
        tags=frozenset(line.texts("tags")),
        taxes=taxes,
        no_discount=line.flag("no_discount"),
        no_points=line.flag("no_points"),
    )


def _context(context: Fields) -> SaleContext:
    context.not_misspelt(_CONTEXT)
    return SaleContext(
        at=context.instant("datetime"),
        store=context.text("store", ""),
        channel=context.text("channel", ""),
        tender=context.optional_text("tender"),
        coupons=frozenset(context.texts("coupons")),
        customer=_customer(context.inner("customer")) if context.has("customer") else None,
    )


def _customer(customer: Fields) -> Customer:
    customer.not_misspelt(_CUSTOMER)
    return Customer(
        customer_id=customer.text("id"),
        tier=customer.optional_text("tier"),
        segments=frozenset(customer.texts("segments")),
        points=customer.optional_integer("points") or 0,
        used=_numbers(customer.inner("used"), None),
        tax_exempt=customer.flag("tax_exempt"),
    )


def _numbers(fields: Fields, most: int | None) -> dict[str, int]:
    return {name: fields.integer(name, most=most) for name in fields.values if fields.has(name)}


def _tax(tax: Fields) -> TaxRules:
    tax.not_misspelt(_TAX)
    rules = tax.inner("rules")
    limits = {}
    for code in rules.values:
        rule = rules.inner(code)
        rule.not_misspelt(("exempt_below_unit",))
        if rule.has("exempt_below_unit"):
            limits[code] = rule.integer("exempt_below_unit")
    return TaxRules(
        inclusive=tax.choice("mode", ("inclusive", "exclusive")) == "inclusive",
        rates=_numbers(tax.required_inner("rates"), MILLION),
        rounding=TaxRounding(tax.choice("rounding", tuple(TaxRounding), "per_rate")),
        combine=tax.flag("combine"),
        exempt_below_unit=limits,
        manufacturer_coupon_taxable=tax.flag("manufacturer_coupon_taxable"),
    )


def _points(points: Fields) -> PointsRules:
    points.not_misspelt(("earn", "redeem"))
    earn, redeem = points.inner("earn"), points.inner("redeem")
    earns, redeems = points.has("earn"), points.has("redeem")
    return PointsRules(
        earn_per=earn.integer("per", least=1) if earns else 1,
        earn_points=earn.integer("points") if earns else 0,
        redeem_points=redeem.integer("points", least=1) if redeems else 1,
        redeem_value=redeem.integer("value", least=1) if redeems else 0,
    )


def _wish(redeem: Fields) -> Wish:
    redeem.not_misspelt(("points", "as"))
    as_tender = redeem.choice("as", ("discount", "tender")) == "tender"
    return Wish(redeem.integer("points"), as_tender)


def _cash(rounding: Fields) -> CashRule:
    rounding.not_misspelt(("increment", "mode"))
    return CashRule(
        rounding.integer("increment", least=1) if rounding.has("increment") else 1,
        CashRounding(rounding.choice("mode", tuple(CashRounding), "half_up")),
    )


def _payment(tender: Fields) -> Payment:
    tender.not_misspelt(("type", "amount"))
    kind = tender.text("type")
    if kind == CASH:
        return Payment(kind, tender.optional_integer("amount") or 0)
    return Payment(kind, tender.integer("amount"))


def _promotions(fields: Fields) -> tuple[Promotion, ...]:
    found: dict[str, Promotion] = {}
    for raw in fields.listed("promos"):
        try:
            promotion = read_promotion(raw)
        except RetailError as fault:
            raise RetailError(
                fault.code, "%(subject)s: %(fault)s", subject=fields.subject, fault=fault
            ) from fault
        if promotion.promo_id in found:
            raise fields.fault(
                "duplicate",
                "%(subject)s: two of %(field)s have the id %(id)s.",
                "promos",
                id=promotion.promo_id,
            )
        found[promotion.promo_id] = promotion
    return tuple(found.values())


def _returns(fields: Fields, lines: tuple[PricingLine, ...]) -> tuple[ReturnStep, ...] | None:
    if not fields.has("returns"):
        return None
    left = {line.line_id: line.units for line in lines}
    steps: list[ReturnStep] = []
    for inner in fields.objects("returns"):
        step = _step(inner, left)
        if steps and steps[-1].policy is Policy.REPRICE and step.policy is Policy.PAID:
            raise inner.fault(
                "policy",
                "%(subject)s: %(field)s must be reprice, as in the step before.",
                "policy",
            )
        steps.append(step)
    return tuple(steps)


def _step(step: Fields, left: dict[str, int]) -> ReturnStep:
    step.not_misspelt(("lines", "policy", "tender"))
    units = step.required_inner("lines")
    counts = _numbers(units, None)
    for line in counts:
        if line not in left:
            raise units.fault("line", "%(subject)s: %(field)s is returned, but was not sold.", line)
        left[line] -= units.integer(line, least=1, most=left[line])
    return ReturnStep(
        units=counts,
        policy=Policy(step.choice("policy", tuple(Policy), "paid")),
        in_cash=step.text("tender", "") == CASH,
    )
