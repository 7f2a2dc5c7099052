"""What a hello says of a journal's end, and how little of it travels."""

from __future__ import annotations

from uuid import UUID

import msgspec
import pytest

from retail.contract.envelope import JournalHead


@pytest.mark.parametrize(("end", "sent_to"), [(None, 7), (7, 7), (3, 3), (0, 0)])
def test_a_journal_is_sent_to_its_end_unless_the_rest_goes_on_elsewhere(
    end: int | None, sent_to: int
) -> None:
    assert JournalHead(jid=UUID(int=1), seq=7, hash="", end=end).sent_to == sent_to


def test_what_is_as_usual_does_not_travel() -> None:
    head = JournalHead(jid=UUID(int=1), seq=7, hash="aa")
    assert set(msgspec.to_builtins(head)) == {"jid", "seq", "hash"}
