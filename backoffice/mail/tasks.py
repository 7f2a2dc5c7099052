"""The sender: a thread that hands queued receipts to an SMTP server.

Addresses stand in no log and in no error that is kept.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

import resources
from backoffice.config import Smtp
from backoffice.mail import service
from backoffice.mail.service import Letter
from backoffice.platform.clock import Clock
from db.errors import StoreUnavailable
from db.transaction import begin
from hardware.printer.layout import Line, lay_out
from hardware.printer.pdf import A4, ROLL, to_pdf

log = logging.getLogger("tillwright.mail")

_LOOK_SECONDS = 5.0
_SMTP_SECONDS = 30.0
_COLUMNS = 48
_REFUSED_FOR_GOOD = 500


class UnsentError(Exception):
    """No server has taken the letter; ``for_good`` when no other try would change that."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


def send_due(engine: Engine, smtp: Smtp, clock: Clock) -> int:
    """Send all that is due; returns how many letters a server has taken."""
    taken = 0
    while True:
        with begin(engine) as tx:
            service.give_up_unknown(tx, clock())
            letter = service.take(tx, clock())
        if letter is None:
            return taken
        try:
            _hand_over(smtp, message_of(letter, smtp))
        except UnsentError as problem:
            log.info("receipt %s is not sent: %s", letter.number, problem)
            with begin(engine) as tx:
                if problem.for_good:
                    service.failed(tx, letter.store_id, letter.rid, clock(), str(problem))
                else:
                    service.try_later(tx, letter, clock(), str(problem))
        else:
            with begin(engine) as tx:
                service.sent(tx, letter, clock())
            taken += 1


def message_of(letter: Letter, smtp: Smtp) -> EmailMessage:
    """The receipt as text and as a PDF; the same letter always has the same message id."""
    message = EmailMessage()
    message["From"], message["To"] = smtp.sender, letter.to
    message["Subject"] = f"{letter.store} · {letter.number}"
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = f"<{letter.rid.hex}@{smtp.sender.rpartition('@')[2].rstrip('>')}>"
    lines = (each for each in lay_out(letter.document, _COLUMNS) if isinstance(each, Line))
    message.set_content("".join(f"{line.text}\n" for line in lines))
    fonts, sheet = resources.path("vendor", "fonts"), A4 if letter.a4 else ROLL
    pdf = to_pdf(letter.document, fonts, letter.created_at, sheet=sheet)
    name = f"{'invoice' if letter.a4 else 'receipt'}_{letter.number}.pdf"
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    return message


def _hand_over(smtp: Smtp, message: EmailMessage) -> None:
    """Give a message to the server.

    Raises:
        UnsentError: with the server's code and no word of whom it is for.
    """
    try:
        server = _connected(smtp)
    except (OSError, smtplib.SMTPException) as problem:
        raise UnsentError(f"No connection: {type(problem).__name__}.", for_good=False) from None
    with server:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as problem:
            code = min((code for code, _ in problem.recipients.values()), default=0)
            raise _refused(code) from None
        except smtplib.SMTPResponseException as problem:
            raise _refused(problem.smtp_code) from None
        except (OSError, smtplib.SMTPException) as problem:
            # It may have arrived: better none than two.
            why = f"The connection broke while it was being sent: {type(problem).__name__}."
            raise UnsentError(why, for_good=True) from None


def _refused(code: int) -> UnsentError:
    return UnsentError(f"The server refused it with {code}.", for_good=code >= _REFUSED_FOR_GOOD)


def _connected(smtp: Smtp) -> smtplib.SMTP:
    secure = ssl.create_default_context()
    server: smtplib.SMTP
    if smtp.tls == "tls":
        server = smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=_SMTP_SECONDS, context=secure)
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, timeout=_SMTP_SECONDS)
    try:
        if smtp.tls == "starttls":
            server.starttls(context=secure)
        if smtp.user:
            server.login(smtp.user, smtp.password)
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


class MailSender:
    """A thread that looks every five seconds for what is due."""

    def __init__(self, engine: Engine, smtp: Smtp, clock: Clock) -> None:
        self._engine = engine
        self._smtp = smtp
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="mail-sender")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Let the letter at hand end, then join."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                send_due(self._engine, self._smtp, self._clock)
            except (StoreUnavailable, DBAPIError):
                log.info("sending receipts waits for the database")
            except Exception:
                # A defect in one letter must not end the thread: those behind it would wait.
                log.exception("a defect ended a round of sending")
            self._stopping.wait(_LOOK_SECONDS)
