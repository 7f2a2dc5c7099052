"""A receipt that was asked for with the cable out is sent once when it is back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backoffice.intake.applier import catch_up
from backoffice.mail.tasks import send_due
from backoffice.platform.clock import system_clock
from db.head.journals import JournalEntry
from db.head.mail import MailJob
from db.transaction import begin
from pos_app.checkout.mailing import mail
from tests.support.smtp_sink import smtp_sink
from tests.support.sync_rig import Rig

ANN = "ann@example.com"


@pytest.mark.expect_warnings
def test_a_receipt_asked_for_offline_arrives_once(rig: Rig) -> None:
    with rig.shop() as shop:
        rig.link.cut()
        (sold,) = shop.sell()
        number = shop.till.tasks.run(mail, shop.session, ANN).result()
        rig.link.heal()
        shop.seen.synced()
        assert catch_up(rig.engine, seconds=20)
    with smtp_sink() as sink:
        assert [send_due(rig.engine, sink.smtp, system_clock) for _ in range(2)] == [1, 0]
        ((to, message),) = sink.letters
    assert to == ANN
    assert number == sold.receipt_number
    assert number in message["Subject"]
    with begin(rig.engine) as tx:
        job = tx.execute(select(MailJob)).one()
        assert (job.state, job.sale_rid) == ("sent", sold.rid)
        entries = tx.execute(select(JournalEntry.entry)).scalars()
        assert not any(ANN.encode() in bytes(entry) for entry in entries)
