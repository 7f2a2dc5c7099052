"""How far a till gets on its way to head office, so that people know whom to call.

Asked on the sync thread after a request that nobody answered.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pos_app.sync.errors import NoAnswer
from pos_app.sync.status import Reach

PROBE_SECONDS = 2.0
_UNREACHABLE = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.ETIMEDOUT}
)
_NOWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses of documentation: asking for the way to them sends nothing."""
_ROUTE_IS_UP = 0x1

Network = Callable[[], bool]
Connect = Callable[[str, int], None]


def why_silent(
    server: str,
    problem: NoAnswer,
    *,
    network: Network | None = None,
    connect: Connect | None = None,
) -> Reach:
    """Why nobody answered.

    Args:
        server: head office's address.
        network: whether this machine is in any network.
        connect: opens and closes a connection, or raises OSError.
    """
    if problem.__cause__ is None:
        return Reach.OFFICE_DOWN  # something answered, and it was no answer of head office
    place = urlsplit(server)
    host = place.hostname or ""
    if not _is_this_machine(host) and not (network or has_network)():
        return Reach.NO_NETWORK
    found = _judged(problem.__cause__, timed_out=not problem.reached)
    if found is not None:
        return found
    try:
        (connect or _connect)(host, place.port or (443 if place.scheme == "https" else 80))
    except OSError as refusal:
        return _judged(refusal, timed_out=True) or Reach.NO_INTERNET
    return Reach.OFFICE_DOWN


def _judged(problem: BaseException, *, timed_out: bool) -> Reach | None:
    """What the errors below a failure say; None when they do not tell.

    Args:
        timed_out: a time-out was one of connecting.
    """
    for error in _errors(problem):
        if isinstance(error, ssl.SSLCertVerificationError):
            return Reach.UNTRUSTED
        if isinstance(error, ConnectionRefusedError):
            return Reach.OFFICE_DOWN
        if isinstance(error, socket.gaierror):
            return Reach.NO_INTERNET
        if isinstance(error, TimeoutError) and timed_out:
            return Reach.NO_INTERNET
        if isinstance(error, OSError) and error.errno in _UNREACHABLE:
            return Reach.NO_INTERNET
    return None


def _errors(problem: BaseException) -> Iterator[BaseException]:
    """An error and all that it was raised from or carries, each once."""
    waiting: list[object] = [problem]
    seen: set[int] = set()
    while waiting:
        error = waiting.pop(0)
        if not isinstance(error, BaseException) or id(error) in seen:
            continue
        seen.add(id(error))
        yield error
        waiting += [*error.args, getattr(error, "reason", None), error.__cause__, error.__context__]


def has_network(proc: Path = Path("/proc/net"), sys: Path = Path("/sys/class/net")) -> bool:
    """Whether this machine is in a network: some interface has a route and a signal."""
    try:
        names = _v4_interfaces((proc / "route").read_text(encoding="ascii"))
    except OSError:
        return any(_knows_a_way(family, address) for family, address in _NOWHERE)
    with suppress(OSError):  # a kernel without IPv6
        names |= _v6_interfaces((proc / "ipv6_route").read_text(encoding="ascii"))
    return any(_has_signal(sys / name) for name in names)


def _v4_interfaces(table: str) -> set[str]:
    rows = [line.split() for line in table.splitlines()[1:]]
    return {row[0] for row in rows if len(row) > 3 and int(row[3], 16) & _ROUTE_IS_UP} - {"lo"}


def _v6_interfaces(table: str) -> set[str]:
    """Link-local and multicast routes are there as soon as there is a cable; they lead nowhere."""
    rows = [line.split() for line in table.splitlines()]
    return {
        row[9]
        for row in rows
        if len(row) > 9
        and int(row[8], 16) & _ROUTE_IS_UP
        and not row[0].startswith(("fe8", "fe9", "fea", "feb", "ff"))
    } - {"lo"}


def _has_signal(interface: Path) -> bool:
    """A pulled cable leaves the route in place. An interface that is down cannot be asked."""
    try:
        return (interface / "carrier").read_text(encoding="ascii").strip() != "0"
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _knows_a_way(family: socket.AddressFamily, address: str) -> bool:
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((address, 9))
        except OSError:
            return False
    return True


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _connect(host: str, port: int) -> None:
    socket.create_connection((host, port), PROBE_SECONDS).close()
