"""The fleet of tills, one till, and the figures for Prometheus."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from backoffice.intake.api import groups_of
from backoffice.intake.apply import retry_store
from backoffice.intake.down.news import News
from backoffice.monitoring import queries
from backoffice.monitoring.access import may_measure
from backoffice.monitoring.measures import measures
from backoffice.monitoring.queries import FleetFilter, Trouble
from backoffice.platform import audit
from backoffice.platform.deps import Now, ReadTx, WriteTx, engine_of
from backoffice.platform.errors import NotFound
from backoffice.platform.exposition import MEDIA_TYPE, gauge, text
from backoffice.platform.filters import FieldReader, query_string
from backoffice.platform.security import ACTING, EVERYBODY, Who, allow
from backoffice.stores.queries import TillState, stores
from backoffice.web.layout import go_to, page

router = APIRouter(include_in_schema=False, dependencies=[Depends(allow(*EVERYBODY))])
figures = APIRouter(include_in_schema=False, dependencies=[Depends(may_measure)])

MOST_SHOWN = 200
_WORDS = {
    Trouble.QUEUED: "Entries are not sent",
    Trouble.BEHIND: "Without the newest changes",
    Trouble.ASIDE: "Entries are not booked",
    Trouble.FORKED: "Went on in a new journal",
    Trouble.SKEWED: "The clock is wrong",
}


@router.get("/tills")
def tills_page(request: Request, tx: ReadTx, now: Now) -> Response:
    """The fleet of tills; the filters live in the address."""
    fields = FieldReader(request.query_params)
    given = {name: fields.text(name, 16) for name in ("store", "state", "trouble")}
    narrow = FleetFilter(
        given["store"],
        next((state for state in TillState if state.value == given["state"]), None),
        next((trouble for trouble in Trouble if trouble.value == given["trouble"]), None),
    )
    everything = queries.watched(tx)
    found = queries.narrowed(everything, narrow, now)
    values = {
        "tills": found[:MOST_SHOWN],
        "matching": len(found),
        "fleet": len(everything),
        "states": Counter(one.till.state(now).value for one in everything),
        "sums": _sums(everything),
        "fields": given,
        "narrowed": bool(query_string(given)),
        "stores": stores(tx),
        "all_states": list(TillState),
        "troubles": list(Trouble),
        "words": _WORDS,
        "skew_ms": queries.SKEW_MS,
    }
    return page(request, "tills.html", values, area="tills")


@router.get("/tills/{store}/{till}")
def till_page(request: Request, tx: ReadTx, *, store: str, till: int) -> Response:
    """One till with its streams, its journals and what of them is not booked."""
    found = queries.watched_till(tx, store, till)
    if found is None:
        raise NotFound("till.unknown", f"Store {store} has no till {till}.")
    fields = FieldReader(request.query_params)
    values = {
        "watched": found,
        "till": found.till,
        "journals": queries.journals_of(tx, store, till),
        "aside": queries.aside_of(tx, store, till),
        "booked": fields.whole("booked"),
        "left": fields.whole("left"),
        "skew_ms": queries.SKEW_MS,
    }
    return page(request, "till.html", values, area="tills")


@router.post("/tills/{store}/{till}/retry", dependencies=[Depends(allow(*ACTING))])
def try_again(
    request: Request, tx: WriteTx, who: Who, now: Now, *, store: str, till: int
) -> Response:
    """Try once more to book what stands aside in the till's store."""
    if queries.watched_till(tx, store, till) is None:
        raise NotFound("till.unknown", f"Store {store} has no till {till}.")
    done = retry_store(engine_of(request), store, now, new_release=False)
    audit.record(
        tx,
        who.company_id,
        at=now,
        actor=who.login,
        act="journal.retried",
        detail=f"store {store}: {done.applied} booked, {done.left} left",
    )
    return go_to(f"/tills/{store}/{till}?booked={done.applied}&left={done.left}")


@figures.get("/metrics")
def metrics(request: Request, tx: ReadTx, now: Now) -> Response:
    """Figures of the sync in Prometheus' text format."""
    news: News = request.app.state.news
    waiting = gauge("tillwright_long_polls", "Tills that wait for news.", [({}, news.waiting)])
    families = [*groups_of(request).meters.families(), waiting, *measures(tx, now)]
    return Response(text(families), media_type=MEDIA_TYPE)


def _sums(tills: tuple[queries.WatchedTill, ...]) -> dict[str, object]:
    """What the whole fleet amounts to."""
    oldest = [one.till.oldest_queued_at for one in tills if one.till.oldest_queued_at]
    return {
        "queued": sum(one.till.queued for one in tills),
        "oldest": min(oldest, default=None),
        "behind": sum(1 for one in tills if one.behind),
        "aside": sum(sum(one.aside.values()) for one in tills),
        "forks": sum(one.forks for one in tills),
        "cases": sum({one.till.store_id: one.cases for one in tills}.values()),
    }
