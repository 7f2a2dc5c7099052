from __future__ import annotations

import pytest
from sqlalchemy import Engine

from backoffice.stores import queries
from db.errors import StoreUnavailable
from retail.errors import RetailError
from tests.backoffice.conftest import PAGE, Office


@pytest.fixture
def broken(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The application with a defect in one of its queries."""

    def fail(_tx: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(queries, "stores", fail)
    office.client.cookies.clear()
    token = office.token_of(office.client.get("/login", headers=PAGE).text)
    office.client.post(
        "/login",
        data={"login": "admin", "password": "correct horse battery", "csrf": token},
        follow_redirects=False,
    )
    return office


def test_a_defect_shows_no_traceback(broken: Office, caplog: pytest.LogCaptureFixture) -> None:
    answer = broken.client.get("/stores", headers=PAGE)

    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert "nothing was changed" in answer.text
    assert "content-security-policy" in answer.headers
    reference = caplog.records[-1].getMessage().rsplit(" ", 1)[-1]
    assert reference in answer.text
    assert caplog.records[-1].exc_info is not None


def test_a_defect_of_the_interface_is_json(
    broken: Office, caplog: pytest.LogCaptureFixture
) -> None:
    answer = broken.client.get("/api/stores")

    assert [record.name for record in caplog.records] == ["tillwright.web"]

    assert answer.status_code == 500
    assert answer.json()["code"] == "defect"


def test_without_its_database_the_head_office_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    office.sign_in()

    def refuse(_self: Engine) -> None:
        raise StoreUnavailable("unreachable", "connection refused")

    monkeypatch.setattr(Engine, "connect", refuse)
    answer = office.client.get("/sales", headers=PAGE)
    data = office.client.get("/api/sales")

    assert (answer.status_code, data.status_code) == (503, 503)
    assert "Tills go on selling" in answer.text
    assert data.json()["code"] == "head_office.unavailable"
    assert answer.headers["retry-after"] == "5"
    assert office.client.get("/healthz").status_code == 503
    assert {record.levelname for record in caplog.records} == {"WARNING"}
    monkeypatch.undo()
    assert office.client.get("/healthz").status_code == 200


def test_a_broken_rule_is_told_in_its_own_words(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.sign_in()

    def refuse(_tx: object) -> None:
        raise RetailError("rule.some", "The shop %(name)s is closed.", name="S1")

    monkeypatch.setattr(queries, "stores", refuse)
    answer = office.client.get("/api/stores")

    assert answer.status_code == 422
    assert answer.json() == {"code": "rule.some", "message": "The shop S1 is closed."}


def test_an_unknown_address_is_a_page_for_people_and_json_for_programs(office: Office) -> None:
    office.sign_in()

    assert "There is nothing at this address" in office.page("/nowhere", 404)
    assert office.client.get("/api/nowhere").json()["code"] == "http.404"
    assert (
        "<html"
        not in office.client.get("/products/none", headers={"hx-request": "true", **PAGE}).text
    )


def test_a_wrong_parameter_is_named(office: Office) -> None:
    office.sign_in()
    answer = office.client.get("/api/sales?till=two")

    assert answer.status_code == 422
    assert answer.json()["code"] == "request.invalid"
    assert answer.json()["message"].startswith("till:")
