"""What the simulated card terminal did, on disk: it outlives the till as a real terminal would."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from hardware.card import CardAsk, CardCharge, CardSlip

End = Literal["begun", "moved", "declined", "cancelled"]


@dataclass(frozen=True, slots=True)
class Deed:
    """A charge and how far it came.

    Attributes:
        end: ``moved`` when the money did.
        due: whether a charge that was only begun moves money once the terminal goes on.
        number: counts the deeds; it makes the authorisation.
        reason: why it came to nothing.
    """

    charge: CardCharge
    end: End
    due: bool
    number: int
    reason: str = ""

    @property
    def slip(self) -> CardSlip:
        """What the terminal prints for it."""
        code, charge = f"{self.number:06d}", self.charge
        text = f"{charge.ask.value} {charge.minor} {charge.currency}\nVISA ****4242\nAUTH {code}"
        return CardSlip("Visa", "4242", code, "SIM00001", text)


class CardLedger:
    """Lines of JSON, each flushed to the disk before anybody hears of it; the newest counts.

    Args:
        path: the file; made with the first deed. A line that a power cut tore is left out.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._deeds: dict[str, Deed] = {deed.charge.reference: deed for deed in _read(path)}

    def find(self, reference: str) -> Deed | None:
        """What became of a reference."""
        return self._deeds.get(reference)

    def begun(self) -> tuple[Deed, ...]:
        """What was begun and has no end."""
        return tuple(deed for deed in self._deeds.values() if deed.end == "begun")

    def begin(self, charge: CardCharge, *, due: bool) -> Deed:
        """A charge is begun."""
        return self._write(Deed(charge, "begun", due, len(self._deeds) + 1))

    def end(self, deed: Deed, end: End, reason: str = "") -> Deed:
        """A charge came to its end."""
        return self._write(Deed(deed.charge, end, deed.due, deed.number, reason))

    def reversed(self, reference: str) -> bool:
        """Whether a charge was taken back."""
        return any(
            deed.end == "moved" and deed.charge.of == reference for deed in self._deeds.values()
        )

    def charged(self) -> int:
        """What all cards paid, less what they got back; minor units."""
        return sum(self._sign(deed) * deed.charge.minor for deed in self._deeds.values())

    def _sign(self, deed: Deed) -> int:
        if deed.end != "moved":
            return 0
        if deed.charge.ask is CardAsk.REVERSE:
            taken = self._deeds[deed.charge.of]
            return -1 if taken.charge.ask is CardAsk.PAY else 1
        return 1 if deed.charge.ask is CardAsk.PAY else -1

    def _write(self, deed: Deed) -> Deed:
        line = json.dumps(asdict(deed)).encode() + b"\n"
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)
        self._deeds[deed.charge.reference] = deed
        return deed


def _read(path: Path) -> Iterator[Deed]:
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        charge = told.pop("charge")
        charge["ask"] = CardAsk(charge["ask"])
        yield Deed(CardCharge(**charge), **told)
