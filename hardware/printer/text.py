"""Text on paper: display width, wrapping, and what the printer's code page can say."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_ZERO_WIDTH = frozenset({"Mn", "Me", "Cf"})
_JOINERS = "\u200c\u200d"

# Spellings that lose nothing on paper; used only when the page lacks the character itself.
_EQUIVALENTS = {
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f", " "),
    **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500", "-"),
    "\u2022": "*",
    "\u00d7": "x",
}


def clean(text: str) -> str:
    """Composed text without control characters: a product name must never command a printer.

    Line feeds stay; every other control character becomes a space, a lone surrogate U+FFFD.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(_printable(char) for char in composed)


def _printable(char: str) -> str:
    match unicodedata.category(char):
        case "Cc" | "Zl" | "Zp":
            return char if char == "\n" else " "
        case "Cs":
            return "\ufffd"
        case _:
            return char


@lru_cache(maxsize=4096)
def _char_width(char: str) -> int:
    if unicodedata.category(char) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def display_width(text: str) -> int:
    """Columns a text takes: 2 for wide East Asian characters, 0 for combining ones."""
    return sum(map(_char_width, text))


def _clusters(text: str) -> Iterator[str]:
    """Characters with the marks and joined characters that must stay with them."""
    cluster = ""
    for char in text:
        if cluster and _char_width(char) and cluster[-1] not in _JOINERS:
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _tokens(paragraph: str) -> Iterator[tuple[str, bool]]:
    """Unbreakable pieces; the flag tells whether a space goes before."""
    for word in paragraph.split(" "):
        spaced, piece = True, ""
        for cluster in _clusters(word):
            if display_width(cluster) < 2:
                piece += cluster
                continue
            if piece:
                yield piece, spaced
                spaced, piece = False, ""
            yield cluster, spaced
            spaced = False
        if piece:
            yield piece, spaced


def _split_hard(token: str, width: int) -> list[str]:
    pieces = [""]
    for cluster in _clusters(token):
        if pieces[-1] and display_width(pieces[-1] + cluster) > width:
            pieces.append("")
        pieces[-1] += cluster
    return pieces


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` columns; at least one line. No visible character is lost.

    Breaks at spaces and between wide characters, inside a word only when it is wider than the
    line. ``width`` below 2 counts as 2, so that a wide character always fits.
    """
    width = max(width, 2)
    lines: list[str] = []
    for paragraph in clean(text).split("\n"):
        line = ""
        for token, spaced in _tokens(paragraph):
            joined = f"{line} {token}" if line and spaced else line + token
            if display_width(joined) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            *full, line = _split_hard(token, width)
            lines.extend(full)
        lines.append(line)
    return lines


def longest_word(text: str) -> int:
    """Columns of the widest piece that :func:`wrap` breaks only for want of room."""
    lines = clean(text).split("\n")
    return max((display_width(token) for line in lines for token, _ in _tokens(line)), default=0)


def encode(text: str, codec: str) -> bytes | None:
    """The text in a single-byte page, one byte a column; ``None`` when a character is missing.

    Typographic spaces, dashes and quotes fall back to their plain spelling; nothing ever becomes
    a question mark.
    """
    encoded = bytearray()
    for char in text:
        byte = _encode_char(char, codec)
        if byte is None:
            return None
        encoded += byte
    return bytes(encoded)


@lru_cache(maxsize=4096)
def _encode_char(char: str, codec: str) -> bytes | None:
    if unicodedata.category(char) == "Cf" and char not in _JOINERS:
        return b""
    for spelling in (char, _EQUIVALENTS.get(char)):
        if spelling is None:
            continue
        try:
            return spelling.encode(codec)
        except UnicodeEncodeError:
            continue
    return None
