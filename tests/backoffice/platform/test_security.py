from __future__ import annotations

import pytest
from sqlalchemy import select

from backoffice.platform.headers import CONTENT_SECURITY_POLICY
from db.head.stores import EnrolCode
from db.transaction import begin
from tests.backoffice.conftest import PAGE, Office

PAGES = ("/", "/sales", "/products", "/products/P1", "/tills", "/stores", "/search?q=x")
DATA = ("/api/stores", "/api/tills", "/api/totals", "/api/sales", "/api/products")


def test_pages_lead_to_the_login(office: Office) -> None:
    for path in PAGES:
        answer = office.client.get(path, headers=PAGE, follow_redirects=False)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/login?next=%2F")


def test_data_is_refused_without_a_session(office: Office) -> None:
    for path in DATA:
        answer = office.client.get(path)
        assert answer.status_code == 401, path
        assert answer.json()["code"] == "session.needed"


def test_htmx_is_sent_to_the_login_as_a_whole_page(office: Office) -> None:
    answer = office.client.get("/sales", headers={"hx-request": "true"})

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/login?next=%2Fsales"


def test_a_session_expires(office: Office) -> None:
    office.sign_in()
    assert office.client.get("/api/stores").status_code == 200

    office.clock.forward(hours=1)
    assert office.client.get("/api/stores").status_code == 401


def test_a_made_up_cookie_opens_nothing(office: Office) -> None:
    office.client.cookies.set("tw_session", "A" * 43)

    assert office.client.get("/api/stores").status_code == 401


def test_an_unsafe_request_without_the_sessions_token_changes_nothing(office: Office) -> None:
    office.sign_in()
    for data in ({}, {"csrf": ""}, {"csrf": "guessed"}):
        answer = office.client.post("/tills/S1/1/enrol-code", data=data, headers=PAGE)
        assert answer.status_code == 403
        assert "nothing was changed" in answer.text
    with begin(office.engine) as tx:
        assert tx.execute(select(EnrolCode)).first() is None


def test_the_token_may_come_in_a_header(office: Office) -> None:
    office.sign_in()
    answer = office.client.post(
        "/tills/S1/1/enrol-code", headers={**PAGE, "x-csrf-token": office.csrf}
    )

    assert answer.status_code == 200


def test_another_sessions_token_is_refused(office: Office) -> None:
    office.sign_in("viewer")
    stolen = office.csrf
    office.client.cookies.clear()
    office.sign_in("admin")
    answer = office.client.post("/tills/S1/1/enrol-code", data={"csrf": stolen})

    assert answer.status_code == 403


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("office", 200), ("viewer", 403)])
def test_who_may_issue_an_enrolment_code(office: Office, role: str, status: int) -> None:
    office.sign_in(role)
    answer = office.client.post("/tills/S1/1/enrol-code", data={"csrf": office.csrf}, headers=PAGE)

    assert answer.status_code == status
    assert ("No permission" in answer.text) == (status == 403)


def test_a_viewer_sees_no_button_that_is_not_for_viewers(office: Office) -> None:
    office.sign_in("viewer")
    assert "enrol-code" not in office.page("/tills")

    office.client.cookies.clear()
    office.sign_in("office")
    assert "/tills/S1/1/enrol-code" in office.page("/tills")


def test_every_answer_carries_the_security_headers(office: Office) -> None:
    office.sign_in()
    for path in ("/login", "/stores", "/nowhere", "/healthz", "/api/stores"):
        headers = office.client.get(path, headers=PAGE).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


def test_the_policy_allows_no_inline_script_and_no_frame() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "default-src 'self'" in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY


def test_no_page_needs_what_the_policy_forbids(office: Office) -> None:
    office.sign_in()
    for path in PAGES[:-1]:
        html = office.page(path)
        assert " style=" not in html, path
        assert "<style" not in html
        assert " onclick=" not in html
        for tag in html.split("<script")[1:]:
            head = tag.split(">", 1)[0]
            assert "src=" in head or 'type="application/json"' in head
