"""The client of Airflow's API, against a server on loopback that is as locked as Airflow's SQLite can be."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from theodoi.airflow import api


@contextmanager
def airflow(answers: Sequence[int]) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """A server that gives a token and answers everything else in turn; yields its address and the bodies it got."""
    left, asked = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = 200
            if self.path != "/auth/token":
                asked.append(body)
                status = left.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b'{"access_token": "t", "dag_run_id": "x"}')

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_PAUSE_S", 0)


@pytest.mark.parametrize("answers", [[200], [500, 200], [500, 500, 409]])
def test_a_run_is_started_once_however_often_that_must_be_said(answers: list[int], tmp_path: Path) -> None:
    with airflow(answers) as (url, asked):
        name = api.Api(url, "u", "p", tmp_path).trigger("d", partition_key="2024-06")
    assert [body["dag_run_id"] for body in asked] == [name] * len(answers)
    assert {body["partition_key"] for body in asked} == {"2024-06"}


@pytest.mark.parametrize("answers", [[409], [422], [500] * 5])
def test_a_refusal_is_told(answers: list[int], tmp_path: Path) -> None:
    with airflow(answers) as (url, asked), pytest.raises(api.AirflowError, match=str(answers[-1])):
        api.Api(url, "u", "p", tmp_path).trigger("d")
    assert len(asked) == len(answers)
