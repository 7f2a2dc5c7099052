"""What people and programs see when a request cannot be answered; never a traceback."""

from __future__ import annotations

import logging
import secrets
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backoffice.platform.errors import SignInNeeded, WebError
from backoffice.web.layout import page
from db.errors import StoreUnavailable
from retail.errors import RetailError

log = logging.getLogger("tillwright.web")

_TITLES = {
    400: "That address is not valid",
    403: "No permission",
    404: "Not found",
    405: "Not possible here",
    422: "That did not work",
    503: "The head office is not available",
}
_RETRY_SECONDS = "5"
UNAVAILABLE = (
    "The head office's database cannot be used right now. Tills go on selling and nothing is "
    "lost; try again in a minute."
)


def install(app: FastAPI) -> None:
    """Register the answers for every kind of error."""
    app.add_exception_handler(WebError, _web_error)
    app.add_exception_handler(RetailError, _retail_error)
    app.add_exception_handler(StoreUnavailable, _unavailable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(Defects)


class Defects:
    """ASGI middleware: an exception that nobody expected becomes an answer and one log entry."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; answer it when that failed before an answer was begun."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            answer = _defect(Request(scope), error)
            await answer(scope, receive, send)


def problem(request: Request, status: int, code: str, message: str) -> Response:
    """An answer that is not 2xx: a page for people, ``{code, message}`` for programs."""
    if not _is_page(request):
        return JSONResponse({"code": code, "message": message}, status_code=status)
    title = _TITLES.get(status, "Something went wrong")
    values = {"title": title, "status": status, "code": code, "message": message}
    return page(request, "problem.html", values, status=status)


def _is_page(request: Request) -> bool:
    if request.url.path.startswith(("/api/", "/v1/")):
        return False
    return "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers


def _web_error(request: Request, error: Exception) -> Response:
    if isinstance(error, SignInNeeded) and _is_page(request):
        return _to_sign_in(request)
    if isinstance(error, WebError):
        return problem(request, error.status, error.code, error.message)
    return _defect(request, error)


def _to_sign_in(request: Request) -> Response:
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = here if request.method == "GET" else "/"
    url = f"/login?next={quote(back, safe='')}"
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"hx-redirect": url})
    return Response(status_code=303, headers={"location": url})


def _retail_error(request: Request, error: Exception) -> Response:
    code = error.code if isinstance(error, RetailError) else "rule"
    return problem(request, 422, code, str(error))


def _unavailable(request: Request, error: Exception) -> Response:
    log.warning("database unavailable: %s", getattr(error, "detail", "") or error)
    answer = problem(request, 503, "head_office.unavailable", UNAVAILABLE)
    answer.headers["retry-after"] = _RETRY_SECONDS
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    place = ".".join(str(part) for part in first.get("loc", ())[1:])
    message = f"{place}: {first.get('msg', 'not valid')}."
    return problem(request, 422, "request.invalid", message)


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = {
        404: "There is nothing at this address.",
        405: "This address does not take that kind of request.",
    }.get(status, "The request could not be answered.")
    return problem(request, status, f"http.{status}", message)


def _defect(request: Request, error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("request failed, reference %s", reference, exc_info=error)
    return problem(
        request,
        500,
        "defect",
        f"Something went wrong here; nothing was changed. Tell support the reference {reference}.",
    )
