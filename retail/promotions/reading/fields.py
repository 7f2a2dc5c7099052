"""Typed fields of a JSON object; every fault is a sentence that names the object and the field."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher, get_close_matches

from retail.errors import RetailError

WHOLE_BP = 10_000
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object while it is read; null counts as absent.

    Attributes:
        values: the object as parsed.
        area: what codes of faults begin with, such as ``promotion``.
        subject: what sentences begin with, such as ``Promotion p7``.
        path: where the object stands in the subject, such as ``slots[1].``.
    """

    values: Mapping[str, object]
    area: str
    subject: str
    path: str = ""

    def fault(self, what: str, message_id: str, name: str, **params: object) -> RetailError:
        """The error ``area.what``; ``%(subject)s`` and ``%(field)s`` are filled in."""
        field = f"{self.path}{name}"
        return RetailError(
            f"{self.area}.{what}", message_id, subject=self.subject, field=field, **params
        )

    def has(self, name: str) -> bool:
        """True when the field is there and not null."""
        return self.values.get(name) is not None

    def required(self, name: str) -> object:
        """The field's value.

        Raises:
            RetailError: ``area.missing``.
        """
        value = self.values.get(name)
        if value is None:
            raise self.fault("missing", "%(subject)s: %(field)s is missing.", name)
        return value

    def integer(self, name: str, *, least: int | None = 0, most: int | None = None) -> int:
        """A whole number within its bounds; no bound where it is None.

        Raises:
            RetailError: ``area.missing``, ``area.wrong_type`` or ``area.range``.
        """
        value = self.required(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong_type(name, "a whole number")
        if least is not None and value < least:
            raise self.fault(
                "range", "%(subject)s: %(field)s must be at least %(least)s.", name, least=least
            )
        if most is not None and value > most:
            raise self.fault(
                "range", "%(subject)s: %(field)s must be at most %(most)s.", name, most=most
            )
        return value

    def optional_integer(
        self, name: str, *, least: int | None = 0, most: int | None = None
    ) -> int | None:
        """A whole number within its bounds, or None when absent."""
        return self.integer(name, least=least, most=most) if self.has(name) else None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        if not self.has(name):
            return default
        value = self.values[name]
        if not isinstance(value, bool):
            raise self.wrong_type(name, "true or false")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A string; one without a default must be there and not be empty."""
        if default is not None and not self.has(name):
            return default
        value = self.required(name)
        if not isinstance(value, str):
            raise self.wrong_type(name, "a text")
        if default is None and not value:
            raise self.fault("missing", "%(subject)s: %(field)s is missing.", name)
        return value

    def optional_text(self, name: str) -> str | None:
        """A string, or None when absent."""
        return self.text(name, "") if self.has(name) else None

    def choice(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        """One of the allowed words.

        Raises:
            RetailError: ``area.missing``, ``area.wrong_type`` or ``area.choice``.
        """
        value = self.text(name, default)
        if value not in allowed:
            words = ", ".join(sorted(allowed))
            raise self.fault(
                "choice", "%(subject)s: %(field)s must be one of %(words)s.", name, words=words
            )
        return value

    def listed(self, name: str) -> list[object]:
        """A list; an absent one is empty."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong_type(name, "a list")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings; an absent one is empty."""
        found = []
        for position, value in enumerate(self.listed(name)):
            if not isinstance(value, str):
                raise self.wrong_type(f"{name}[{position}]", "a text")
            found.append(value)
        return tuple(found)

    def inner(self, name: str) -> Fields:
        """The object below; an absent one has no fields."""
        value = self.values.get(name)
        return self._below(name, {} if value is None else value)

    def required_inner(self, name: str) -> Fields:
        """The object below, which must be there."""
        self.required(name)
        return self.inner(name)

    def objects(self, name: str) -> tuple[Fields, ...]:
        """A list of objects; an absent one is empty."""
        return tuple(
            self._below(f"{name}[{position}]", value)
            for position, value in enumerate(self.listed(name))
        )

    def instant(self, name: str) -> datetime:
        """A date and time of the store's wall clock.

        Raises:
            RetailError: ``area.missing``, ``area.wrong_type`` or ``area.datetime``.
        """
        value = self.text(name)
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is not None:
            raise self.fault(
                "datetime",
                "%(subject)s: %(field)s must be a date and time without a zone, "
                "such as 2026-03-12T11:00:00.",
                name,
            )
        return instant

    def minutes(self, name: str, default: int) -> int:
        """A time of day in minutes, 24:00 included.

        Raises:
            RetailError: ``area.wrong_type`` or ``area.time``.
        """
        if not self.has(name):
            return default
        found = _TIME.fullmatch(self.text(name))
        if found is None:
            raise self.fault(
                "time", "%(subject)s: %(field)s must be a time from 00:00 to 24:00.", name
            )
        return 60 * int(found[1] or 24) + int(found[2] or 0)

    def exactly_one(self, *names: str) -> str:
        """The one of these fields that is there.

        Raises:
            RetailError: ``area.one_of`` for none or several.
        """
        found = [name for name in names if self.has(name)]
        if len(found) != 1:
            raise self.fault(
                "one_of",
                "%(subject)s: exactly one of %(names)s is due.",
                "",
                names=", ".join(f"{self.path}{name}" for name in names),
            )
        return found[0]

    def only(self, known: Collection[str]) -> None:
        """Refuse every other field.

        Raises:
            RetailError: ``area.unknown_field``; the sentence names the nearest known one.
        """
        for name in self._unknown(known):
            self._refuse(name, get_close_matches(name, sorted(known), 1))

    def not_misspelt(self, known: Collection[str]) -> None:
        """Refuse fields that all but bear a known name; others are notes of the file's writer.

        Raises:
            RetailError: ``area.unknown_field``.
        """
        for name in self._unknown(known):
            alike = [other for other in sorted(known) if _edits(name, other) <= 2]
            if alike:
                self._refuse(name, alike)

    def _unknown(self, known: Collection[str]) -> list[str]:
        return sorted(name for name in set(self.values) - set(known) if self.has(name))

    def _refuse(self, name: str, alike: list[str]) -> None:
        if alike:
            raise self.fault(
                "unknown_field",
                "%(subject)s: there is no field %(field)s; %(nearest)s is meant, perhaps.",
                name,
                nearest=f"{self.path}{alike[0]}",
            )
        raise self.fault("unknown_field", "%(subject)s: there is no field %(field)s here.", name)

    def wrong_type(self, name: str, kind: str) -> RetailError:
        """The error ``area.wrong_type``."""
        return self.fault("wrong_type", "%(subject)s: %(field)s must be %(kind)s.", name, kind=kind)

    def _below(self, name: str, value: object) -> Fields:
        if not isinstance(value, Mapping):
            raise self.wrong_type(name, "an object")
        return Fields(value, self.area, self.subject, f"{self.path}{name}.")


def _edits(one: str, other: str) -> int:
    """How many letters must be struck out or put in to make one word of the other."""
    kept = sum(block.size for block in SequenceMatcher(None, one, other).get_matching_blocks())
    return len(one) + len(other) - 2 * kept
