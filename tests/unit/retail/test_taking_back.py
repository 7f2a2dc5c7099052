from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from retail.basket.model import Basket
from retail.contract.sales import GoodsBack, SaleClosed, SoldLine, SoldPart, TaxExemption, TaxRow
from retail.pricing import price
from retail.stock import SoldComponent, State
from retail.taking_back import Part, returnable, worth_of
from retail.tax import TaxRounding, TaxRules
from tests.unit.retail.strategies import Refusal, baskets, rules

ANN = UUID(int=1)
MILK = SoldLine(
    n=1, sku="MILK", name="Milk", qty=3000, price=200, gross=600, discount=1, net=599,
    parts=(SoldPart("MILK", 3000),), tax={"A": 104},
)  # fmt: skip
SOLD = SaleClosed(
    number="S1-1-AB-00000001", till=1, currency="EUR", staff=ANN, total=599, lines=(MILK,),
    tenders=(), tax=(TaxRow("A", 210_000, 495, 104),), started_us=0,
)  # fmt: skip


def test_parts_of_a_line_add_up_to_it() -> None:
    parts = [Part(1, 1000), Part(1, 1500), Part(1, 500)]
    worth = worth_of(SOLD, TaxRounding.PER_RATE, {}, parts)
    assert [(one.gross, one.net) for one in worth] == [(200, 200), (300, 299), (100, 100)]
    assert [one.taxes for one in worth] == [
        (("A", 210_000, 35),), (("A", 210_000, 52),), (("A", 210_000, 17),),
    ]  # fmt: skip


def test_what_came_back_before_counts(refused: Refusal) -> None:
    """Complaint 20: more is refunded than was bought."""
    (rest,) = worth_of(SOLD, TaxRounding.PER_RATE, {1: 2500}, [Part(1, 500)])
    assert (rest.gross, rest.net) == (100, 100)
    assert returnable(SOLD, {1: 2500}) == {1: 500}
    with refused("return.quantity"):
        worth_of(SOLD, TaxRounding.PER_RATE, {1: 2500}, [Part(1, 501)])
    with refused("return.line"):
        worth_of(SOLD, TaxRounding.PER_RATE, {}, [Part(2, 1)])


def test_a_sale_without_tax_comes_back_without_tax() -> None:
    line = SoldLine(
        n=1, sku="MILK", name="Milk", qty=1000, price=200, gross=200, net=200,
        parts=(SoldPart("MILK", 1000),),
    )  # fmt: skip
    exempt = TaxExemption("X-1", "certificate", ANN)
    sold = SaleClosed(
        number="1", till=1, currency="EUR", staff=ANN, total=200, lines=(line,), tenders=(),
        tax=(), started_us=0, tax_included=False, exempt=exempt,
    )  # fmt: skip
    (worth,) = worth_of(sold, TaxRounding.PER_RATE, {}, [Part(1, 1000)])
    assert (worth.net, worth.taxes) == (200, ())


def test_goods_go_to_the_state_they_are_sent_to() -> None:
    def back(disposition: str) -> SoldLine:
        return SoldLine(
            n=1, sku="MILK", name="Milk", qty=-1000, price=200, gross=-200, net=-200,
            parts=(SoldPart("MILK", -1000),), back=GoodsBack(disposition, "late", ANN),
        )  # fmt: skip

    def states(*lines: SoldLine) -> list[SoldComponent]:
        return list(
            SaleClosed(
                number="1", till=1, currency="EUR", staff=ANN, total=0, lines=lines, tenders=(),
                tax=(), started_us=0,
            ).components()
        )  # fmt: skip

    assert [one.back_to for one in states(MILK, back("scrap"), back("quarantine"))] == [
        State.ON_HAND, State.SCRAPPED, State.QUARANTINE,
    ]  # fmt: skip
    assert states(back("shelf"), back("mended"))[0].back_to is State.ON_HAND
    assert returnable(
        SaleClosed(
            number="1", till=1, currency="EUR", staff=ANN, total=0, lines=(back("shelf"),),
            tenders=(), tax=(), started_us=0,
        ),
        {},
    ) == {}  # fmt: skip


def _fact(basket: Basket, tax: TaxRules) -> SaleClosed:
    priced = price(basket, tax)
    lines = tuple(
        SoldLine(
            n=n, sku=x.line.code, name="", qty=x.line.quantity, price=0, gross=x.gross_minor,
            net=x.net_minor, parts=(), tax=dict(x.taxes),
        )
        for n, x in enumerate(priced.lines, 1)
    )  # fmt: skip
    return SaleClosed(
        number="1", till=1, currency="EUR", staff=ANN, total=priced.total_minor, lines=lines,
        tenders=(), tax=tuple(TaxRow(r.code, r.ppm, r.net_minor, r.tax_minor) for r in priced.tax),
        started_us=0, tax_included=tax.inclusive,
    )  # fmt: skip


@given(baskets(), rules(), st.data())
def test_whatever_the_parts_and_their_order_all_of_it_comes_back(
    basket: Basket, tax: TaxRules, data: st.DataObject
) -> None:
    fact = _fact(basket, tax)
    parts = []
    for line in fact.lines:
        first = data.draw(st.integers(0, line.qty))
        parts += [Part(line.n, first), Part(line.n, line.qty - first)]
    worth = worth_of(fact, tax.rounding, {}, data.draw(st.permutations(parts)))
    assert sum(one.net for one in worth) == sum(line.net for line in fact.lines)
    assert sum(one.gross for one in worth) == sum(line.gross for line in fact.lines)
    for row in fact.tax:
        back = sum(t for one in worth for code, _ppm, t in one.taxes if code == row.code)
        assert back == row.tax
