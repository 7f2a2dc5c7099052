"""200 baskets, priced, taxed, paid and refunded to the minor unit, against schoolbook fractions."""

from __future__ import annotations

import inspect
import json
import re
from collections import Counter
from itertools import product
from typing import Any

import pytest

from retail.promotions.engine import PromotionEngine
from retail.quote import Quote, quote
from retail.returns import NOTHING, refund_as_paid, sale_of
from retail.tax import TaxSum, tax_table
from retail.tender.refunds import Original, RefundRules, refund_plan
from retail.tender.settlement import (
    Foreign,
    Offer,
    Settlement,
    Tender,
    TenderKind,
    foreign_cash,
    settle,
)
from retail.tender.splitting import by_lines, line_totals
from retail.vectors.reading import read_case
from tests.support import money_baskets, money_oracle

BASKETS: list[dict[str, Any]] = json.loads(money_baskets.FILE.read_text(encoding="utf-8"))["cases"]
VECTORS = money_baskets.FILE.parents[1] / "pricing" / "cases_public.json"


def _basket(basket: dict[str, Any]) -> str:
    return str(basket["id"])


def _priced(basket: dict[str, Any]) -> Quote:
    case = read_case(basket)
    return quote(case.request, PromotionEngine(case.promotions))


def _offer(raw: dict[str, Any], local: str) -> Offer:
    if "foreign" not in raw:
        return Offer(TenderKind(raw["kind"]), raw["amount"], raw.get("reference", ""))
    foreign = raw["foreign"]
    return foreign_cash(Foreign(foreign["currency"], foreign["amount"], foreign["rate_ppm"]), local)


def _written(tender: Tender) -> dict[str, Any]:
    """A tender as the table writes it."""
    written: dict[str, Any] = {"kind": tender.kind.value}
    if tender.reference:
        written["reference"] = tender.reference
    if tender.foreign is not None:
        written["foreign"] = {
            "currency": tender.foreign.currency,
            "amount": tender.foreign.amount_minor,
            "rate_ppm": tender.foreign.rate_ppm,
        }
    return written | {
        "amount": tender.amount_minor,
        "given": tender.given_minor,
        "change": tender.change_minor,
    }


def _refund_settled(basket: dict[str, Any], amount: int) -> Settlement:
    originals = [
        Original(TenderKind(one["kind"]), one["amount"], reference=one.get("reference", ""))
        for one in basket["originals"]
    ]
    coin = basket["cash_rounding"]["increment"]
    return settle(-amount, refund_plan(amount, originals, RefundRules()).offers(coin), coin)


def _said(paid: Settlement) -> dict[str, Any]:
    assert paid.complete
    return {
        "tenders": [_written(tender) for tender in paid.tenders],
        "change": paid.change_minor,
        "rounding": paid.rounding_minor,
    }


def _taxes(rows: tuple[TaxSum, ...]) -> dict[str, int]:
    return {row.code: row.tax_minor for row in rows}


def _sold(basket: dict[str, Any]) -> dict[str, Any]:
    priced = _priced(basket)
    offers = [_offer(raw, basket["currency"]["code"]) for raw in basket["offers"]]
    tax = _taxes(priced.tax)
    return {
        "lines": list(priced.nets),
        "net": priced.payable - sum(tax.values()),
        "tax": tax,
        "total": priced.payable,
        **_said(settle(priced.payable, offers, basket["cash_rounding"]["increment"])),
    }


def _returned(basket: dict[str, Any]) -> dict[str, Any]:
    case = read_case(basket)
    assert case.returns is not None
    step, _ = refund_as_paid(sale_of(case.request, _priced(basket)), NOTHING, case.returns[0].units)
    tax = {code: -step.tax.get(code, 0) for code in basket["expected"]["tax"]}
    return {
        "lines": [-step.lines[line.line_id] for line in case.request.lines],
        "net": -step.refund - sum(tax.values()),
        "tax": tax,
        "total": -step.refund,
        **_said(_refund_settled(basket, step.refund)),
    }


@pytest.mark.parametrize("basket", BASKETS, ids=_basket)
def test_a_basket_comes_out_to_the_minor_unit(basket: dict[str, Any]) -> None:
    """Complaint 14: a cent too much or too little."""
    found = _returned(basket) if basket["way"] == "refund" else _sold(basket)
    assert found == basket["expected"]


