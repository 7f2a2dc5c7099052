"""Backups and restores under a till, as an operator does them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from backoffice.backups import back_up, restore
from backoffice.config import Config
from backoffice.platform.clock import system_clock
from db.store.journal import Journal, PushState
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until


class Safe:
    """Backups of a rig's head office, and restores of them as an operator does them."""

    def __init__(self, rig: Rig, folder: Path) -> None:
        self._rig, self._folder = rig, folder

    @property
    def config(self) -> Config:
        return Config(url=self._rig.head.database, identity=self._rig.head.identity)

    def back_up(self, name: str = "one") -> Path:
        file = self._folder / f"{name}.backup"
        back_up(self._rig.engine, file, system_clock)
        return file

    def restore(self, file: Path) -> None:
        self._rig.head.stop()
        self._rig.engine.dispose()
        restore(self.config, file, system_clock)
        self._rig.head.start()


def settled(shop: Shop) -> None:
    assert wait_until(lambda: shop.acked() == shop.head(), seconds=30)


def durable(shop: Shop) -> int:
    query = select(PushState.durable_seq).join(Journal, Journal.jid == PushState.jid)
    open_one = query.where(Journal.state == "open")
    return int(shop.read(lambda tx: tx.execute(open_one).scalar_one()))
