"""The catalogues of words: one for each language, for screens, receipts and pages alike.

``resources/i18n/<language>/LC_MESSAGES/tillwright.po`` is read as ``scripts/words.py`` writes it;
there is nothing to compile. English is the source and has no catalogue.
"""

from __future__ import annotations

import gettext
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from resources import path

DOMAIN = "tillwright"
SOURCE = "en"
STRETCHED = "qaa"
"""Made up, of ISO 639-2's own range: English, longer by 40 %, for layouts."""
MIRRORED = "qab"
"""Made up: English in Hebrew letters, which runs from right to left, for layouts."""
Entry = dict[str, str]
_LINE = re.compile(r'(?:(msgid|msgid_plural|msgstr|msgstr\[\d\]) )?(".*")')


class Words(gettext.NullTranslations):
    """One catalogue.

    Args:
        entries: messages as the file has them, ``msgid`` and its siblings by name.
    """

    def __init__(self, entries: Mapping[str, Entry], plural: Callable[[int], int]) -> None:
        super().__init__()
        self._entries = entries
        self._plural = plural

    def gettext(self, message: str) -> str:
        """The translation; without one the message itself."""
        entry = self._entries.get(message)
        text = entry.get("msgstr") or entry.get("msgstr[0]") if entry else None
        return text or super().gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The translation for a number; without one the English form."""
        entry = self._entries.get(msgid1, {})
        return entry.get(f"msgstr[{self._plural(n)}]") or super().ngettext(msgid1, msgid2, n)

    def __contains__(self, message: str) -> bool:
        return message in self._entries


class _MadeUp(gettext.NullTranslations):
    """Every message changed but for its places."""

    def __init__(self, change: Callable[[str], str]) -> None:
        super().__init__()
        self._change = change

    def gettext(self, message: str) -> str:
        """The message, changed."""
        pieces = _PLACE.split(message)
        return "".join(p if i % 2 else self._change(p) for i, p in enumerate(pieces))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The English form, changed."""
        return self.gettext(super().ngettext(msgid1, msgid2, n))


def _stretch(text: str) -> str:
    """Longer, in words as long as the text's own."""
    more = len(text) * 2 // 5
    return text + (" " + text)[: more + 1].rstrip() if more else text


def _mirror(text: str) -> str:
    return text.lower().translate(_HEBREW)


_PLACE = re.compile(r"(%(?:\(\w+\))?[\d.]*[sdX%])")
_HEBREW = str.maketrans("abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתאבגד")
_MADE_UP = {STRETCHED: _MadeUp(_stretch), MIRRORED: _MadeUp(_mirror)}


def short(language: str) -> str:
    """The language of a tag such as ``de-AT`` or ``pl_PL``, as its catalogue is named."""
    return language.replace("_", "-").split("-")[0].lower()


def file_of(language: str) -> Path:
    """Where the catalogue of a language is; it may not exist."""
    return path("i18n", language, "LC_MESSAGES", f"{DOMAIN}.po")


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a language writes numbers. ``trailing``: the currency stands behind the amount."""

    point: str
    group: str
    trailing: bool


_STYLES = {
    "en": NumberStyle(".", ",", trailing=False),
    "de": NumberStyle(",", ".", trailing=True),
    "pl": NumberStyle(",", "\N{NO-BREAK SPACE}", trailing=True),
    "zh": NumberStyle(".", ",", trailing=False),
}


def style_of(language: str) -> NumberStyle:
    """How numbers are written in a language; as in English where nobody knows."""
    return _STYLES.get(short(language), _STYLES[SOURCE])


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages, the source first."""
    return (SOURCE, *sorted(file.parts[-3] for file in path("i18n").glob(f"*/*/{DOMAIN}.po")))


def speaks(language: str) -> bool:
    """Whether there are words in a language."""
    return short(language) in languages()


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The words of a language; English words when it has no catalogue.

    Args:
        language: a tag such as ``de`` or ``de-AT``.
    """
    code = short(language)
    if code in _MADE_UP:
        return _MADE_UP[code]
    if code == SOURCE or code not in languages():
        return gettext.NullTranslations()
    # Not through Babel: its import and its reader take half a second of a till's start.
    entries = {entry["msgid"]: entry for entry in _entries(file_of(code))}
    head = entries.pop("")["msgstr"]
    rule = re.search(r"plural=(.*?);?\n", head)
    return Words(entries, gettext.c2py(rule.group(1) if rule else "n != 1"))


def _entries(file: Path) -> Iterator[Entry]:
    entry: Entry = {}
    field = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        if found[1] == "msgid" and entry:
            yield entry
            entry = {}
        field = found[1] or field
        entry[field] = entry.get(field, "") + json.loads(found[2])
    if entry:
        yield entry
