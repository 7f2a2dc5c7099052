"""The hardware vectors, read from the repository's own copy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "data" / "hardware"


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).read_text("utf-8"))
    return found


def each(name: str) -> list[Any]:
    found: list[Any] = read(name)["vectors"]
    return found
