"""Enrolling against what is no head office, or one that says no: one clear sentence each."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pos_app.bootstrap.till import Till
from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import NoAnswer, Rejected, SyncError
from retail.errors import RetailError
from tests.support.proxy import Fault, Harm
from tests.support.sync_rig import Rig

Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def web_server(answer: Answer) -> Iterator[str]:
    """A web server that answers everything the same."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status, headers, body = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 (the name that the library asks for)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def refused(folder: Path, server: str, code: str = "ABCD-EFGH") -> str:
    """The sentence that enrolling ends with; the folder is as before."""
    with Till(folder) as till:
        with pytest.raises(RetailError) as told:
            till.enrol(server, code)
        assert till.identity is None
    sentence = str(told.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    return sentence


STRANGERS: dict[str, Answer] = {
    "a web page": (200, {"Content-Type": "text/html"}, b"<html><body>Welcome</body></html>"),
    "nothing": (200, {}, b""),
    "not found": (404, {}, b"Not Found"),
    "another program's no": (403, {}, b'{"detail":"Forbidden"}'),
    "a redirect": (302, {"Location": "http://example.com/"}, b""),
    "other JSON": (200, {}, b'{"ok":true}'),
    "no text": (200, {}, b"\xff\xfe\x00"),
    "deep JSON": (200, {}, b'{"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    "deep refusal": (400, {}, b'{"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_web_server_that_is_no_head_office_is_told_apart(tmp_path: Path, stranger: str) -> None:
    with web_server(STRANGERS[stranger]) as url:
        assert "no Tillwright head office" in refused(tmp_path / "till", url)


@pytest.mark.parametrize(
    "address", ["", "office.example", "ftp://office", "http://", "https:///x", "http://[::1", "\0"]
)
def test_what_is_no_address_is_told(tmp_path: Path, address: str) -> None:
    sentence = refused(tmp_path / "till", address)
    assert address.strip("\0") in sentence


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_an_address_where_nobody_answers_is_told(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    assert refused(tmp_path / "till", url) == (
        f"The head office cannot be reached. Check the address {url}."
    )


def test_a_certificate_that_is_none_is_told(tmp_path: Path) -> None:
    with web_server(STRANGERS["nothing"]) as url:
        sentence = refused(tmp_path / "till", url.replace("http:", "https:"))
    assert "certificate is not trusted" in sentence or "cannot be reached" in sentence


@pytest.mark.parametrize("code", ["", "0000-0000", "wrong", "'; DROP TABLE device"])
def test_a_wrong_code_is_told(rig: Rig, code: str) -> None:
    assert refused(rig.folder, rig.link.url, code) == (
        "This enrolment code is not valid (any more); ask head office for a new one."
    )


def test_a_code_of_another_hand_works_in_the_end(rig: Rig) -> None:
    refused(rig.folder, rig.link.url, "0000-0000")
    with Till(rig.folder) as till:
        till.enrol(f" {rig.link.url}/ ", rig.code().lower().replace("-", ""))
        assert till.identity is not None
        assert till.identity.server == rig.link.url


def test_a_second_enrolment_is_refused_and_changes_nothing(rig: Rig) -> None:
    """Complaint 7: logging out or signing in anew wipes what was not sent."""
    with rig.shop(work=False) as shop:
        before = shop.till.identity
        with pytest.raises(RetailError, match="enrolled already, as till 1 of store S1"):
            shop.till.enrol(rig.link.url, rig.code("S2", 1))
        assert shop.till.identity == before


def test_a_lost_answer_needs_a_new_code(rig: Rig) -> None:
    rig.link.once(Harm(Fault.DROP_ANSWER), path="enrol")
    code = rig.code()
    assert "cannot be reached" in refused(rig.folder, rig.link.url, code)
    assert "not valid (any more)" in refused(rig.folder, rig.link.url, code)
    with rig.shop(work=False) as shop:
        assert shop.till.identity is not None


def test_a_link_that_breaks_after_the_identity_keeps_it(rig: Rig) -> None:
    rig.link.once(Harm(Fault.DROP_ANSWER), path="tail")
    with Till(rig.folder) as till:
        with pytest.raises(NoAnswer):
            till.enrol(rig.link.url, rig.code())
        assert till.identity is not None
        till.sync.run_once()
        assert till.sync.status.queued == 0
    with rig.shop() as shop:
        shop.sell()


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ((503, {"Retry-After": "7"}, b""), 7.0),
        ((503, {"Retry-After": "9" * 300}, b""), 300.0),
        ((429, {"Retry-After": "soon"}, b""), 0.0),
        ((423, {}, b""), 0.0),
        ((500, {}, b"<html>"), 0.0),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_server_that_cannot_now_is_asked_again_later(answer: Answer, seconds: float) -> None:
    with web_server(answer) as url:
        problem = failure(url, lambda office: office.tail("catalogue", 0), method=NoAnswer)
    assert isinstance(problem, NoAnswer)
    assert problem.reached
    assert problem.retry_after == seconds


def failure(
    url: str, call: Callable[[HeadOffice], object], *, method: type[SyncError]
) -> SyncError:
    office = HeadOffice(url)
    try:
        with pytest.raises(method) as told:
            call(office)
    finally:
        office.close()
    return told.value


def test_a_refusal_carries_the_head_offices_sentence() -> None:
    body = b'{"code":"too_old","message":"Update both."}'
    with web_server((426, {}, body)) as url:
        problem = failure(url, lambda office: office.tail("catalogue", 0), method=Rejected)
    assert isinstance(problem, Rejected)
    assert (problem.status, problem.problem.code, str(problem)) == (426, "too_old", "Update both.")
