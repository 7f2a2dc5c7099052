"""A till without a window as a process of its own, told what to do line by line.

``python -m tests.support.cashier DIR`` reads ``enter CODE``, ``pay``, ``basket``, ``queue`` and
``close`` from its standard input, and answers each with one line of JSON on its output. An
answer means that what was asked is durable.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pos_app.bootstrap.till import Till
from pos_app.checkout import closing, service
from pos_app.checkout.open_basket import CheckoutView
from pos_app.staff.service import staff_list
from pos_app.sync import push
from pos_app.till.service import TillSession, open_shift, start_session
from retail.tender.settlement import Offer, TenderKind


def main(folder: Path) -> None:
    """Work until told to close."""
    with Till(folder) as till:
        till.work()
        session = _session(till)
        _answer({"ready": True})
        for line in sys.stdin:
            verb, _, rest = line.strip().partition(" ")
            if verb == "close":
                break
            _answer(_do(till, session, verb, rest))


def _session(till: Till) -> TillSession:
    staff = till.tasks.read(staff_list).result()[0]
    session = till.tasks.run(start_session, till.desk, staff).result()
    if session.shift is None:
        session = till.tasks.run(open_shift, session, 10_000).result()
    return session


def _do(till: Till, session: TillSession, verb: str, rest: str) -> dict[str, Any]:
    run = till.tasks.run
    match verb:
        case "enter":
            return _basket(run(service.enter, session, rest).result())
        case "basket":
            return _basket(run(service.current, session).result())
        case "pay":
            priced = run(service.current, session).result().priced
            offers = (Offer(TenderKind.CASH, priced.total_minor),)
            sale = run(closing.close_sale, session, priced.basket.basket_id, offers).result()
            return {"receipt": sale.receipt_number, "total": sale.total_minor}
        case "queue":
            queue = till.tasks.read(push.queue_state).result()
            status = till.sync.status
            return {"queued": queue.entries, "state": status.state.value, "cause": status.cause}
    raise ValueError(verb)


def _basket(view: CheckoutView) -> dict[str, Any]:
    lines = [[line.line.code, line.line.quantity, line.net_minor] for line in view.priced.lines]
    return {"lines": lines, "total": view.priced.total_minor}


def _answer(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
