from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from db.head.audit import AuditEvent
from db.head.streams import StreamChange
from db.streams import store_stream
from db.transaction import begin
from tests.backoffice.conftest import Office

FLOOR = "/api/stores/S1/settings/offline.gift_card.floor"


def put(office: Office, value: str | None, path: str = FLOOR) -> Any:
    return office.client.put(path, json={"value": value}, headers={"x-csrf-token": office.csrf})


def changes(office: Office) -> list[tuple[str, str]]:
    query = select(StreamChange.op, StreamChange.body).where(
        StreamChange.stream == store_stream("S1"), StreamChange.entity == "setting"
    )
    with begin(office.engine) as tx:
        return [(row.op, row.body) for row in tx.execute(query.order_by(StreamChange.seq))]


def test_a_setting_is_kept_told_to_the_tills_and_noted(office: Office) -> None:
    office.sign_in()
    assert put(office, "700").json() == {"offline.gift_card.floor": "700"}
    assert put(office, "800").json() == {"offline.gift_card.floor": "800"}
    assert put(office, None).json() == put(office, None).json() == {}
    assert office.client.get("/api/stores/S1/settings").json() == {}
    assert [op for op, _ in changes(office)] == ["put", "put", "del"]
    with begin(office.engine) as tx:
        acts = tx.execute(select(AuditEvent.act)).scalars().all()
    assert acts.count("store.setting") == 4


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (FLOOR, "a lot", "setting.value"),
        (FLOOR.replace("floor", "roof"), "1", "setting.unknown"),
        (FLOOR.replace("S1", "S9"), "1", "store.unknown"),
    ],
)
def test_what_no_till_could_work_by_is_refused(
    office: Office, path: str, value: str, code: str
) -> None:
    office.sign_in()
    answer = put(office, value, path)
    assert 400 <= answer.status_code < 500
    assert code in answer.text
    assert changes(office) == []


def test_only_an_administrator_makes_settings(office: Office) -> None:
    office.sign_in("viewer")
    assert put(office, "700").status_code == 403
    assert changes(office) == []
