"""Pictures of the demo's sale beyond the till: its paper and its page at head office.

``python -m scripts.demo_pictures`` makes the pictures of the documents from those that a demo left.
"""

from __future__ import annotations

import re
import shutil
from array import array
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import requests
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

import resources
from hardware.printer.fonts import FontSet
from hardware.printer.preview import preview_png, to_text
from hardware.printer.profile import profile_named

if TYPE_CHECKING:
    from playwright.sync_api import Page

_LOGIN, _PASSWORD = "owner", "tillwright-demo"
_WIDTH = 1366
_ROOT = Path(__file__).resolve().parent.parent
# Under which name a picture stands in the documents.
_DOCUMENTS = {
    "checkout": "checkout_light",
    "checkout_dark": "checkout_dark",
    "why_this_price": "why_this_price",
    "why_this_line": "why_this_line",
    "tender": "tender",
    "done": "done",
    "head_office": "receipt_page",
    "dashboard": "dashboard",
}
_DOCUMENT_WIDTH = 1100
_COLOURS, _GROUNDS = 256, 64
_STYLE = re.compile(r'<link[^>]+href="(/static/[^"]+\.css)"[^>]*>')
_BROWSER_WORDS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def receipt_pictures(data: bytes, output: Path) -> None:
    """receipt.png and receipt.txt from the very bytes that went to the printer."""
    profile = profile_named("epson-80mm")
    fonts = FontSet(resources.path("vendor", "fonts"))
    (output / "receipt.png").write_bytes(preview_png(data, profile, fonts=fonts))
    (output / "receipt.txt").write_text(to_text(data, profile), encoding="utf-8")


def head_office_picture(url: str, page: str, output: Path) -> None:
    """head_office.png of the sale's page, or head_office.html where there is no browser."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        _save_page(url, page, output / "head_office.html")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=list(_BROWSER_WORDS))
        view = chromium.new_page(viewport={"width": _WIDTH, "height": 900})
        view.goto(f"{url}/login")
        view.fill("input[name=login]", _LOGIN)
        view.fill("input[name=password]", _PASSWORD)
        view.click("button[type=submit]")
        view.wait_for_load_state("networkidle")
        view.goto(page)
        view.wait_for_load_state("networkidle")
        _shoot(view, output / "head_office.png")
        view.goto(url)
        view.wait_for_load_state("networkidle")
        _shoot(view, output / "dashboard.png")
        chromium.close()


def _shoot(view: Page, target: Path) -> None:
    """The whole page, in a window as high as it is, so that the navigation spans it."""
    view.set_viewport_size({"width": _WIDTH, "height": 600})
    height = int(view.evaluate("document.documentElement.scrollHeight"))
    view.set_viewport_size({"width": _WIDTH, "height": height})
    view.screenshot(path=str(target))


def _save_page(url: str, page: str, target: Path) -> None:
    """The page with its style sheets inside, readable when the head office is gone."""
    with requests.Session() as session:
        session.trust_env = False
        form = session.get(f"{url}/login", timeout=10).text
        token = re.search(r'name="csrf" value="([^"]+)"', form)
        fields = {"login": _LOGIN, "password": _PASSWORD, "csrf": token[1] if token else ""}
        session.post(f"{url}/login", data=fields, timeout=10).raise_for_status()
        answer = session.get(page, timeout=10)
        answer.raise_for_status()

        def inline(found: re.Match[str]) -> str:
            return f"<style>{session.get(url + found[1], timeout=10).text}</style>"

        target.write_text(_STYLE.sub(inline, answer.text), encoding="utf-8")


def document_pictures(output: Path, pictures: Path) -> None:
    """The pictures of the documents, small in width and colours."""
    for source, target in _DOCUMENTS.items():
        whole = QImage(str(output / f"{source}.png"))
        if whole.isNull():
            continue
        smooth = Qt.TransformationMode.SmoothTransformation
        small = whole.scaledToWidth(_DOCUMENT_WIDTH, smooth)
        _few_colours(small).save(str(pictures / f"{target}.png"), quality=0)


def _few_colours(picture: QImage) -> QImage:
    """The picture in its commonest colours, and beyond those in one of each that look alike."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    shades = Counter(array("I", bytes(plain.constBits())))
    table = [colour for colour, _ in shades.most_common(_GROUNDS)]
    alike: dict[int, Counter[int]] = {}
    for colour, count in shades.items():
        alike.setdefault(colour & 0xF0F0F0, Counter())[colour] = count
    others = sorted(alike.values(), key=lambda found: -found.total())
    table += [found.most_common(1)[0][0] for found in others[: _COLOURS - _GROUNDS]]
    flags = Qt.ImageConversionFlag.AvoidDither | Qt.ImageConversionFlag.ThresholdDither
    return plain.convertToFormat(QImage.Format.Format_Indexed8, table, flags)


if __name__ == "__main__":
    document_pictures(_ROOT / "demo-output", _ROOT / "docs" / "pictures")
