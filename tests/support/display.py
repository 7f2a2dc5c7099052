"""A virtual display with a session bus, the till's window on it, and hands and eyes.

Hands are ``xdotool``; eyes see what a screen reader sees, over AT-SPI: every button, row and text
by its accessible name, and where it is on the screen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any

from jeepney import DBusAddress, DBusErrorResponse, new_method_call  # type: ignore[import-untyped]
from jeepney.io.blocking import (  # type: ignore[import-untyped]
    DBusConnection,
    open_dbus_connection,
)
from jeepney.wrappers import unwrap_msg  # type: ignore[import-untyped]

from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("Xvfb", "xdotool", "dbus-daemon")
_BRIDGE = Path("/usr/libexec/at-spi-bus-launcher")
KEY_MS = 60
"""People type no faster."""
_SCAN_MS = 0
_SCREEN_SECONDS = 60.0
_SEEN_SECONDS = 30.0
_LOG_IN = "Type your PIN"
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_COMPONENT = "org.a11y.atspi.Component"
_ROOT = "/org/a11y/atspi/accessible/root"
_SHOWING = 25
"""The bit of AtspiStateType that says that something is on the screen."""


def missing() -> list[str]:
    """Programs that a display needs and this machine has not."""
    lost = [name for name in PROGRAMS if shutil.which(name) is None]
    return lost if _BRIDGE.exists() else [*lost, _BRIDGE.name]


@dataclass(frozen=True, slots=True)
class Seen:
    """Something on the screen: its name and its place in pixels."""

    name: str
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        """Where a finger would touch it."""
        return self.x + self.width // 2, self.y + self.height // 2


class Eyes:
    """What is on the screen, as a screen reader is told it.

    Args:
        bus: address of the session's bus.
    """

    def __init__(self, bus: str) -> None:
        with open_dbus_connection(bus) as session:
            known = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            address = session.send_and_get_reply(new_method_call(known, "GetAddress")).body[0]
        self._bus: DBusConnection = open_dbus_connection(address)

    def close(self) -> None:
        """Look no more."""
        self._bus.close()

    def all(self) -> Iterator[Seen]:
        """Everything that has a name and is on the screen, from the window down."""
        root = ("org.a11y.atspi.Registry", _ROOT)
        for application in self._children(root):
            yield from self._inside(application)

    def find(self, name: str) -> Seen | None:
        """The first thing whose name begins so."""
        return next((seen for seen in self.all() if seen.name.startswith(name)), None)

    def wait_for(self, name: str, *, exactly: bool = False) -> Seen:
        """Look until something is there whose name begins so, or is just that.

        Of several that are just that the last is meant: it lies above the others.

        Raises:
            AssertionError: it does not come.
        """
        found: list[Seen | None] = []

        def fits(seen: Seen) -> bool:
            return seen.name == name if exactly else seen.name.startswith(name)

        def look() -> bool:
            fitting = [seen for seen in self.all() if fits(seen)]
            found[:] = [None] if not fitting else [fitting[-1 if exactly else 0]]
            return found != [None]

        wait_until(look, seconds=_SEEN_SECONDS)
        if found[0] is None:
            names = sorted({seen.name for seen in self.all()})
            raise AssertionError(f"{name!r} is not on the screen, but {names}")
        return found[0]

    def _inside(self, place: tuple[str, str]) -> Iterator[Seen]:
        for child in self._children(place):
            # What goes away while one looks is not there.
            with suppress(DBusErrorResponse):
                yield from self._below(child)

    def _below(self, place: tuple[str, str]) -> Iterator[Seen]:
        if not self._is_showing(place):
            return
        name = self._name(place)
        if name:
            x, y, width, height = self._call(place, _COMPONENT, "GetExtents", "u", (0,))[0]
            if width and height:
                yield Seen(name, x, y, width, height)
        yield from self._inside(place)

    def _children(self, place: tuple[str, str]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = self._call(place, _ACCESSIBLE, "GetChildren")[0]
        return found

    def _is_showing(self, place: tuple[str, str]) -> bool:
        low, _high = self._call(place, _ACCESSIBLE, "GetState")[0]
        return bool(low >> _SHOWING & 1)

    def _name(self, place: tuple[str, str]) -> str:
        wanted = (_ACCESSIBLE, "Name")
        value = self._call(place, "org.freedesktop.DBus.Properties", "Get", "ss", wanted)[0]
        return str(value[1])

    def _call(
        self, place: tuple[str, str], interface: str, method: str, *told: Any
    ) -> tuple[Any, ...]:
        address = DBusAddress(place[1], place[0], interface)
        question = new_method_call(address, method, *told)
        told_back = self._bus.send_and_get_reply(question, timeout=10)
        body: tuple[Any, ...] = unwrap_msg(told_back)
        return body


class Hands:
    """A keyboard, a pointer and a keyboard-wedge scanner."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._pace = Event()

    def type(self, text: str) -> None:
        """Letter by letter, as people type.

        Each is a command of its own: on a busy machine the X server would take several at once,
        and give them one time as a scanner has it.
        """
        for letter in text:
            self._do("type", letter)
            self._pace.wait(KEY_MS / 1000)

    def press(self, *keys: str) -> None:
        """Keys by their names in X, such as ``F9`` or ``ctrl+g``, one after the other."""
        for key in keys:
            self._do("key", key)
            self._pace.wait(KEY_MS / 1000)

    def touch(self, seen: Seen) -> None:
        """Put the finger in the middle of something."""
        x, y = seen.middle
        self._do("mousemove", str(x), str(y), "click", "1")

    def scan(self, code: str) -> None:
        """Send a code as a scanner does: fast, and with Enter."""
        self._do("type", "--args", "1", "--delay", str(_SCAN_MS), code, "key", "Return")

    def _do(self, *words: str) -> None:
        subprocess.run(
            [*_at_once(), "xdotool", *words],
            env=self._environment,
            check=True,
            capture_output=True,
            timeout=60,
        )


