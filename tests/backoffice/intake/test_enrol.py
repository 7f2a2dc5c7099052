from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from sqlalchemy import select

from backoffice.fleet.service import head_office
from db.head.stores import EnrolCode, Installation, Terminal
from db.transaction import begin
from retail.contract.envelope import EnrolAnswer, signing_key
from tests.backoffice.conftest import Office
from tests.backoffice.intake.conftest import Code
from tests.support.head_data import key
from tests.support.wire_till import WireJournal, WireTill, enrol, hello_of, problem_of


def test_a_code_is_traded_for_an_identity(office: Office, code: Code) -> None:
    installation = key()
    answer = enrol(office.client, code("S2", 2), installation=str(installation))
    assert answer.status_code == 201
    known = msgspec.json.decode(answer.content, type=EnrolAnswer)
    assert (known.store, known.till, known.installation) == ("S2", 2, installation)
    assert len(known.secret) == 32
    with begin(office.engine) as tx:
        assert head_office(tx) == (known.hq_id, known.incarnation)
        row = tx.execute(
            select(Installation).where(Installation.installation_id == installation)
        ).one()
        terminal = tx.execute(
            select(Terminal.installation_id).where(Terminal.store_id == "S2", Terminal.till == 2)
        ).scalar_one()
    assert terminal == installation
    assert bytes(row.signing_key) == signing_key(known.secret)
    assert known.secret not in bytes(row.signing_key)
    assert WireTill(office.client, known, known.nonce).hello().status_code == 200


def test_a_code_may_be_typed_as_people_do(office: Office, code: Code) -> None:
    typed = code().lower().replace("-", " ")
    assert enrol(office.client, typed).status_code == 201


def test_a_code_is_good_once(office: Office, code: Code) -> None:
    issued = code()
    assert enrol(office.client, issued).status_code == 201
    assert problem_of(enrol(office.client, issued)) == (403, "enrol.code")


@pytest.mark.threads  # the application answers both at once, with a thread more than before
def test_of_two_tills_with_one_code_one_is_let_in(office: Office, code: Code) -> None:
    issued = code()
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda _: enrol(office.client, issued), range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 403]


def test_a_code_expires(office: Office, code: Code) -> None:
    issued = code()
    office.clock.forward(minutes=15)
    assert problem_of(enrol(office.client, issued)) == (403, "enrol.code")


@pytest.mark.parametrize(
    "wrong", ["", "0000-0000", "x", "⚠" * 9, "A" * 10_000, "\0"], ids=lambda code: repr(code[:9])
)
def test_a_wrong_code_lets_nobody_in(office: Office, wrong: str) -> None:
    assert problem_of(enrol(office.client, wrong)) == (403, "enrol.code")


def test_a_refusal_leaves_the_code_good(office: Office, code: Code) -> None:
    issued = code()
    too_old = enrol(office.client, issued, oldest_protocol=8, protocol=9)
    assert problem_of(too_old) == (426, "too_old")
    assert problem_of(enrol(office.client, issued, app_version="\0"))[0] == 400
    assert enrol(office.client, issued).status_code == 201


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"\xff", b"null", b'{"code":1}', b"[" * 100_000],
    ids=lambda b: repr(b[:9]),
)
def test_garbage_is_refused_with_a_sentence(office: Office, body: bytes) -> None:
    answer = office.client.post("/v1/enrol", content=body)
    assert problem_of(answer) == (400, "bad_request")


def test_a_new_installation_replaces_the_one_before(
    office: Office, wire: WireTill, code: Code
) -> None:
    journal = WireJournal().sell_many(2)
    assert wire.push(journal, 1, 1).status_code == 200
    new = WireTill.enrolled(office.client, code())
    # What the earlier one still holds may be money: it is taken in. It gets nothing any more.
    assert wire.push(journal, 2, 2).status_code == 200
    refusal = hello_of(wire.hello()).refusal
    assert refusal is not None
    assert refusal.code == "revoked"
    tail = "/v1/streams/catalogue/tail?after=0"
    assert problem_of(wire.send("GET", tail)) == (403, "revoked")
    assert new.hello().status_code == 200
    with begin(office.engine) as tx:
        states = tx.execute(
            select(Installation.state).where(
                Installation.store_id == "S1",
                Installation.till == 1,
                Installation.installation_id.in_(
                    [wire.answer.installation, new.answer.installation]
                ),
            )
        ).scalars()
        assert sorted(states) == ["active", "replaced"]


def test_an_installation_id_in_use_is_not_given_again(
    office: Office, wire: WireTill, code: Code
) -> None:
    taken = str(wire.answer.installation)
    answer = enrol(office.client, code("S2", 1), installation=taken)
    assert problem_of(answer) == (409, "installation_known")
    assert wire.hello().status_code == 200


def test_codes_are_kept_as_hashes_only(office: Office, code: Code) -> None:
    issued = code()
    with begin(office.engine) as tx:
        hashes = tx.execute(select(EnrolCode.code_hash)).scalars().all()
    assert all(issued.replace("-", "").encode() not in bytes(value) for value in hashes)
