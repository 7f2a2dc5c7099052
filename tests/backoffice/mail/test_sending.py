from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, delete, insert, select

from backoffice.config import Smtp, smtp_from
from backoffice.mail.service import MOST_ATTEMPTS, take
from backoffice.mail.tasks import send_due
from backoffice.platform.events import ReceiptWished
from backoffice.wiring import apply
from db.head.journals import EntrySide
from db.head.mail import MailJob
from db.transaction import begin
from retail.contract.codec import canonical
from retail.contract.documents import encode_document
from retail.contract.facts import MailedReceipt, ReceiptSent
from retail.errors import RetailError
from retail.receipt import Pair, ReceiptDocument, Text
from tests.backoffice.conftest import SetClock
from tests.support.head_data import NOW, STAFF, TODAY, key
from tests.support.smtp_sink import Sink, smtp_sink

ANN = "ann@example.com"
NUMBER = "S1-1-AA-00000001"
RECEIPT = ReceiptDocument(NUMBER, "en", (Text("Store S1"), Pair("Total EUR", "9.50", bold=True)))


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server."""
    with smtp_sink() as found:
        yield found


def wished(to: str = ANN) -> tuple[ReceiptWished, bytes]:
    """What a till journalled, and its side."""
    rid = key()
    fact = ReceiptSent(sale=UUID(int=9), number=NUMBER, staff=STAFF, side="00")
    event = ReceiptWished(
        store_id="S1", jid=UUID(int=1), seq=1, rid=rid, at=NOW, business_date=TODAY, shift_id=None,
        installation_id=UUID(int=2), fact=fact,
    )  # fmt: skip
    side = MailedReceipt(to=to, document=msgspec.Raw(encode_document(RECEIPT)))
    return event, canonical(side)


def keep(engine: Engine, to: str = ANN) -> ReceiptWished:
    """Book a wish as the applier does."""
    event, data = wished(to)
    with begin(engine) as tx:
        tx.execute(insert(EntrySide).values(store_id="S1", rid=event.rid, salt=b"s", data=data))
        apply(tx, [event], NOW)
    return event


def states(engine: Engine) -> list[tuple[str, int, str]]:
    with begin(engine) as tx:
        rows = tx.execute(select(MailJob.state, MailJob.attempts, MailJob.error)).all()
    return [(row.state, row.attempts, row.error) for row in rows]


def test_a_receipt_arrives_as_text_and_as_pdf(
    chain_engine: Engine, sink: Sink, clock: SetClock
) -> None:
    event = keep(chain_engine)

    assert send_due(chain_engine, sink.smtp, clock) == 1

    ((to, message),) = sink.letters
    assert (to, message["To"], message["From"]) == (ANN, ANN, "receipts@example.org")
    assert message["Subject"] == f"Store S1 · {NUMBER}"
    assert message["Message-ID"] == f"<{event.rid.hex}@example.org>"
    body = message.get_body(("plain",))
    assert body is not None
    assert "Total EUR" in body.get_content()
    (pdf,) = message.iter_attachments()
    assert pdf.get_filename() == f"receipt_{NUMBER}.pdf"
    assert "9.50" in PdfReader(io.BytesIO(pdf.get_content())).pages[0].extract_text()
    assert states(chain_engine) == [("sent", 1, "")]


def test_the_same_entry_again_sends_nothing_again(
    chain_engine: Engine, sink: Sink, clock: SetClock
) -> None:
    event = keep(chain_engine)
    send_due(chain_engine, sink.smtp, clock)
    with begin(chain_engine) as tx:
        apply(tx, [event], NOW)

    assert send_due(chain_engine, sink.smtp, clock) == 0
    assert len(sink.letters) == 1


def test_a_busy_server_is_tried_again_later_and_later(
    chain_engine: Engine, sink: Sink, clock: SetClock
) -> None:
    keep(chain_engine)
    sink.refusal = "451 later"
    for attempt in range(1, MOST_ATTEMPTS):
        send_due(chain_engine, sink.smtp, clock)
        assert states(chain_engine) == [("queued", attempt, "The server refused it with 451.")]
        clock.now += timedelta(minutes=2 ** (attempt - 1)) - timedelta(seconds=1)
        assert send_due(chain_engine, sink.smtp, clock) == 0
        assert states(chain_engine)[0][1] == attempt
        clock.now += timedelta(seconds=1)
    sink.refusal = ""

    assert send_due(chain_engine, sink.smtp, clock) == 1


def test_without_a_server_it_waits_and_gives_up_in_the_end(
    chain_engine: Engine, clock: SetClock
) -> None:
    keep(chain_engine)
    nowhere = Smtp(host="127.0.0.1", port=9, sender="a@b.example", tls="none")
    for _ in range(MOST_ATTEMPTS):
        send_due(chain_engine, nowhere, clock)
        clock.now += timedelta(hours=12)

    ((state, attempts, error),) = states(chain_engine)
    assert (state, attempts) == ("failed", MOST_ATTEMPTS)
    assert error.startswith("No connection")


def test_a_refused_address_fails_at_once_and_stands_in_no_log(
    chain_engine: Engine, sink: Sink, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    keep(chain_engine)
    sink.refusal = "550 no such mailbox"
    with caplog.at_level(logging.DEBUG, logger="tillwright"):
        send_due(chain_engine, sink.smtp, clock)

    assert states(chain_engine) == [("failed", 1, "The server refused it with 550.")]
    assert NUMBER in caplog.text
    assert ANN not in caplog.text


def test_an_erased_address_gets_nothing_and_holds_nobody_up(
    chain_engine: Engine, sink: Sink, clock: SetClock
) -> None:
    erased = keep(chain_engine, "gone@example.com")
    keep(chain_engine)
    with begin(chain_engine) as tx:
        tx.execute(delete(EntrySide).where(EntrySide.rid == erased.rid))

    assert send_due(chain_engine, sink.smtp, clock) == 1
    assert [to for to, _message in sink.letters] == [ANN]
    assert sorted(state for state, _attempts, _error in states(chain_engine)) == ["failed", "sent"]


def test_what_was_being_sent_at_a_crash_is_not_sent_twice(
    chain_engine: Engine, sink: Sink, clock: SetClock
) -> None:
    keep(chain_engine)
    with begin(chain_engine) as tx:
        assert take(tx, clock()) is not None
    assert send_due(chain_engine, sink.smtp, clock) == 0
    clock.forward(minutes=15)

    assert send_due(chain_engine, sink.smtp, clock) == 0
    assert [state for state, _attempts, _error in states(chain_engine)] == ["failed"]
    assert sink.letters == []


def test_the_server_is_told_by_the_environment() -> None:
    words = {"TILLWRIGHT_SMTP_HOST": "mail.example", "TILLWRIGHT_SMTP_FROM": "a@b.example"}

    assert smtp_from({}) is None
    assert smtp_from(words) == Smtp("mail.example", "a@b.example", 587, "starttls")
    for wrong in ({"PORT": "x"}, {"TLS": "perhaps"}):
        with pytest.raises(RetailError, match="cannot be used"):
            smtp_from(words | {f"TILLWRIGHT_SMTP_{name}": text for name, text in wrong.items()})
