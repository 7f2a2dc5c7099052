"""The design tokens: one file for the till's style sheet and the web's CSS variables."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from resources import path

THEMES = ("light", "dark", "contrast")


@dataclass(frozen=True, slots=True)
class Tint:
    """Background and mark colour of a product tile, as ``#RRGGBB``."""

    back: str
    mark: str


@cache
def load() -> dict[str, Any]:
    """The content of ``themes/tokens.json``; do not change it."""
    text = path("themes", "tokens.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def colours(theme: str) -> dict[str, str]:
    """Colour tokens of a theme, ``#RRGGBB`` by name.

    Raises:
        KeyError: there is no such theme; :data:`THEMES` names them.
    """
    found: dict[str, str] = load()["themes"][theme]
    return found


def tints(theme: str) -> dict[str, Tint]:
    """Tile tints of a theme by name: peach, green, blue, rose, yellow, teal, violet, grey."""
    return {name: Tint(*pair) for name, pair in load()["tints"][theme].items()}


def text_style(role: str) -> tuple[int, int]:
    """Size in pixels at scale 1 and weight (400 to 700) of a text role."""
    size, weight = load()["type"][role]
    return int(size), int(weight)


def css_variables(theme: str) -> str:
    """CSS declarations ``--tw-<token>: value;`` of a theme, one a line, for a ``:root`` rule.

    Names are in kebab case: ``onPrimarySoft`` becomes ``--tw-on-primary-soft``.
    """
    declarations = [f"--tw-{_kebab(name)}: {value};" for name, value in colours(theme).items()]
    for name, tint in tints(theme).items():
        declarations.append(f"--tw-tint-{name}: {tint.back};")
        declarations.append(f"--tw-tint-{name}-mark: {tint.mark};")
    tokens = load()
    declarations += [f"--tw-radius-{_kebab(n)}: {v}px;" for n, v in tokens["radii"].items()]
    declarations += [f"--tw-space-{v}: {v}px;" for v in tokens["spacing"]]
    for name, (size, weight) in tokens["type"].items():
        declarations.append(f"--tw-text-{_kebab(name)}: {size}px;")
        declarations.append(f"--tw-weight-{_kebab(name)}: {weight};")
    return "\n".join(declarations)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two ``#RRGGBB`` colours, 1 to 21. Source: WCAG 2.2, contrast ratio."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
