"""Two tills take the same goods back while neither knows of the other."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Engine, func, select

from backoffice.cases import queries
from backoffice.cases.queries import CaseDetail, CaseFilter
from backoffice.intake.applier import catch_up
from db.head.oms import Sale
from db.transaction import begin
from retail.contract.codec import Entry
from tests.support.head_books import Part, caller, check_balanced, journalled, send
from tests.support.head_data import came_back, closed_sale, sold
from tests.support.wire_till import WireJournal


def _refund(journal: WireJournal, number: str, sale: UUID, thousandths: int = 1000) -> Entry:
    return journal.add(closed_sale(number, (came_back(sale, thousandths=thousandths),)))


def _cases(engine: Engine) -> tuple[CaseDetail, ...]:
    assert catch_up(engine, seconds=10)
    with begin(engine) as tx:
        return queries.cases(tx, CaseFilter(), at=None).rows


def test_the_same_refund_of_two_tills_is_one_case_and_both_stand(chain_engine: Engine) -> None:
    first, second = WireJournal(), WireJournal()
    sale = first.sell()
    refunds = [
        _refund(first, "S1-1-AA-00000002", sale.rid),
        _refund(second, "S1-2-AB-00000001", sale.rid),
    ]
    owner = caller()
    journalled(chain_engine, first, owner)
    assert _cases(chain_engine) == ()
    journalled(chain_engine, second, caller())
    (case,) = _cases(chain_engine)
    assert (case.kind, case.owner, case.amount_minor) == ("returned_twice", "head_office", 121)
    assert case.subject == f"{sale.rid}/1"
    assert {record.rid for record in case.records} == {entry.rid for entry in refunds}
    assert "S1-2-AB-00000001" in case.sentence
    whole: Part = (1, first.head)
    send(chain_engine, owner, first, whole)
    assert [one.case_id for one in _cases(chain_engine)] == [case.case_id]
    with begin(chain_engine) as tx:
        total = tx.execute(select(func.sum(Sale.total_minor))).scalar_one()
    assert total == 121 - 2 * 121
    check_balanced(chain_engine)


def test_parts_that_fit_are_no_case(chain_engine: Engine) -> None:
    journal = WireJournal()
    sale = journal.sell(sold("P1", 3000))
    _refund(journal, "S1-1-AA-00000002", sale.rid)
    _refund(journal, "S1-1-AA-00000003", sale.rid, 2000)
    journalled(chain_engine, journal, caller())
    assert _cases(chain_engine) == ()


def test_refunds_that_come_before_their_sale_are_found_with_it(chain_engine: Engine) -> None:
    late = WireJournal()
    sale = late.sell()
    for place in (1, 2):
        journal = WireJournal()
        _refund(journal, f"S1-{place}-AC-00000001", sale.rid)
        journalled(chain_engine, journal, caller())
    assert _cases(chain_engine) == ()
    journalled(chain_engine, late, caller())
    (case,) = _cases(chain_engine)
    assert len(case.records) == 2
