"""What a till finds out about the way to head office when nobody answers."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import NoAnswer
from pos_app.sync.reach import has_network, why_silent
from pos_app.sync.status import Reach
from tests.support.sync_rig import Rig

OFFICE = "https://office.example"


def silence(error: BaseException | None, *, reached: bool = False) -> NoAnswer:
    """What the client raises for an error below it, wrapped as libraries do."""
    problem = NoAnswer("The head office cannot be reached.", reached=reached)
    if error is not None:
        outer = ConnectionError("the pool gave up")
        outer.__context__ = error
        problem.__cause__ = outer
    return problem


def connects(_host: str, _port: int) -> None:
    """A server that takes connections."""


def connecting_fails(error: OSError) -> Callable[[str, int], None]:
    def connect(_host: str, _port: int) -> None:
        raise error

    return connect


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Reach.OFFICE_DOWN),
        (socket.gaierror(socket.EAI_AGAIN, "no name server"), Reach.NO_INTERNET),
        (TimeoutError("connecting took too long"), Reach.NO_INTERNET),
        (OSError(errno.ENETUNREACH, "unreachable"), Reach.NO_INTERNET),
        (OSError(errno.EHOSTUNREACH, "unreachable"), Reach.NO_INTERNET),
        (ssl.SSLCertVerificationError("self-signed"), Reach.UNTRUSTED),
    ],
)
def test_the_error_below_tells_where_the_way_ends(error: OSError, found: Reach) -> None:
    assert why_silent(OFFICE, silence(error), network=lambda: True) is found


def test_without_a_network_nothing_else_is_asked() -> None:
    refused = silence(ConnectionRefusedError())
    assert why_silent(OFFICE, refused, network=lambda: False) is Reach.NO_NETWORK


def test_an_answer_that_is_none_of_head_office_comes_from_a_server_that_is_down() -> None:
    assert why_silent(OFFICE, silence(None, reached=True)) is Reach.OFFICE_DOWN


def test_after_a_time_out_of_reading_the_way_is_tried_again() -> None:
    late = silence(TimeoutError("reading took too long"), reached=True)
    open_way = why_silent(OFFICE, late, network=lambda: True, connect=connects)
    assert open_way is Reach.OFFICE_DOWN
    cut = connecting_fails(TimeoutError("connecting took too long"))
    assert why_silent(OFFICE, late, network=lambda: True, connect=cut) is Reach.NO_INTERNET
    closed = connecting_fails(ConnectionRefusedError())
    assert why_silent(OFFICE, late, network=lambda: True, connect=closed) is Reach.OFFICE_DOWN


def test_a_head_office_on_this_machine_needs_no_network() -> None:
    for server in ("http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000"):
        refused = silence(ConnectionRefusedError())
        assert why_silent(server, refused, network=lambda: False) is Reach.OFFICE_DOWN


def test_a_port_where_nobody_listens_is_a_head_office_that_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = HeadOffice(f"http://127.0.0.1:{port}")
    with pytest.raises(NoAnswer) as silent:
        client.entry_hash(UUID(int=1), 1)
    client.close()
    assert why_silent(client.server, silent.value) is Reach.OFFICE_DOWN


_V4 = """\
Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	0100000A	0003	0	0	0	00000000	0	0	0
lo	0000007F	00000000	0001	0	0	0	000000FF	0	0	0
"""
_V6 = (
    "20010db8000000000000000000000000 40 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 00000100 00000001 00000000 00000001 wlan0\n"
    "fe800000000000000000000000000000 40 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 00000100 00000001 00000000 00000001 eth1\n"
)


def machine(folder: Path, *, v4: str = "Iface\n", v6: str = "", **carriers: str) -> bool:
    """Whether a machine with these routes and signals is in a network."""
    proc, sys = folder / "net", folder / "class"
    proc.mkdir()
    (proc / "route").write_text(v4)
    (proc / "ipv6_route").write_text(v6)
    for name, carrier in carriers.items():
        (sys / name).mkdir(parents=True)
        (sys / name / "carrier").write_text(carrier)
    return has_network(proc, sys)


def test_a_route_with_a_signal_is_a_network(tmp_path: Path) -> None:
    assert machine(tmp_path, v4=_V4, eth0="1\n")


def test_a_pulled_cable_is_no_network_although_its_route_stays(tmp_path: Path) -> None:
    assert not machine(tmp_path, v4=_V4, eth0="0\n")


def test_a_route_of_the_newer_kind_will_do(tmp_path: Path) -> None:
    assert machine(tmp_path, v6=_V6, wlan0="1\n", eth1="1\n")


def test_link_local_addresses_and_the_loopback_are_no_network(tmp_path: Path) -> None:
    only_local = _V6.splitlines(keepends=True)[1]
    loopback = "".join(_V4.splitlines(keepends=True)[i] for i in (0, 2))
    assert not machine(tmp_path, v4=loopback, v6=only_local, eth1="1\n")


def test_elsewhere_the_routing_table_is_asked_without_sending(tmp_path: Path) -> None:
    assert has_network(tmp_path / "none", tmp_path) in {True, False}


@pytest.mark.expect_warnings
def test_the_status_says_how_far_the_till_got(rig: Rig) -> None:
    with rig.shop() as shop:
        assert shop.seen.synced().reach is Reach.OFFICE
        rig.head.stop()
        shop.sell()
        away = shop.seen.wait(lambda s: s.reach is not Reach.OFFICE)
        assert away.reach is Reach.OFFICE_DOWN
        rig.head.start()
        assert shop.seen.synced().reach is Reach.OFFICE
