"""The till with its window: main window, keyboard filter, events on the UI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from db.errors import StoreUnavailable
from hardware.errors import HardwareError
from pos_app.bootstrap.application import OTHER_TILL, application
from pos_app.bootstrap.second_screen import SecondScreen, qr_modules, second_screen
from pos_app.bootstrap.till import Till
from pos_app.runtime import i18n, theme
from pos_app.runtime.bridge import Bridge
from pos_app.runtime.memory import collected_here
from pos_app.runtime.sounds import SoundPlayer, backend
from pos_app.runtime.unforeseen import watched
from pos_app.runtime.wedge import WedgeFilter
from pos_app.screens.shell.main_window import MainWindow, ShellPorts
from pos_app.screens.task_runner import UiTasks
from pos_app.sync.errors import SyncError
from pos_app.sync.status import SyncStatus
from pos_app.till.queries import Identity, StoreProfile, store_profile
from retail.errors import RetailError
from retail.weighing import read_tares


@dataclass(frozen=True, slots=True)
class Desktop:
    """A till at work with its window, not shown yet; ``second`` is the customer's screen."""

    app: QApplication
    till: Till
    window: MainWindow
    tasks: UiTasks
    second: SecondScreen | None = None


def people_errors() -> tuple[type[Exception], ...]:
    """Errors whose text is a sentence for people."""
    return (RetailError, StoreUnavailable, SyncError, HardwareError)


@contextmanager
def desktop(folder: Path, *, training: bool = False) -> Iterator[Desktop]:
    """Open a till and wire its window; everything is stopped at the end.

    Args:
        training: the folder is a copy to practise on.

    Raises:
        RetailError, StoreUnavailable, NotConfigured: with a sentence for people.
    """
    app = application()
    bridge = Bridge()
    with (
        collected_here(),
        Till(folder, publish=bridge.publish, training=training) as till,
        watched(bridge.publish),
    ):
        sounds = _sounds(app, till)
        known, store = _enrolled(till)
        place = partial(_place, store.name, known.till)
        window, tasks = _window(app, till, place, sounds)
        wanted = till.settings["display.customer"]
        shown = second_screen(app, window, tasks, store=store.name, wanted=wanted)
        sounds.start()
        wedge = WedgeFilter(layout=till.settings["scanner.layout"])
        wedge.install(app)
        window.attach(bridge, wedge)
        bridge.subscribe(SyncStatus, window.show_sync)
        window.show_sync(till.sync.status)
        till.work()
        try:
            yield Desktop(app, till, window, tasks, shown)
        finally:
            wedge.remove(app)
            tasks.close()
            window.close()
            window.deleteLater()
            if shown is not None:
                shown.close()
            sounds.stop()


def _sounds(app: QApplication, till: Till) -> SoundPlayer:
    loud = 0 if till.settings["sound.mute"] == "yes" else int(till.settings["sound.volume"])
    bell = _Bell(app)
    bell.rung.connect(app.beep)
    return SoundPlayer(till.paths.sounds, backend(bell.rung.emit), loud)


class _Bell(QObject):
    """The beep of last resort, from the sounds' thread to the UI thread."""

    rung = Signal()


def _enrolled(till: Till) -> tuple[Identity, StoreProfile]:
    """Which till this is and its store, whose language the words are in from now on."""
    known = till.identity
    if known is None:
        raise RetailError(
            "journal.none", "This till is not enrolled yet; run “enrol” for this folder first."
        )
    store = till.tasks.read(store_profile).result()
    i18n.use(till.settings["screen.language"] or store.language)
    return known, store


def _place(store: str, till: int) -> str:
    return f"{store} · {i18n._('Till %s') % till}"


def _window(
    app: QApplication, till: Till, place: Callable[[], str], sounds: SoundPlayer
) -> tuple[MainWindow, UiTasks]:
    look = theme.Look(till.settings["screen.theme"])
    left = till.settings["screen.hand"] == "left"
    scale = int(till.settings["screen.scale"]) / 100
    theme.apply(app, theme.Theme(look, scale, left_handed=left))
    tasks = UiTasks(till.tasks)
    ports = ShellPorts(
        tasks=tasks,
        desk=till.desk,
        place=place,
        idle_seconds=int(till.settings["lock.idle_seconds"]),
        receipt_picture=till.receipt_picture,
        save_record=till.save_record,
        save_receipt=till.save_receipt,
        save_invoice=till.save_invoice,
        sounds=sounds,
        own_keys=till.settings["keys.own"],
        value=None if till.training else till.value,
        counter=None if till.training else till.counter,
        sync_now=None if till.training else till.sync.retry_now,
        modules=qr_modules,
        training=till.training,
        switch=lambda: app.exit(OTHER_TILL),
        scale=till.devices.scale,
        tares=read_tares(till.settings["scale.tares"]),
        cards=till.cards,
        open_drawer=till.devices.open_drawer,
    )
    return MainWindow(ports), tasks
