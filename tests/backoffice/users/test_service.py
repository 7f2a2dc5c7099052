from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from backoffice.platform.roles import Role
from backoffice.platform.sessions import IDLE, LIFETIME, find_session, token_hash
from backoffice.users.service import NewUser, add_user, sign_in
from db.head.audit import AuditEvent
from db.head.users import UserAccount, UserSession
from retail.errors import RetailError
from tests.support.head_data import COMPANY, NOW, PASSWORD


def _sign_in(tx: Connection) -> str:
    token = sign_in(tx, "admin", PASSWORD, now=NOW)
    assert token is not None
    return token


def test_the_table_keeps_a_hash_of_the_token(chain: Connection) -> None:
    token = _sign_in(chain)

    row = chain.execute(select(UserSession)).one()
    assert row.token_hash == token_hash(token)
    assert token.encode() not in row.token_hash
    assert len(token) >= 43


def test_case_and_spaces_around_a_login_do_not_matter(chain: Connection) -> None:
    assert sign_in(chain, "  ADMIN ", PASSWORD, now=NOW) is not None


@pytest.mark.parametrize(("login", "password"), [("admin", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_login_look_alike(
    chain: Connection, login: str, password: str
) -> None:
    assert sign_in(chain, login, password, now=NOW) is None


def test_after_five_failures_a_login_rests(chain: Connection) -> None:
    for _ in range(5):
        assert sign_in(chain, "admin", "wrong", now=NOW) is None

    assert sign_in(chain, "admin", PASSWORD, now=NOW) is None
    assert sign_in(chain, "admin", PASSWORD, now=NOW + timedelta(seconds=29)) is None
    assert sign_in(chain, "admin", PASSWORD, now=NOW + timedelta(seconds=31)) is not None
    row = chain.execute(select(UserAccount).where(UserAccount.login == "admin")).one()
    assert (row.failures, row.blocked_until) == (0, None)


def test_the_rest_doubles_up_to_a_quarter_of_an_hour(chain: Connection) -> None:
    now, rests = NOW, []
    for _ in range(12):
        sign_in(chain, "admin", "wrong", now=now)
        until = chain.execute(
            select(UserAccount.blocked_until).where(UserAccount.login == "admin")
        ).scalar_one()
        if until is not None:
            rests.append((until - now).total_seconds())
            now = until
    assert rests == [30, 60, 120, 240, 480, 900, 900, 900]


def test_a_session_ends_when_idle_and_at_the_latest_after_its_lifetime(chain: Connection) -> None:
    token = _sign_in(chain)

    assert find_session(chain, token, NOW + IDLE - timedelta(seconds=1)) is not None
    seen = NOW + IDLE - timedelta(seconds=1)
    assert find_session(chain, token, seen + IDLE) is None
    step = seen
    while step < NOW + LIFETIME - IDLE:
        step += IDLE / 2
        assert find_session(chain, token, step) is not None
    assert find_session(chain, token, NOW + LIFETIME) is None


def test_a_blocked_users_session_is_worth_nothing(chain: Connection) -> None:
    token = _sign_in(chain)
    chain.execute(update(UserAccount).where(UserAccount.login == "admin").values(active=False))

    assert find_session(chain, token, NOW) is None
    assert sign_in(chain, "admin", PASSWORD, now=NOW) is None


def test_log_ins_and_refusals_are_in_the_audit_trail(chain: Connection) -> None:
    _sign_in(chain)
    sign_in(chain, "admin", "wrong", now=NOW)

    acts = chain.execute(select(AuditEvent.act).where(AuditEvent.actor == "admin")).scalars()
    assert sorted(acts) == ["user.refused", "user.signed_in"]


@pytest.mark.parametrize(
    ("user", "code"),
    [
        (NewUser("", "N", Role.VIEWER, PASSWORD), "user.login"),
        (NewUser("ADMIN", "N", Role.VIEWER, PASSWORD), "user.login"),
        (NewUser("new", "N", Role.VIEWER, "short"), "user.password"),
    ],
)
def test_users_that_cannot_be_added_are_refused(
    chain: Connection, user: NewUser, code: str
) -> None:
    with pytest.raises(RetailError) as caught:
        add_user(chain, COMPANY, user, NOW)

    assert caught.value.code == code


def test_a_user_needs_a_company(chain: Connection) -> None:
    with pytest.raises(RetailError) as caught:
        add_user(chain, "NONE", NewUser("new", "N", Role.VIEWER, PASSWORD), NOW)

    assert caught.value.code == "user.company"
