"""What a kind of receipt printer can do: widths, the one code page, how it answers."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from hardware.errors import NotConfigured
from resources.words import short

_CODECS = {
    "CP437": "cp437",
    "CP850": "cp850",
    "CP852": "cp852",
    "CP858": "cp858",
    "CP866": "cp866",
    "CP1250": "cp1250",
    "CP1251": "cp1251",
    "CP1252": "cp1252",
}


class Ack(StrEnum):
    """How a printer says that everything before a point is on the paper."""

    GS_H = "gs_h"
    """``GS ( H`` function 48: sent when printed. Epson TM-T20 and later, TM-T88IV and later."""
    GS_R = "gs_r"
    """``GS r 1``: answered in order behind the data, not while off line."""
    NONE = "none"


class Pulse(StrEnum):
    """The command that opens a drawer."""

    REAL_TIME = "dle_dc4"
    """``DLE DC4 1``: acts at once, in steps of 100 ms."""
    QUEUED = "esc_p"
    """``ESC p``: acts in order, exact to 2 ms; known to every clone."""


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One kind of printer. ``dots`` is the printable width; ``page_number`` is for ``ESC t``."""

    name: str
    escpos_name: str
    columns: int
    dots: int
    page: str
    page_number: int
    ack: Ack
    asb: bool
    pulse: Pulse
    qr_module: int
    barcode_module: int
    feed_before_cut: int

    @property
    def cell(self) -> int:
        """Width of one column in dots."""
        return self.dots // self.columns

    @property
    def codec(self) -> str:
        """The Python codec of the code page."""
        return _CODECS[self.page]

    def with_page(self, page: str) -> PrinterProfile:
        """The same printer with another code page, such as ``CP852`` for Polish.

        Raises:
            NotConfigured: the printer does not have the page.
        """
        return replace(self, page=page.upper(), page_number=page_number(self.escpos_name, page))

    def speaking(self, language: str) -> PrinterProfile:
        """The same printer with the page of a language, where it has one.

        What no page has, such as Chinese, is drawn.
        """
        page = _PAGES.get(short(language))
        known = _capabilities()[self.escpos_name]["codePages"].values()
        return self.with_page(page) if page and page in known else self


_PAGES = dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "ro"), "CP852")
"""Pages of languages whose letters the usual one lacks."""


@cache
def _capabilities() -> dict[str, dict[str, Any]]:
    """What python-escpos knows of printers, by its own names.

    Its file is JSON. Its module reads it as YAML, which takes a hundred times as long, and leaves
    a folder in the system's temporary one at each start.
    """
    text = files("escpos").joinpath("capabilities.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)["profiles"]
    return found


def page_number(escpos_name: str, page: str) -> int:
    """The number a printer gives to a code page. Source: python-escpos capabilities.

    Raises:
        NotConfigured: the printer does not have the page.
    """
    name = page.upper()
    pages: dict[str, str] = _capabilities()[escpos_name]["codePages"]
    numbers = [int(number) for number, found in pages.items() if found == name]
    if name not in _CODECS or not numbers:
        raise NotConfigured(
            "The printer %(printer)s has no code page %(page)s; choose one of %(pages)s.",
            printer=escpos_name,
            page=page,
            pages=", ".join(sorted(set(pages.values()) & set(_CODECS))),
        )
    codecs.lookup(_CODECS[name])
    return min(numbers)


def codec_of_page(profile: PrinterProfile, number: int) -> str | None:
    """The Python codec behind a page number of this printer; ``None`` when it has none."""
    pages: dict[str, str] = _capabilities()[profile.escpos_name]["codePages"]
    return _CODECS.get(pages.get(str(number), ""))


def _build(name: str, escpos_name: str, *, ack: Ack, narrow: bool, clone: bool) -> PrinterProfile:
    data = _capabilities()[escpos_name]
    return PrinterProfile(
        name=name,
        escpos_name=escpos_name,
        columns=int(data["fonts"]["0"]["columns"]),
        dots=int(data["media"]["width"]["pixels"]),
        page="CP858",
        page_number=page_number(escpos_name, "CP858"),
        ack=ack,
        asb=not clone,
        pulse=Pulse.QUEUED if clone else Pulse.REAL_TIME,
        qr_module=4 if narrow else 6,
        barcode_module=2,
        feed_before_cut=4 if narrow else 1,
    )


@cache
def profiles() -> dict[str, PrinterProfile]:
    """All profiles by name. Widths and page numbers come from python-escpos."""
    found = (
        _build("epson-80mm", "TM-T20II", ack=Ack.GS_R, narrow=False, clone=False),
        _build("epson-80mm-gs-h", "TM-T20II", ack=Ack.GS_H, narrow=False, clone=False),
        _build("epson-80mm-42", "TM-T20II-42col", ack=Ack.GS_R, narrow=False, clone=False),
        _build("epson-tm-t88", "TM-T88V", ack=Ack.GS_R, narrow=False, clone=False),
        _build("generic-80mm", "TM-T20II", ack=Ack.GS_R, narrow=False, clone=True),
        _build("generic-58mm", "POS-5890", ack=Ack.GS_R, narrow=True, clone=True),
    )
    return {profile.name: profile for profile in found}


def profile_named(name: str) -> PrinterProfile:
    """Look a profile up.

    Raises:
        NotConfigured: there is none of that name.
    """
    try:
        return profiles()[name]
    except KeyError:
        raise NotConfigured(
            "There is no printer profile “%(name)s”; choose one of %(names)s.",
            name=name,
            names=", ".join(sorted(profiles())),
        ) from None
