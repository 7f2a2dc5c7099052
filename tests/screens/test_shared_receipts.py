"""Receipts of other tills in the sheet of returns, and claims on what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection

from db.base import to_us
from pos_app.checkout import attaching, receipt_search
from pos_app.customers.queries import FoundCustomer
from pos_app.screens.customers.sheet import CustomerSheet
from pos_app.screens.invoice.sheet import InvoiceSheet
from pos_app.screens.returns.model import By, State
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from pos_app.screens.widgets import asking
from pos_app.sync.status import SyncState
from retail.contract.receipts import (
    ClaimReturnAnswer,
    FindReceiptsAnswer,
    FindReceiptsRequest,
    FoundReceipt,
    GoodsClaimed,
    GoodsTaken,
    OpenReceiptAnswer,
    PaidWith,
)
from tests.screens.office import link, selling_with
from tests.screens.test_invoice import BUYER
from tests.screens.test_returns import EGGS, MILK, NAMES, sell, sheet, state
from tests.screens.till_store import Hands
from tests.support.office import Office

FAR = UUID(int=99)
NUMBER = "NL02-7-AB-00000012"


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def selling(tmp_path: Path, qtbot: QtBot, office: Office) -> Iterator[Hands]:
    with selling_with(office, tmp_path, qtbot) as hands:
        yield hands


def told(hands: Hands, number: str) -> OpenReceiptAnswer:
    """A sale of this till as head office tells of it."""

    def of(tx: Connection) -> OpenReceiptAnswer:
        found = receipt_search.by_code(tx, number)
        assert found is not None
        return OpenReceiptAnswer(
            fact=found.fact,
            rid=found.rid,
            store="NL01",
            store_name="Harbour Street",
            at_us=to_us(found.at),
            business_date=found.business_date,
            tenders=tuple(
                PaidWith(found.rid, to_us(found.at), one.kind, one.amount, one.ref)
                for one in found.fact.tenders
            ),
        )

    return hands.till.tasks.read(of).result()


def far_away(hands: Hands, office: Office, *codes: str) -> OpenReceiptAnswer:
    """A receipt of another store, like one that this till sells now."""
    own = told(hands, sell(hands, *codes))
    assert own.fact is not None
    answer = structs.replace(
        own,
        fact=structs.replace(own.fact, number=NUMBER),
        rid=FAR,
        store="NL02",
        store_name="Canal Street",
        tenders=tuple(PaidWith(FAR, one.at_us, one.kind, one.minor, "") for one in own.tenders),
    )
    office.receipts = {FAR: answer, NUMBER: answer}
    return answer


def open_far(hands: Hands) -> None:
    hands.press(Qt.Key.Key_F6)
    hands.enter(NUMBER)
    assert state(hands) is State.LINES


def test_last_purchases_are_those_of_every_store_once_head_office_answers(
    selling: Hands, office: Office
) -> None:
    selling.enter(MILK)
    session = selling.window.selling.basket.session
    ann = FoundCustomer(UUID(int=8), "Ann Berg", "")
    selling.till.tasks.run(attaching.attach, session, ann).result()
    selling.window.selling.basket.undo()
    selling.window.selling.basket.redo()
    number = sell(selling)
    own = told(selling, number)
    office.listed = (
        FoundReceipt(
            rid=FAR, store="NL02", store_name="Canal Street", till=7, number=NUMBER,
            at_us=own.at_us - 60_000_000, total=499, currency="EUR", articles="Tea",
        ),
        FoundReceipt(
            rid=own.rid, store="NL01", store_name="Harbour Street", till=2, number=number,
            at_us=own.at_us, total=129, currency="EUR", articles="Milk",
        ),
    )  # fmt: skip
    selling.till.tasks.run(attaching.attach, session, ann).result()
    selling.enter(MILK)
    office.slow = True
    selling.window.run(Command.CUSTOMER)
    content = selling.window.sheet.content
    assert isinstance(content, CustomerSheet)
    shown = content.attached
    assert shown is not None
    selling.wait(lambda: "Last purchases at this till" in shown.says)
    assert NUMBER not in shown.says
    wanted, answer = office.asked[-1]
    assert wanted == FindReceiptsRequest(party=ann.customer)
    answer.set_result(FindReceiptsAnswer(found=office.listed))
    selling.settle()
    says = shown.says
    assert f"{NUMBER} · Canal Street, Till 7 €4.99" in says
    assert says.count(number) == 1
    assert "at this till" not in says


def test_a_receipt_of_another_store_comes_back_to_what_it_was_paid_with(
    selling: Hands, office: Office
) -> None:
    far_away(selling, office, f"2*{EGGS}")
    open_far(selling)
    content = sheet(selling)
    assert f"{NUMBER} · Canal Street" in content.heading.text()
    selling.type("-")
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    assert office.claims == [((1, 1000),)]
    assert content.rows.rows[0].mark == "In basket: 1"
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.PAYOUT)
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: selling.page is Page.DONE)
    paid = "SELECT kind || amount_minor FROM sale_tender WHERE amount_minor < 0"
    assert selling.till.value(paid) == "cash-350"
    selling.settle()
    assert office.claims == [((1, 1000),)]
    assert selling.till.count("return_claim") == 0


def test_goods_that_somebody_else_takes_back_are_refused_by_name(
    selling: Hands, office: Office
) -> None:
    far_away(selling, office, EGGS)
    office.refused = ClaimReturnAnswer(granted=False, line=1, store="Canal Street", till=7)
    open_far(selling)
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert any(
        "is just being taken back at till 7 of Canal Street; 0 can come back here" in text
        for text in selling.messages
    )
    assert selling.names == []
    assert sheet(selling).take.isEnabled()
    office.refused = ClaimReturnAnswer(granted=False, line=1, number="NL02-7-AB-00000013")
    selling.press(Qt.Key.Key_Return)
    assert any("came back with NL02-7-AB-00000013 already" in text for text in selling.messages)
    office.refused = None
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert selling.names == [NAMES[EGGS]]


def test_a_line_that_is_taken_out_again_frees_its_goods(selling: Hands, office: Office) -> None:
    far_away(selling, office, MILK, EGGS)
    open_far(selling)
    selling.type("c")
    sheet(selling).all.click()
    selling.settle()
    assert office.claims == [((1, 1000), (2, 1000))]
    selling.press(Qt.Key.Key_Delete)
    assert office.claims[1:] == [((1, 1000),)]
    selling.press(Qt.Key.Key_Delete)
    assert office.claims[2:] == [()]
    assert selling.till.count("return_claim") == 0


def test_without_the_network_it_says_which_receipts_are_known(
    selling: Hands, office: Office
) -> None:
    far_away(selling, office, EGGS)
    open_far(selling)
    selling.press(Qt.Key.Key_Escape)
    link(selling, SyncState.OFFLINE)
    asked = len(office.asked)
    selling.press(Qt.Key.Key_F6)
    assert "those of other tills need the network" in sheet(selling).hint.text()
    selling.enter("NL02-7-AB-00000099")
    assert state(selling) is State.NOTHING
    assert "need the network" in sheet(selling).empty.accessibleName()
    selling.window.selling.scan(f"TW1.{FAR.hex}.{'A' * 43}")
    selling.settle()
    assert state(selling) is State.LINES  # it was opened before
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    assert any("This receipt is of Canal Street" in text for text in selling.messages)
    assert selling.names == []
    assert len(office.asked) == asked


def test_what_nobody_sold_says_so(selling: Hands) -> None:
    selling.press(Qt.Key.Key_F6)
    selling.enter(NUMBER)
    assert state(selling) is State.NOTHING
    assert "Nobody sold with it" in sheet(selling).empty.accessibleName()


def test_own_receipts_show_what_other_tills_took_back(selling: Hands, office: Office) -> None:
    number = sell(selling, f"5*{EGGS}")
    answer = told(selling, number)
    office.receipts[answer.rid] = structs.replace(
        answer,
        back=(GoodsTaken(UUID(int=5), 1, 1000),),
        claimed=(GoodsClaimed(1, 2000, "Canal Street", 7),),
    )
    selling.press(Qt.Key.Key_F6)
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    content = sheet(selling)
    assert content.rows.rows[0].detail == (
        "Sold 5 · returned 1 · 2 now at till 7 of Canal Street · left 2"
    )
    assert content.amount.text() == "2 of 2"


def test_own_receipts_come_back_when_head_office_is_silent_or_does_not_know_yet(
    selling: Hands, office: Office
) -> None:
    sell(selling, f"2*{EGGS}")
    office.silent = True
    selling.press(Qt.Key.Key_F6)
    selling.press(Qt.Key.Key_Return)
    selling.type("-")
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    office.silent, office.refused = False, ClaimReturnAnswer(granted=False)
    selling.type("+")
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert [row.quantity for row in selling.rows] == ["−2"]


def test_what_was_taken_back_without_the_network_is_claimed_once_it_is_there(
    selling: Hands, office: Office
) -> None:
    sell(selling, f"2*{EGGS}")
    link(selling, SyncState.OFFLINE)
    selling.press(Qt.Key.Key_F6)
    selling.press(Qt.Key.Key_Return)
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert (office.claims, [row.quantity for row in selling.rows]) == ([], ["−2"])
    link(selling, SyncState.ONLINE)
    assert office.claims == [((1, 2000),)]
    assert selling.till.count("return_claim") == 1


def test_goods_that_undo_brings_back_are_claimed_again(selling: Hands, office: Office) -> None:
    far_away(selling, office, EGGS)
    open_far(selling)
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    selling.press(Qt.Key.Key_Delete)
    selling.settle()
    assert office.claims == [((1, 1000),), ()]
    selling.window.selling.basket.undo()
    selling.settle()
    assert office.claims == [((1, 1000),), (), ((1, 1000),)]


def test_goods_that_somebody_else_claimed_meanwhile_are_named_once_and_not_paid_out(
    selling: Hands, office: Office
) -> None:
    sell(selling, EGGS)
    office.silent = True
    selling.press(Qt.Key.Key_F6)
    selling.press(Qt.Key.Key_Return)
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    selling.press(Qt.Key.Key_Escape)
    office.silent = False
    office.refused = ClaimReturnAnswer(granted=False, line=1, number="NL02-7-AB-00000013")
    link(selling, SyncState.OFFLINE)
    link(selling, SyncState.ONLINE)
    selling.enter(MILK)
    selling.press(Qt.Key.Key_Delete)
    selling.settle()
    said = [text for text in selling.messages if "came back with NL02-7-AB-00000013" in text]
    assert len(said) == 1
    assert "being taken back at till 0" not in "".join(selling.messages)
    selling.press(Qt.Key.Key_F9)
    selling.settle()
    assert selling.page is Page.CHECKOUT
    office.refused = None
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.PAYOUT)


def exchange(selling: Hands, office: Office) -> None:
    """Eggs come back while nobody answers and pay for milk; then somebody else has them."""
    sell(selling, EGGS)
    office.silent = True
    selling.press(Qt.Key.Key_F6)
    selling.press(Qt.Key.Key_Return)
    selling.type("d")
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    selling.press(Qt.Key.Key_Escape)
    selling.enter(f"9*{MILK}")
    office.silent = False
    office.refused = ClaimReturnAnswer(granted=False, line=1, number="NL02-7-AB-00000013")


@pytest.mark.parametrize("key", [Qt.Key.Key_F9, Qt.Key.Key_F11, Qt.Key.Key_F12])
def test_an_exchange_is_not_paid_with_goods_that_somebody_else_took_back_meanwhile(
    selling: Hands, office: Office, key: Qt.Key
) -> None:
    exchange(selling, office)
    selling.press(key)
    selling.settle()
    assert any("came back with NL02-7-AB-00000013" in text for text in selling.messages)
    assert (selling.page, selling.till.count("sale")) == (Page.CHECKOUT, 1)
    office.refused = None
    selling.press(key)
    selling.wait(lambda: selling.page is not Page.CHECKOUT)


def test_an_exchange_goes_on_where_nobody_answers(selling: Hands, office: Office) -> None:
    exchange(selling, office)
    office.silent = True
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.count("sale") == 2


def test_receipts_of_other_tills_stand_among_those_of_this_one(
    selling: Hands, office: Office
) -> None:
    answer = far_away(selling, office, EGGS)
    assert answer.fact is not None
    office.listed = (
        FoundReceipt(
            rid=FAR, store="NL02", store_name="Canal Street", till=7, number=NUMBER, at_us=7,
            total=349, currency="EUR", articles="Eggs",
        ),
    )  # fmt: skip
    selling.press(Qt.Key.Key_F6)
    content = sheet(selling)
    content.ways.button(By.ARTICLE.value).click()
    selling.settle()
    selling.enter(EGGS)
    selling.settle()
    assert [row.detail for row in content.rows.rows] == [NAMES[EGGS], "Canal Street, Till 7 · Eggs"]
    (wanted,) = (one for one, _ in office.asked if isinstance(one, FindReceiptsRequest))
    assert wanted.sku == "F2"
    selling.press(Qt.Key.Key_Down)
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert NUMBER in content.heading.text()
    office.silent = True
    content.other.click()
    selling.settle()
    selling.enter("00000012")
    selling.settle()
    assert "Head office is silent" in content.empty.accessibleName()


def test_whoever_waits_for_head_office_may_give_up(
    selling: Hands, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SHOWN_AFTER_MS", 0)
    answer = far_away(selling, office, EGGS)
    open_far(selling)
    content, office.slow = sheet(selling), True
    selling.window.selling.returns.presenter.set_reason("defective")
    content.took.emit()
    selling.wait(lambda: "may come back here" in content.asking.text)
    assert not content.take.isEnabled()
    content.asking.cancel.setFocus()
    content.asking.cancel.click()
    assert content.take.isEnabled()
    assert content.line.hasFocus()
    content.left.emit()
    selling.wait(lambda: state(selling) is State.FOUND)
    content.entered.emit(NUMBER)
    selling.wait(lambda: "Asking head office for the receipt" in content.asking.text)
    content.asking.cancel.click()
    assert state(selling) is State.NOTHING
    office.slow = False
    for wanted, future in list(office.asked):
        if not future.done():
            future.set_result(
                ClaimReturnAnswer(granted=True) if hasattr(wanted, "lines") else answer
            )
    selling.settle()
    assert (state(selling), selling.names) == (State.NOTHING, [])
    assert office.claims[-1] == ()
    assert selling.till.count("return_claim") == 0


def test_the_receipts_of_the_customer_in_the_basket_come_first(
    selling: Hands, office: Office
) -> None:
    number = sell(selling, MILK)
    anna = FoundCustomer(UUID(int=3), "Anna", "")
    view = selling.till.tasks.run(
        attaching.attach, selling.window.selling.basket.session, anna
    ).result()
    selling.window.selling.basket.take_over(view, None)
    selling.press(Qt.Key.Key_F6)
    selling.settle()
    content = sheet(selling)
    assert [row.title.split(" ")[0] for row in content.rows.rows] == [number]
    office.listed = (
        FoundReceipt(
            rid=FAR, store="NL02", store_name="Canal Street", till=7, number=NUMBER, at_us=7,
            total=349, currency="EUR", articles="Eggs",
        ),
    )  # fmt: skip
    selling.press(Qt.Key.Key_Escape)
    selling.press(Qt.Key.Key_F6)
    selling.settle()
    assert [row.title.split(" ")[0] for row in sheet(selling).rows.rows] == [NUMBER]
    wanted = [one.party for one, _ in office.asked if isinstance(one, FindReceiptsRequest)]
    assert wanted == [anna.customer] * 2


def test_an_invoice_is_refused_once_head_office_told_what_went_elsewhere(
    selling: Hands, office: Office
) -> None:
    own = told(selling, sell(selling, MILK))
    went = structs.replace(own, back=(GoodsTaken(FAR, 1, 1000),))
    office.receipts = {own.rid: went}
    selling.press(Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    content = selling.window.sheet.content
    assert isinstance(content, InvoiceSheet)
    selling.settle()
    for name, text in BUYER:
        content.fields[name].line.setText(text)
    content.fields["city"].setFocus()
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert selling.window.sheet.content is content
    assert selling.till.value("SELECT count(*) FROM invoice") == 0


def test_own_receipts_are_there_while_head_office_is_asked_for_the_customers(
    selling: Hands, office: Office
) -> None:
    number = sell(selling, MILK)
    basket = selling.window.selling.basket
    anna = FoundCustomer(UUID(int=3), "Anna", "")
    view = selling.till.tasks.run(attaching.attach, basket.session, anna).result()
    basket.take_over(view, None)
    office.slow = True
    selling.window.selling.returns.open()
    selling.wait(lambda: state(selling) is State.FOUND and bool(office.asked))
    content = sheet(selling)
    content.cancelled.emit()
    assert state(selling) is State.FOUND
    assert [row.title.split(" ")[0] for row in content.rows.rows] == [number]
    for _wanted, future in office.asked:
        future.set_result(FindReceiptsAnswer())
    selling.settle()
    assert state(selling) is State.FOUND
