from __future__ import annotations

import re

from sqlalchemy import update

from backoffice.stores.service import redeem_code
from db.head.stores import Installation
from db.transaction import begin
from tests.backoffice.conftest import PAGE, Office
from tests.support.head_data import NOW, TillJournal


def test_stores_and_their_tills(office: Office) -> None:
    journal = TillJournal()
    with begin(office.engine) as tx:
        journal.enrol(tx)
        journal.sell(tx)
    office.sign_in()

    assert "1 of 2 tills enrolled" in office.page("/stores")
    html = office.page("/tills")
    assert "Online" in html
    assert "Not enrolled" in html
    assert journal.hash.hex()[:12] in html


def test_an_alarm_of_a_till_is_shown(office: Office) -> None:
    journal = TillJournal()
    with begin(office.engine) as tx:
        journal.enrol(tx)
        tx.execute(update(Installation).values(alarm="The disk is <full>.", queued=14))
    office.sign_in()
    html = office.page("/tills")

    assert "Action needed" in html
    assert "The disk is &lt;full&gt;." in html


def test_a_code_from_the_page_lets_a_till_in(office: Office) -> None:
    office.sign_in()
    answer = office.client.post("/tills/S2/1/enrol-code", data={"csrf": office.csrf}, headers=PAGE)

    found = re.search(r'class="big-code"[^>]*>([0-9A-Z]{4}-[0-9A-Z]{4})<', answer.text)
    assert found is not None
    with begin(office.engine) as tx:
        assert redeem_code(tx, found[1], NOW) == ("S2", 1)


def test_a_code_for_a_till_that_is_not_there(office: Office) -> None:
    office.sign_in()
    answer = office.client.post("/tills/S9/1/enrol-code", data={"csrf": office.csrf}, headers=PAGE)

    assert answer.status_code == 422
    assert "Store S9 has no till 1" in answer.text
