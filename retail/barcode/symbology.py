"""What a scanner tells before the data: the symbology identifier. Source: ISO/IEC 15424."""

from __future__ import annotations

import re
from enum import StrEnum

_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]")


class Carrier(StrEnum):
    """What the symbol says of its data, as far as it decides how they are read."""

    UNKNOWN = "unknown"
    GS1 = "gs1"
    EAN_UPC = "ean_upc"
    EAN_8 = "ean_8"
    ADD_ON = "add_on"


_CARRIERS = {
    "]C1": Carrier.GS1,
    "]e0": Carrier.GS1,
    "]e1": Carrier.GS1,
    "]e2": Carrier.GS1,
    "]d2": Carrier.GS1,
    "]Q3": Carrier.GS1,
    "]J1": Carrier.GS1,
    "]E0": Carrier.EAN_UPC,
    "]E3": Carrier.ADD_ON,
    "]E4": Carrier.EAN_8,
}


def carrier_of(text: str) -> tuple[Carrier, str]:
    """The carrier, and the text without its identifier; unknown for a text without one."""
    if _IDENTIFIER.match(text) is None:
        return Carrier.UNKNOWN, text
    return _CARRIERS.get(text[:3], Carrier.UNKNOWN), text[3:]
