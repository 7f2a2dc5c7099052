"""The fleet of tills, one till, and the figures for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from backoffice.intake.api import groups_of
from backoffice.intake.apply import retry_store
from backoffice.intake.down.news import News
from backoffice.monitoring import fleet_list, queries
from backoffice.monitoring.access import may_measure
from backoffice.monitoring.fleet_list import SKEW_MS, FleetFilter, Trouble
from backoffice.monitoring.measures import measures
from backoffice.monitoring.safety import safety
from backoffice.platform import audit
from backoffice.platform.deps import Now, ReadTx, WriteTx, engine_of
from backoffice.platform.errors import NotFound
from backoffice.platform.exposition import MEDIA_TYPE, gauge, text
from backoffice.platform.filters import FieldReader, canonical, position, query_string
from backoffice.platform.security import EVERYBODY, Who, allow
from backoffice.platform.sessions import ACTING
from backoffice.stores.queries import StoreRecord, stores
from backoffice.stores.tills import TillState
from backoffice.web.layout import go_to, page
from retail.contract.version import OLDEST_PROTOCOL, PROTOCOL
from retail.release import VERSION

router = APIRouter(include_in_schema=False, dependencies=[Depends(allow(*EVERYBODY))])
figures = APIRouter(include_in_schema=False, dependencies=[Depends(may_measure)])

_WORDS = {
    Trouble.QUEUED: "Entries are not sent",
    Trouble.BEHIND: "Without the newest changes",
    Trouble.ASIDE: "Entries are not booked",
    Trouble.FORKED: "Went on in a new journal",
    Trouble.SKEWED: "The clock is wrong",
    Trouble.UNSAFE: "Entries are in no backup",
    Trouble.OUTDATED: "Older than head office",
    Trouble.CASES: "Open cases in its store",
    Trouble.COPIED: "A copy is at work",
    Trouble.MISSING: "Not back since the restore",
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
    at = position(fields.text("after", 400), fields.text("before", 400), parts=fleet_list.KEY_PARTS)
    places = stores(tx)
    values = {
        "found": fleet_list.tills_page(tx, narrow, now, at=at),
        "sums": fleet_list.fleet_sums(tx, now),
        "safety": safety(tx, now),
        "zone": _zone(places),
        "fields": given,
        "query": query_string(given),
        "stores": places,
        "all_states": list(TillState),
        "troubles": list(Trouble),
        "words": _WORDS,
        **_ours(),
    }
    address = canonical("/tills", given, fields)
    return page(request, "tills.html", values, area="tills", address=address)


@router.get("/tills/{store}/{till}")
def till_page(request: Request, tx: ReadTx, now: Now, *, store: str, till: int) -> Response:
    """One till with its streams, its journals and what of them is not booked."""
    found = queries.watched_till(tx, store, till, now)
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
        **_ours(),
    }
    return page(request, "till.html", values, area="tills")


@router.post("/tills/{store}/{till}/retry", dependencies=[Depends(allow(*ACTING))])
def try_again(
    request: Request, tx: WriteTx, who: Who, now: Now, *, store: str, till: int
) -> Response:
    """Try once more to book what stands aside in the till's store."""
    if queries.watched_till(tx, store, till, now) is None:
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


def _zone(places: tuple[StoreRecord, ...]) -> str:
    """The chain's time zone; UTC when its stores are in several."""
    zones = {place.zone for place in places}
    return zones.pop() if len(zones) == 1 else "UTC"


def _ours() -> dict[str, object]:
    """What a till's last word is held against."""
    return {
        "skew_ms": SKEW_MS,
        "version": VERSION,
        "protocol": PROTOCOL,
        "oldest_protocol": OLDEST_PROTOCOL,
    }
