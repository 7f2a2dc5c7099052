"""Who a head office is lies outside of its database, so that a restore cannot turn it back."""

from __future__ import annotations

import stat
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from backoffice.identity import Identity, IdentityKeeper, ShutOut, check, keeper
from retail.errors import RetailError

HQ = UUID(int=7)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "identity.json"


def read(file: Path) -> Identity:
    return msgspec.json.decode(file.read_bytes(), type=Identity)


def test_the_first_start_writes_it_for_its_owner_only(file: Path) -> None:
    found = keeper(file, HQ, 1).now
    assert read(file) == found
    assert (found.hq_id, found.incarnation, found.greatest_seen) == (HQ, 1, 1)
    assert len(found.key) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keeper(file, HQ, 1).now == found


def test_its_key_is_in_no_text(file: Path) -> None:
    found = keeper(file, HQ, 1).now
    assert repr(found) == f"Identity({HQ}, incarnation 1)"


def test_the_greatest_incarnation_that_a_till_met_is_noted_at_once(file: Path) -> None:
    office = keeper(file, HQ, 1)
    office.met(4)
    assert read(file).greatest_seen == 4
    office.met(2)
    assert read(file).greatest_seen == 4


def test_a_new_incarnation_is_above_every_one_that_was_seen(file: Path) -> None:
    office = keeper(file, HQ, 1)
    office.met(4)
    assert office.next_incarnation().incarnation == 5
    assert keeper(file, HQ, 1).next_incarnation().incarnation == 6


def test_a_database_that_was_put_back_is_not_served(file: Path) -> None:
    office = keeper(file, HQ, 1)
    check(office.now, 1)
    office.met(2)
    with pytest.raises(RetailError, match="recovery --begin"):
        check(office.now, 1)
    check(office.next_incarnation(), 3)
    with pytest.raises(RetailError, match="recovery --begin"):
        check(office.now, 1)


def test_a_database_newer_than_its_identity_is_not_served(file: Path) -> None:
    with pytest.raises(RetailError, match="identity file says 1"):
        check(keeper(file, HQ, 1).now, 2)


def test_the_file_of_another_head_office_is_refused(file: Path) -> None:
    keeper(file, HQ, 1)
    with pytest.raises(RetailError, match="another head office"):
        keeper(file, UUID(int=8), 1)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"hq_id":1}'])
def test_a_damaged_file_is_told_and_kept(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(RetailError, match="damaged"):
        keeper(file, HQ, 1)
    assert file.read_bytes() == content


def test_two_programs_change_one_file(file: Path) -> None:
    first, second = keeper(file, HQ, 1), keeper(file, HQ, 1)
    first.shut_out(UUID(int=1), ShutOut(5, drain_ok=True))
    second.shut_out(UUID(int=2), ShutOut(6, drain_ok=False))
    assert read(file).shut_out == {
        UUID(int=1).hex: ShutOut(5, drain_ok=True),
        UUID(int=2).hex: ShutOut(6, drain_ok=False),
    }


def test_without_a_file_it_lives_as_long_as_the_program() -> None:
    office = keeper(None, HQ, 3)
    assert isinstance(office, IdentityKeeper)
    assert not office.kept
    assert office.next_incarnation().incarnation == 4
