from __future__ import annotations

from tests.backoffice.conftest import PAGE, Office
from tests.support.head_data import PASSWORD


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(office: Office) -> None:
    assert office.sign_in() == 303

    cookie = next(c for c in office.client.cookies.jar if c.name == "tw_session")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"


def test_over_https_the_cookie_is_secure(office: Office) -> None:
    office.client.base_url = "https://testserver"
    assert office.sign_in() == 303

    assert next(c for c in office.client.cookies.jar if c.name == "tw_session").secure


def test_a_wrong_password_stays_on_the_form(office: Office) -> None:
    assert office.sign_in(password="wrong") == 401
    assert office.client.cookies.get("tw_session") is None


def test_failures_are_counted_although_the_answer_is_no(office: Office) -> None:
    for _ in range(5):
        assert office.sign_in(password="wrong") == 401

    assert office.sign_in() == 401
    office.clock.forward(minutes=1)
    assert office.sign_in() == 303


def test_the_login_form_needs_its_own_token(office: Office) -> None:
    office.client.get("/login", headers=PAGE)
    answer = office.client.post(
        "/login", data={"login": "admin", "password": "x", "csrf": "guessed"}, headers=PAGE
    )

    assert answer.status_code == 403
    assert "out of date" in answer.text


def test_signing_out_ends_the_session_at_the_server(office: Office) -> None:
    office.sign_in()
    kept = office.client.cookies["tw_session"]
    answer = office.client.post("/logout", data={"csrf": office.csrf}, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    office.client.cookies.set("tw_session", kept)
    assert office.client.get("/api/stores").status_code == 401


def test_signing_in_leads_back_within_this_site_only(office: Office) -> None:
    for onward, target in (
        ("/sales?store=S1", "/sales?store=S1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\nx", "/"),
    ):
        token = office.token_of(office.client.get("/login", headers=PAGE).text)
        data = {"login": "admin", "password": PASSWORD, "csrf": token, "next": onward}
        answer = office.client.post("/login", data=data, follow_redirects=False)
        assert answer.headers["location"] == target


def test_the_chosen_colours_are_kept(office: Office) -> None:
    office.sign_in()
    office.client.post(
        "/preferences/theme", data={"csrf": office.csrf, "theme": "dark", "next": "/stores"}
    )
    assert '<html lang="en" data-theme="dark">' in office.page("/stores")

    office.client.post("/preferences/theme", data={"csrf": office.csrf, "theme": "pink"})
    assert '<html lang="en">' in office.page("/stores")