@pytest.mark.parametrize("basket", BASKETS, ids=_basket)
def test_the_figures_of_a_basket_add_up(basket: dict[str, Any]) -> None:
    said = basket["expected"]
    tenders = said["tenders"]
    assert said["net"] + sum(said["tax"].values()) == said["total"]
    assert sum(tender["amount"] for tender in tenders) == said["total"] + said["rounding"]
    assert all(tender["amount"] == tender["given"] - tender["change"] for tender in tenders)
    if all(tender["kind"] != "cash" for tender in tenders):
        assert said["rounding"] == said["change"] == 0


@pytest.mark.parametrize("basket", BASKETS, ids=_basket)
def test_tax_and_lines_agree_with_the_basket(basket: dict[str, Any]) -> None:
    case, priced = read_case(basket), _priced(basket)
    assert tax_table(priced.taxable, case.request.tax) == priced.tax
    totals = line_totals(priced.nets, priced.line_taxes, inclusive=case.request.tax.inclusive)
    shares = by_lines(totals, [f"P{place % 2}" for place in range(len(totals))])
    assert sum(shares.values()) == sum(totals) == priced.payable


def test_the_table_is_what_the_oracle_gives() -> None:
    assert money_baskets.FILE.read_text(encoding="utf-8") == money_baskets.text()


def test_the_oracle_borrows_nothing_from_the_product() -> None:
    for module in (money_oracle, money_baskets):
        text = inspect.getsource(module)
        assert not re.search(r"^\s*(from|import) retail", text, re.MULTILINE)


def _plainly_taxed(case: dict[str, Any]) -> bool:
    special = ("rules", "manufacturer_coupon_taxable")
    return not case.get("promos") and "redeem" not in case and not set(special) & set(case["tax"])


def test_the_oracle_gives_what_the_pricing_vectors_say() -> None:
    cases = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
    plain = [case for case in cases if _plainly_taxed(case)]
    assert len(plain) >= 10
    for case in plain:
        rules = {"rounding": "per_rate", **case["tax"]}
        found = money_oracle.priced({**case, "tax": rules})
        assert (found["total"], found["tax"]) == (
            case["expected"]["payable"],
            case["expected"]["tax"],
        )


def test_every_combination_is_in_the_table() -> None:
    assert len({basket["id"] for basket in BASKETS}) == len(BASKETS) == 200
    cells = Counter(
        (
            basket["tax"]["mode"],
            basket["tax"]["rounding"],
            basket["cash_rounding"]["increment"],
        )
        for basket in BASKETS
    )
    assert cells == dict.fromkeys(
        product(money_baskets.MODES, money_baskets.ROUNDINGS, money_baskets.COINS), 10
    )
    seen = {
        (
            basket["tax"]["mode"],
            basket["tax"]["rounding"],
            basket["currency"]["exponent"],
            basket["way"],
        )
        for basket in BASKETS
    }
    assert seen == set(
        product(money_baskets.MODES, money_baskets.ROUNDINGS, (0, 2, 3), money_baskets.WAYS)
    )
    by_coin = {
        (
            basket["cash_rounding"]["increment"],
            basket["currency"]["exponent"],
            basket["way"],
        )
        for basket in BASKETS
    }
    assert by_coin == set(product(money_baskets.COINS, (0, 2, 3), money_baskets.WAYS))


def test_the_table_holds_what_goes_wrong_elsewhere() -> None:
    said = [basket["expected"] for basket in BASKETS]
    sales = [one for one in said if one["total"] > 0]
    assert any(one["rounding"] > 0 for one in sales)
    assert any(one["rounding"] < 0 for one in sales)
    assert any(one["change"] for one in sales)
    assert any("foreign" in tender for one in sales for tender in one["tenders"])
    coins = [basket["cash_rounding"]["increment"] for basket in BASKETS]
    halves = [2 * abs(one["rounding"]) == coin for one, coin in zip(said, coins, strict=True)]
    assert sum(halves) > 20
    assert any("A+B" in one["tax"] for one in said)
    assert any(
        basket["expected"]["tax"] and not line["taxes"]
        for basket in BASKETS
        for line in basket["lines"]
    )
    assert any(
        len(line["taxes"]) == 2 and "combine" not in basket["tax"]
        for basket in BASKETS
        for line in basket["lines"]
    )
    refunds = [one for one in said if one["total"] < 0]
    assert len(refunds) == sum(basket["way"] == "refund" for basket in BASKETS)
    assert any(one["rounding"] > 0 for one in refunds)
    assert any(one["rounding"] < 0 for one in refunds)
    assert any(len(one["tenders"]) > 2 for one in refunds)
