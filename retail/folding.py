"""Search and sort keys: case and accents folded, the same on both sides, without a database."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart, though people type them without the stroke.
_KEPT = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ŋ": "n",
        "ħ": "h",
        "ŧ": "t",
    }
)


def fold(text: str) -> str:
    """``"Żółta Crème"`` becomes ``"zolta creme"``; white space is single."""
    if text.isascii():
        return " ".join(text.lower().split())
    # Taken apart first: a compatibility letter such as "℡" holds capitals inside.
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKD", folded).translate(_KEPT)
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())
