"""Qt's own messages go to the till's log, not to the terminal."""

from __future__ import annotations

import logging

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger("tillwright.qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
# The offscreen platform says this of every window; nothing is wrong then.
_HARMLESS = "This plugin does not support propagateSizeHints()"


def to_log() -> None:
    """Send Qt's messages to the logger ``tillwright.qt`` from now on."""
    qInstallMessageHandler(_handle)


def _handle(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if message != _HARMLESS:
        log.log(_LEVELS.get(kind, logging.WARNING), "%s", message)
