from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.address import (
    FakeAddress,
    FileAddress,
    NullAddress,
    SerialAddress,
    TcpAddress,
    parse_address,
)
from hardware.errors import AddressError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp://10.0.0.9", TcpAddress("10.0.0.9", 9100)),
        ("TCP://printer.shop:9101", TcpAddress("printer.shop", 9101)),
        ("tcp://[fe80::1]:9100", TcpAddress("fe80::1", 9100)),
        ("serial:///dev/ttyUSB0", SerialAddress("/dev/ttyUSB0")),
        ("serial:///dev/ttyS0?baud=19200&mode=7e1", SerialAddress("/dev/ttyS0", 19200, "7E1")),
        ("serial:COM3?baud=9600", SerialAddress("COM3", 9600)),
        ("file:/tmp/a%20b", FileAddress("/tmp/a b")),  # noqa: S108  never opened
        ("file:///dev/usb/lp0", FileAddress("/dev/usb/lp0")),
        ("null:", NullAddress()),
        ("fake:front", FakeAddress("front")),
    ],
)
def test_addresses(text: str, address: object) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "scheme"),
        ("10.0.0.9", "scheme"),
        ("usb:1", "scheme"),
        ("tcp://", "host"),
        ("tcp://[fe80::1", "host"),
        ("tcp://host:0", "port"),
        ("tcp://host:70000", "port"),
        ("tcp://host:x", "port"),
        ("tcp://host/path", "option"),
        ("tcp://host?x=1", "option"),
        ("serial:", "path"),
        ("serial:///dev/x?baud=fast", "baud"),
        ("serial:///dev/x?baud=12345", "baud"),
        ("serial:///dev/x?mode=9N1", "mode"),
        ("serial:///dev/x?speed=9600", "option"),
        ("file:", "path"),
        ("fake:", "name"),
    ],
)
def test_an_error_names_the_bad_part(text: str, part: str) -> None:
    with pytest.raises(AddressError) as refused:
        parse_address(text)
    assert refused.value.part == part
    assert refused.value.code == "hardware.address"
    assert part in refused.value.sentence


_ADDRESSES = st.one_of(
    st.builds(TcpAddress, st.sampled_from(["h", "10.0.0.1", "::1"]), st.integers(1, 65535)),
    st.builds(
        SerialAddress,
        st.sampled_from(["/dev/ttyS0", "COM7"]),
        st.sampled_from([1200, 115200]),
        st.sampled_from(["8N1", "7O1"]),
    ),
    st.builds(FileAddress, st.sampled_from(["/a/b", "rel/x"])),
    st.just(NullAddress()),
    st.builds(FakeAddress, st.sampled_from(["a", "b"])),
)


@given(_ADDRESSES)
def test_text_form_reads_back(address: object) -> None:
    assert parse_address(str(address)) == address
