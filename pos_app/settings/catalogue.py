"""Every setting of a till: its key, type, default and meaning, in one place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from retail.errors import RetailError
from retail.weighing import read_tares


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting; ``accepts`` tells whether a text is a valid value."""

    key: str
    default: str
    description: str
    accepts: Callable[[str], bool]


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda text: text in words


def _whole(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: text.isascii() and text.isdecimal() and low <= int(text) <= high


def _any(text: str) -> bool:
    return len(text) <= 200


def _list(text: str) -> bool:
    return len(text) <= 4000


def _object(text: str) -> bool:
    """JSON of names and their values, or nothing."""
    try:
        return not text or (len(text) <= 4000 and isinstance(json.loads(text), dict))
    except (ValueError, RecursionError):
        return False


def _tares(text: str) -> bool:
    try:
        read_tares(text)
    except RetailError:
        return False
    return True


CATALOGUE: dict[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting("printer.address", "null:", "Receipt printer, such as tcp://10.0.0.9:9100", _any),
        Setting("printer.profile", "epson-80mm", "What the receipt printer can do", _any),
        Setting("scanner.address", "null:", "Serial scanner, such as serial:///dev/ttyACM0", _any),
        Setting("scanner.layout", "", "What the scanner's keys mean, as JSON; learned", _object),
        Setting("scale.address", "null:", "Scale, such as serial:///dev/ttyUSB0", _any),
        Setting("scale.tares", "", "Tares to choose from, such as Bag=0.005, Tray=0.012", _tares),
        Setting("terminal.address", "null:", "Card terminal; fake:sim simulates one", _any),
        Setting("terminal.script", "", "What a simulated terminal does, such as decline", _list),
        Setting(
            "terminal.delay_ms", "1500", "How long a simulated payment takes", _whole(0, 60000)
        ),
        Setting("screen.theme", "light", "Colours", _one_of("light", "dark", "contrast")),
        Setting("screen.scale", "100", "Size of the screens in percent", _whole(100, 150)),
        Setting("screen.language", "", "Language of the screens; empty: the store's", _any),
        Setting(
            "display.customer",
            "auto",
            "Customer display: on a second screen if there is one, in a window, or off",
            _one_of("auto", "window", "off"),
        ),
        Setting("screen.hand", "right", "Hand that works the screens", _one_of("right", "left")),
        Setting("sound.volume", "60", "Loudness of the till's sounds in percent", _whole(0, 100)),
        Setting("sound.mute", "no", "Whether the till is silent", _one_of("no", "yes")),
        Setting("keys.own", "", "Keys of this till's own, as JSON of commands", _object),
        Setting("witness.folder", "", "Where the journal's witness is kept; empty: beside", _any),
        Setting("lock.idle_seconds", "180", "Lock after this many idle seconds", _whole(10, 86400)),
    )
}


def setting(key: str) -> Setting:
    """The setting of that key.

    Raises:
        RetailError: ``setting.unknown``, naming the nearest known key.
    """
    found = CATALOGUE.get(key)
    if found is None:
        near = get_close_matches(key, CATALOGUE, n=1, cutoff=0.0)[0]
        raise RetailError(
            "setting.unknown",
            "There is no setting %(key)s; did you mean %(near)s?",
            key=key,
            near=near,
        )
    return found


def checked(key: str, value: str) -> str:
    """The value if it fits the setting.

    Raises:
        RetailError: ``setting.unknown`` or ``setting.value``.
    """
    if not setting(key).accepts(value):
        raise RetailError("setting.value", "%(value)s does not fit %(key)s.", key=key, value=value)
    return value
