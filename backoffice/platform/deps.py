"""What an endpoint is given: a transaction, the clock, the engine.

A transaction is committed after the endpoint has returned and before its answer is sent, so
nobody reads of something that is not durable; any exception rolls it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy import Connection, Engine

from backoffice.identity import IdentityKeeper
from backoffice.platform.clock import Clock
from db.transaction import begin, read_snapshot


def engine_of(request: Request) -> Engine:
    """The engine that the running application works on."""
    return cast("Engine", request.app.state.engine)


def now_of(request: Request) -> datetime:
    """The current instant by the application's clock (UTC)."""
    clock: Clock = request.app.state.clock
    return clock()


def keeper_of(request: Request) -> IdentityKeeper:
    """Who this head office is, and the key of its tickets."""
    return cast("IdentityKeeper", request.app.state.keeper)


def writing(request: Request) -> Iterator[Connection]:
    """One transaction for the request."""
    with begin(engine_of(request)) as tx:
        yield tx


def reading(request: Request) -> Iterator[Connection]:
    """One read-only transaction: every figure of a page comes from the same snapshot."""
    with begin(engine_of(request)) as tx:
        read_snapshot(tx)
        yield tx


WriteTx = Annotated[Connection, Depends(writing, scope="function")]
ReadTx = Annotated[Connection, Depends(reading, scope="function")]
Keeper = Annotated[IdentityKeeper, Depends(keeper_of)]
Now = Annotated[datetime, Depends(now_of)]
