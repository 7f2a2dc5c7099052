"""Every screen and sheet: pictured in all looks, and laid out in every language and size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from hardware.fake.card_terminal import Play
from hardware.registry import DeviceOptions, scale_from
from pos_app.bootstrap.second_screen import second_screen
from pos_app.runtime import theme
from pos_app.runtime.bridge import Bridge
from pos_app.screens.shots.render import render
from pos_app.screens.shots.stage import Stage
from pos_app.screens.shots.walk import walk
from resources.words import MIRRORED, STRETCHED
from retail.weighing import Tare
from tests.screens.gift_card_shelf import stock_gift_cards
from tests.screens.layouts import faults
from tests.screens.members import give_points, know
from tests.screens.shirts import stock_up
from tests.screens.till_store import PIN, Hands, till
from tests.support.office import Office

PLACES = {"login", "open_shift", "checkout", "search", "why_this_price", "keys", "palette"}
PLACES |= {"age_check", "tender", "done", "split_lines", "card_declined", "card_unknown", "payout"}
PLACES |= {"gift_card_sold", "balance", "member", "points", "account", "invoice"}
PLACES |= {"weighing", "variants", "quick_keys", "mail_receipt", "customer_lines", "approval"}


@pytest.fixture
def stage(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Stage]:
    """A till with all its devices; its terminal declines a card, then loses an answer."""
    bridge = Bridge()
    scale = scale_from(
        DeviceOptions("scale1", {"address": f"fake:{tmp_path / 'plate'}"}), bridge.publish
    )
    weighing = (scale, (Tare("Bag", 5), Tare("Tray", 12)))
    office = Office()
    with till(tmp_path, weighing=weighing, with_terminal=True, value=office) as found:
        found.tasks.run(stock_up).result()
        found.tasks.run(stock_gift_cards).result()
        members = Hands(found, qtbot)
        give_points(members)
        know(members, points=1200, account=25_000)
        office.alone = found.tasks.read
        assert found.terminal is not None
        found.terminal.play(Play.DECLINE, Play.SILENT)
        found.window.resize(1366, 768)
        found.window.show()
        qtbot.waitExposed(found.window)
        second = second_screen(
            qapp, found.window, found.ui, store="Harbour Street", wanted="window"
        )
        assert second is not None
        found.window.activateWindow()
        yield Stage(found.window, found.ui, lambda: second.screen)
        second.close()


@pytest.mark.timeout(600)
def test_all_looks_are_pictured(stage: Stage, tmp_path: Path) -> None:
    saved = render(stage, tmp_path / "shots", pin=PIN, sizes=((1366, 768),))
    names = {path.name.split("_1")[0] for path in saved}
    assert names >= PLACES
    assert len(saved) == len(names) * 3
    assert all(path.stat().st_size > 5_000 for path in saved)


def test_what_has_no_room_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(200, 100)
    for text, place in (
        ("cut off", QRect(0, 0, 10, 20)),
        ("one", QRect(0, 30, 90, 20)),
        ("other", QRect(40, 30, 90, 20)),
    ):
        QLabel(text, window).setGeometry(place)
    part = QWidget(window)
    part.setGeometry(0, 60, 100, 40)
    QLabel("beyond", part).setGeometry(60, 0, 90, 20)
    window.show()
    found = " ".join(faults(window))
    assert "“cut off” has 10×20" in found
    assert "“other” lies over QLabel “one”" in found
    assert "“beyond” at (60, 60, 90, 20) leaves QWidget" in found


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("scale", "size"), [(1.0, (1280, 720)), (1.3, (1366, 768)), (1.5, (1366, 768))]
)
@pytest.mark.parametrize("language", ["en", "de", "pl", "zh", STRETCHED, MIRRORED])
def test_nothing_is_cut_off_or_out_of_reach(
    stage: Stage, qapp: QApplication, language: str, scale: float, size: tuple[int, int]
) -> None:
    theme.apply(qapp, replace(theme.current(), scale=scale))
    stage.window.speak(language)
    stage.window.resize(*size)
    found: list[str] = []
    for scene in walk(stage, PIN):
        stage.settle()
        found += [f"{scene.name}: {fault}" for fault in faults(scene.widget or stage.window)]
    assert (stage.window.width(), stage.window.height()) == size, "the window needs more"
    assert found == []