@dataclass(frozen=True, slots=True)
class Desktop:
    """A till on a display."""

    hands: Hands
    eyes: Eyes
    picture: Callable[[Path], None]


@contextmanager
def desktop(till: Path, folder: Path, **environment: str) -> Iterator[Desktop]:
    """The till's window, alone on a display of 1366 × 768.

    Args:
        till: the till's data folder; it is enrolled.
        folder: for what the processes write.
        environment: further variables of the till's process.
    """
    with _display() as number, _bus(number, folder) as bus:
        seen = {**os.environ, "DISPLAY": number, "DBUS_SESSION_BUS_ADDRESS": bus}
        words = [sys.executable, "-m", "pos_app", "run", "--data", str(till)]
        told = {
            **seen,
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            **environment,
        }
        with _process(words, told, folder / "till.log"):
            hands = Hands(seen)
            eyes = Eyes(bus)
            try:
                # The first window is only that of the start.
                eyes.wait_for(_LOG_IN)
                _give_focus(seen)
                yield Desktop(hands, eyes, lambda path: _picture(seen, path))
            finally:
                eyes.close()


@cache
def _at_once() -> tuple[str, ...]:
    """Words before a program that stands for hardware: a scanner waits for no busy machine."""
    words = ("chrt", "-f", "1")
    there = shutil.which("chrt") is not None
    allowed = there and subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if allowed and allowed.returncode == 0 else ()


def _give_focus(environment: Mapping[str, str]) -> None:
    """Without a window manager nobody else would."""
    find = ["xdotool", "search", "--onlyvisible", "--name", "^Tillwright$", "windowfocus", "--sync"]

    def focused() -> bool:
        return (
            subprocess.run(find, env=environment, capture_output=True, check=False).returncode == 0
        )

    if not wait_until(focused, seconds=_SCREEN_SECONDS):
        raise AssertionError("the till's window does not come")


def _picture(environment: Mapping[str, str], path: Path) -> None:
    """A picture of the display, where ImageMagick is there to take it."""
    if shutil.which("import"):
        subprocess.run(["import", "-window", "root", str(path)], env=environment, check=False)


@contextmanager
def _display() -> Iterator[str]:
    """An X server without a screen; it chooses a free number itself."""
    read, write = os.pipe()
    words = [
        *_at_once(),
        "Xvfb",
        "-displayfd",
        str(write),
        "-screen",
        "0",
        "1366x768x24",
        "-nolisten",
        "tcp",
    ]
    server = subprocess.Popen(words, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            number = told.readline().strip()
        if not number:
            raise AssertionError("the X server did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _bus(display: str, folder: Path) -> Iterator[str]:
    """A session bus; the accessibility bus is started by it when it is asked for."""
    environment = {**os.environ, "DISPLAY": display, "XDG_RUNTIME_DIR": str(folder)}
    words = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    server = subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        if server.stdout is None:
            raise AssertionError("no pipe")
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()
        if server.stdout is not None:
            server.stdout.close()


@contextmanager
def _process(words: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            yield
        finally:
            process.terminate()
            process.wait()
