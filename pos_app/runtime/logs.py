"""Logging of the till: a rotating file, and nothing personal or secret in it."""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

_SECRETS = (
    # Card numbers, in one piece or in groups; up to 14 digits may be a GTIN and stay.
    (re.compile(r"\b\d{15,19}\b"), "[number]"),
    (re.compile(r"\b\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}\b|\b\d{4}([ -])\d{6}\2\d{5}\b"), "[number]"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "[e-mail]"),
    (re.compile(r"\+\d[\d ]{7,}\d"), "[phone]"),
    (re.compile(r"(?i)(pin|secret|password|token|signature)(\W+)\S+"), r"\1\2[hidden]"),
)


class Redaction(logging.Formatter):
    """Takes card numbers, e-mail addresses, phone numbers and secrets out of every line.

    Tracebacks are lines too. A message whose arguments do not fit is kept with them beside it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as text without what must not be kept."""
        try:
            text = super().format(record)
        except (TypeError, ValueError, KeyError):
            record.msg, record.args = f"{record.msg} {record.args!r}", None
            text = super().format(record)
        for pattern, instead in _SECRETS:
            text = pattern.sub(instead, text)
        return text


def configure(folder: Path) -> RotatingFileHandler:
    """Log to ``folder``; the caller closes the handler at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "till.log", maxBytes=2_000_000, backupCount=5, encoding="utf-8", delay=True
    )
    handler.setFormatter(
        Redaction("%(asctime)s %(levelname)s %(name)s [%(threadName)s] %(message)s")
    )
    root = logging.getLogger("tillwright")
    root.setLevel(logging.INFO)
    # A till's log is its file; what a library prints to the terminal is not ours.
    root.propagate = False
    root.addHandler(handler)
    return handler


def release(handler: RotatingFileHandler) -> None:
    """Close what :func:`configure` opened."""
    root = logging.getLogger("tillwright")
    root.removeHandler(handler)
    root.propagate = True
    handler.close()
