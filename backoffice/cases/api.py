"""Exception cases as JSON."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from backoffice.cases import queries, service
from backoffice.cases.queries import CaseDetail, CaseFilter
from backoffice.cases.schemas import CaseOut, CasePage, Resolution
from backoffice.platform.deps import Now, ReadTx, WriteTx
from backoffice.platform.errors import NotFound
from backoffice.platform.filters import position
from backoffice.platform.security import EVERYBODY, allow
from backoffice.platform.sessions import ACTING, SignedIn

router = APIRouter(prefix="/api", tags=["cases"], dependencies=[Depends(allow(*EVERYBODY))])

_NO_ZERO = r"^[^\x00]*$"


class CaseQuery(BaseModel):
    """Filters and page of a list of cases."""

    state: Literal["", "open", "resolved"] = ""
    store: str = Field("", max_length=8, pattern=_NO_ZERO)
    owner: str = Field("", max_length=12, pattern=_NO_ZERO)
    kind: str = Field("", max_length=24, pattern=_NO_ZERO)
    after: str = Field("", max_length=400)
    before: str = Field("", max_length=400)


_Store = Annotated[str, Path(max_length=8, pattern=_NO_ZERO)]
Acting = Annotated[SignedIn, Depends(allow(*ACTING))]


@router.get("/cases")
def cases(tx: ReadTx, query: Annotated[CaseQuery, Query()]) -> CasePage:
    """A page of cases, the newest first."""
    narrow = CaseFilter(**query.model_dump(exclude={"after", "before"}))
    at = position(query.after, query.before, parts=2)
    return CasePage.model_validate(queries.cases(tx, narrow, at=at))


@router.get("/cases/{store}/{case_id}")
def case(tx: ReadTx, store: _Store, case_id: UUID) -> CaseOut:
    """One case."""
    return CaseOut.model_validate(_known(queries.case(tx, store, case_id)))


@router.post("/cases/{store}/{case_id}/resolve")
def resolve(
    tx: WriteTx, store: _Store, case_id: UUID, wanted: Resolution, now: Now, who: Acting
) -> CaseOut:
    """Close a case with what was decided."""
    _known(queries.case(tx, store, case_id))
    by = service.Decider(who.company_id, who.login, now)
    service.resolve(tx, store, case_id, wanted.note, by)
    return CaseOut.model_validate(_known(queries.case(tx, store, case_id)))


def _known(found: CaseDetail | None) -> CaseDetail:
    if found is None:
        raise NotFound("case.unknown", "There is no such case.")
    return found
