"""Fonts for what a printer cannot say itself: the folder is given, the system is never searched."""

from __future__ import annotations

import logging
import unicodedata
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont
_LOG = logging.getLogger("tillwright.hardware")
_SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})
_MISSING = "\U0010fffe"
_PROBE_SIZE = 24


class FontSet:
    """Fonts of a folder and its subfolders, with Pillow's own font behind them.

    Args:
        folder: where ``.ttf``, ``.otf`` and ``.ttc`` files lie; it may be missing or empty.
    """

    def __init__(self, folder: Path | None = None) -> None:
        found = sorted(folder.rglob("*")) if folder is not None and folder.is_dir() else []
        self._paths: list[Path | None] = [
            *sorted((p for p in found if p.suffix.lower() in _SUFFIXES), key=_preference),
            None,
        ]
        self._fonts: dict[tuple[Path | None, int], Font | None] = {}
        self._covers: dict[tuple[Path | None, str], bool] = {}
        self._told: set[str] = set()

    def runs(self, text: str, size: int) -> list[tuple[str, Font]]:
        """Split ``text`` into pieces with a font of ``size`` pixels that has their characters.

        One font for the whole text wins, so that Arabic stays joined. A character that no font
        has is drawn as the last font draws it, and logged once.
        """
        whole = next((p for p in self._paths if self._has_all(p, text)), _MISSING)
        if not isinstance(whole, str):
            return [(text, self._font(whole, size))]
        pieces: list[tuple[str, Path | None]] = []
        for char in text:
            current = pieces[-1][1] if pieces else self._paths[0]
            path = current if self._has(current, char) else self._path_for(char)
            if pieces and pieces[-1][1] == path:
                pieces[-1] = (pieces[-1][0] + char, path)
            else:
                pieces.append((char, path))
        return [(piece, self._font(path, size)) for piece, path in pieces]

    def monospace(self, size: int) -> Font | None:
        """A monospaced font of the folder, if there is one."""
        for path in self._paths:
            if path is not None and "mono" in path.stem.lower() and self._load(path, size):
                return self._font(path, size)
        return None

    def _path_for(self, char: str) -> Path | None:
        for path in self._paths:
            if self._has(path, char):
                return path
        if char not in self._told:
            self._told.add(char)
            _LOG.warning("no font for U+%04X %s", ord(char), unicodedata.name(char, "?"))
        return None

    def _has_all(self, path: Path | None, text: str) -> bool:
        return all(self._has(path, char) for char in text)

    def _has(self, path: Path | None, char: str) -> bool:
        if unicodedata.category(char) in ("Zs", "Cf", "Mn", "Me"):
            return self._load(path, _PROBE_SIZE) is not None
        key = (path, char)
        if key not in self._covers:
            font = self._load(path, _PROBE_SIZE)
            self._covers[key] = font is not None and _mask(font, char) != _mask(font, _MISSING)
        return self._covers[key]

    def _font(self, path: Path | None, size: int) -> Font:
        font = self._load(path, size) or self._load(None, size)
        if font is None:
            raise OSError("Pillow was built without FreeType")
        return font

    def _load(self, path: Path | None, size: int) -> Font | None:
        key = (path, size)
        if key not in self._fonts:
            self._fonts[key] = _open_font(path, size)
        return self._fonts[key]


def _open_font(path: Path | None, size: int) -> Font | None:
    if path is None:
        built_in = ImageFont.load_default(size)
        return built_in if isinstance(built_in, ImageFont.FreeTypeFont) else None
    try:
        return ImageFont.truetype(str(path), size)
    except OSError as problem:
        _LOG.warning("font %s cannot be read: %s", path.name, problem)
        return None


def _mask(font: Font, char: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(char)
    return mask.size, bytes(mask)


def _preference(path: Path) -> tuple[int, str]:
    """Plain cuts first: a slanted or heavy one is wrong for body text."""
    name = path.stem.lower()
    odd = any(word in name for word in ("italic", "oblique", "bold", "black", "thin", "light"))
    return (1 if odd else 0, path.name)
