"""Addresses of devices: ``tcp://host:9100``, ``serial:///dev/ttyX?baud=9600`` and others."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from hardware.errors import AddressError

DEFAULT_PORT = 9100
_BAUDS = frozenset({1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200})
_MODES = frozenset({"8N1", "8E1", "8O1", "7N1", "7E1", "7O1", "8N2", "7E2", "7O2"})


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A printer on the network; raw bytes, by convention port 9100."""

    host: str
    port: int = DEFAULT_PORT

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A serial port. ``mode`` is data bits, parity and stop bits, such as ``8N1``."""

    path: str
    baud: int = 9600
    mode: str = "8N1"

    def __str__(self) -> str:
        slashes = "//" if self.path.startswith("/") else ""
        return f"serial:{slashes}{self.path}?baud={self.baud}&mode={self.mode}"


@dataclass(frozen=True, slots=True)
class FileAddress:
    """A file or a device node that takes bytes and never answers."""

    path: str

    def __str__(self) -> str:
        return f"file:{self.path}"


@dataclass(frozen=True, slots=True)
class NullAddress:
    """Swallows every byte: a till without a printer."""

    def __str__(self) -> str:
        return "null:"


@dataclass(frozen=True, slots=True)
class FakeAddress:
    """A device that exists in memory only."""

    name: str

    def __str__(self) -> str:
        return f"fake:{self.name}"


Address = TcpAddress | SerialAddress | FileAddress | NullAddress | FakeAddress


def parse_address(text: str) -> Address:
    """Read an address; ``str()`` of the result is the same address in full.

    Raises:
        AddressError: with ``part`` one of ``scheme``, ``host``, ``port``, ``path``, ``baud``,
            ``mode``, ``name``, ``option``.
    """
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        raise AddressError(
            "host", "The %(part)s of the address “%(text)s” cannot be read.", text=text
        ) from None
    match parts.scheme.lower():
        case "tcp":
            return _tcp(text, parts)
        case "serial":
            return _serial(text, parts)
        case "file":
            return FileAddress(_need(text, "path", unquote(parts.netloc + parts.path)))
        case "null":
            return NullAddress()
        case "fake":
            return FakeAddress(_need(text, "name", unquote(parts.netloc + parts.path)))
        case _:
            raise AddressError(
                "scheme",
                "The %(part)s of the address “%(text)s” is unknown; "
                "it starts with tcp:, serial:, file:, null: or fake:.",
                text=text,
            )


def _tcp(text: str, parts: SplitResult) -> TcpAddress:
    host = _need(text, "host", parts.hostname or "")
    if parts.query or parts.path.strip("/"):
        raise AddressError(
            "option", "The address “%(text)s” has an %(part)s that tcp: does not know.", text=text
        )
    try:
        port = DEFAULT_PORT if parts.port is None else parts.port
    except ValueError:
        port = 0
    if not port:
        raise AddressError(
            "port", "The %(part)s of the address “%(text)s” must be 1 to 65535.", text=text
        )
    return TcpAddress(host, port)


def _serial(text: str, parts: SplitResult) -> SerialAddress:
    path = _need(text, "path", unquote(parts.netloc + parts.path))
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    baud, mode = options.pop("baud", "9600"), options.pop("mode", "8N1").upper()
    if options:
        raise AddressError(
            "option",
            "The address “%(text)s” has the unknown %(part)s “%(option)s”.",
            text=text,
            option=next(iter(options)),
        )
    if not (baud.isascii() and baud.isdigit() and int(baud) in _BAUDS):
        raise AddressError(
            "baud",
            "The %(part)s rate of the address “%(text)s” must be one of %(allowed)s.",
            text=text,
            allowed=", ".join(map(str, sorted(_BAUDS))),
        )
    if mode not in _MODES:
        raise AddressError(
            "mode", "The %(part)s of the address “%(text)s” must be like 8N1 or 7E1.", text=text
        )
    return SerialAddress(path, int(baud), mode)


def _need(text: str, part: str, value: str) -> str:
    if not value:
        raise AddressError(part, "The %(part)s is missing in the address “%(text)s”.", text=text)
    return value
