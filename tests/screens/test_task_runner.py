"""Answers of work elsewhere, and the commands that wait for them."""

from __future__ import annotations

from concurrent.futures import Future

import pytest
from pytestqt.qtbot import QtBot

from pos_app.screens.task_runner import UiTasks
from tests.screens.till_store import Hands


@pytest.fixture
def tasks(selling: Hands) -> UiTasks:
    return selling.till.ui


def test_a_command_waits_for_the_answer_that_an_entry_needs(tasks: UiTasks, qtbot: QtBot) -> None:
    asked: Future[str] = Future()
    order: list[str] = []
    tasks.follow(asked, done=order.append, failed=lambda _error: None, entered=True)
    tasks.after_answers(lambda: order.append("pay"))
    assert order == []
    asked.set_result("claimed")
    qtbot.waitUntil(lambda: order == ["claimed", "pay"])


def test_nothing_waits_for_what_somebody_gave_up(tasks: UiTasks, qtbot: QtBot) -> None:
    asked: Future[str] = Future()
    order: list[str] = []
    give_up = tasks.follow(asked, done=order.append, failed=lambda _error: None, entered=True)
    tasks.after_answers(lambda: order.append("pay"))
    give_up()
    assert order == ["pay"]
    give_up()
    asked.set_result("late")
    qtbot.waitUntil(lambda: order == ["pay", "late"])
    tasks.after_answers(lambda: order.append("next"))
    assert order[-1] == "next"


def test_a_card_at_the_terminal_holds_no_command_back(tasks: UiTasks) -> None:
    asked: Future[str] = Future()
    order: list[str] = []
    tasks.follow(asked, done=order.append, failed=lambda _error: None)
    tasks.after_answers(lambda: order.append("other"))
    assert order == ["other"]
    asked.cancel()
