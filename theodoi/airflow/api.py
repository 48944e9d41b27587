"""Airflow's REST API, as far as we need it: DAGs, runs, tasks."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import CONFLICT
from pathlib import Path
from secrets import token_hex
from time import sleep
from typing import Any

from theodoi.errors import TheodoiError

# SQLite is locked for a moment while tasks report, and Airflow answers 500: what may be said twice is said again.
_TRIES = 5
_PAUSE_S = 1.0


class AirflowError(TheodoiError):
    """Airflow did not start, died, or refused a request."""


class RunFailedError(TheodoiError):
    """A run failed, or one of its tasks did and waits for its next try."""


@dataclass(frozen=True)
class Run:
    """One run of a DAG.

    Attributes:
        dag_id: Its DAG.
        run_id: Its name.
        state: queued, running, success or failed.
        partition_key: The partition it is for, if the DAG has partitions.
    """

    dag_id: str
    run_id: str
    state: str
    partition_key: str | None


@dataclass(frozen=True)
class Task:
    """One task of a run.

    Attributes:
        task_id: Its name in the DAG.
        label: What it was mapped to, for instance a source; empty where it was not mapped or is not known yet.
        state: Airflow's state, empty before it is scheduled.
        seconds: How long it has run; 0 before it starts.
        log: Where its output goes; present once it started.
    """

    task_id: str
    label: str
    state: str
    seconds: float
    log: Path

    @property
    def error(self) -> str:
        """The last exception in the log, as one text; empty if there is none."""
        text = ""
        if self.log.exists():
            # Airflow writes one JSON object a line.
            for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
                if detail := _error_of(line):
                    text = f"{detail['exc_type']}: {detail['exc_value']}"
        return text


class Api:
    """A logged-in client.

    Args:
        url: Root address.
        user: Who asks.
        password: Their password.
        logs: Folder in which Airflow writes the logs of tasks.
    """

    def __init__(self, url: str, user: str, password: str, logs: Path) -> None:
        self._url = url
        self._login = {"username": user, "password": password}
        self._logs = logs
        self._token = ""
        # Nothing on loopback is ever asked through a proxy.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, path: str) -> dict[str, Any]:
        """The JSON at a path.

        Raises:
            AirflowError: The request was refused.
            OSError: Nobody answers.
        """
        return self._ask("GET", path)

    def dag_ids(self) -> set[str]:
        """The DAGs that Airflow has read; at most 100."""
        return {dag["dag_id"] for dag in self.get("/api/v2/dags?limit=100")["dags"]}

    def import_error(self) -> str:
        """The first file that could not be imported, and why; empty if all were."""
        errors = self.get("/api/v2/importErrors")["import_errors"]
        return f"{errors[0]['filename']}: {errors[0]['stack_trace'].strip().splitlines()[-1]}" if errors else ""

    def unpause(self, dag_id: str) -> None:
        """Switch a DAG on."""
        self._ask("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": False})

    def trigger(self, dag_id: str, *, partition_key: str | None = None) -> str:
        """Start a run and return its run_id.

        Args:
            dag_id: The DAG; must not be paused for the run to proceed.
            partition_key: The partition the run is for, for instance `2024-06`.

        Raises:
            AirflowError: The DAG refuses, for instance because the key is no month.
        """
        # Under a name of ours, so that asking again cannot start a second run.
        name = f"manual__{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}+00:00_{token_hex(4)}"
        body = {"dag_run_id": name, "logical_date": None, "partition_key": partition_key}
        self._ask("POST", f"/api/v2/dags/{dag_id}/dagRuns", body)
        return name

    def runs(self, dag_id: str) -> list[Run]:
        """The DAG's runs, oldest first; at most the 100 newest."""
        found = self.get(f"/api/v2/dags/{dag_id}/dagRuns?order_by=-run_after&limit=100")["dag_runs"]
        return [Run(dag_id, r["dag_run_id"], r["state"], r["partition_key"]) for r in reversed(found)]

    def tasks(self, run: Run) -> list[Task]:
        """The run's tasks in the order in which they started, those that wait last; at most 100."""
        path = f"/api/v2/dags/{run.dag_id}/dagRuns/{urllib.parse.quote(run.run_id)}/taskInstances?limit=100"
        found = self.get(path)["task_instances"]
        found.sort(key=lambda t: (t["start_date"] is None, t["start_date"] or "", t["map_index"]))
        return [self._task(run, t) for t in found]

    def _task(self, run: Run, answer: Mapping[str, Any]) -> Task:
        started, ended = _instant(answer["start_date"]), _instant(answer["end_date"])
        seconds = ((ended or datetime.now(started.tzinfo)) - started).total_seconds() if started else 0.0
        parts = [f"dag_id={run.dag_id}", f"run_id={run.run_id}", f"task_id={answer['task_id']}"]
        if answer["map_index"] >= 0:
            parts.append(f"map_index={answer['map_index']}")
        log = Path(self._logs, *parts, f"attempt={max(answer['try_number'], 1)}.log")
        label = answer["rendered_map_index"] or ""
        if label == str(answer["map_index"]):
            label = ""  # what the API says before the label is known
        return Task(answer["task_id"], label, answer["state"] or "", seconds, log)

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        if not self._token:
            self._token = self._request("POST", "/auth/token", self._login)["access_token"]
        return self._request(method, path, body)

    def _request(self, method: str, path: str, body: Mapping[str, object] | None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Connection": "close"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = json.dumps(body).encode() if body is not None else None
        # The address is our own, on loopback.
        request = urllib.request.Request(self._url + path, data=data, headers=headers, method=method)  # noqa: S310
        tries = 0
        while True:
            tries += 1
            try:
                with self._opener.open(request, timeout=60) as answer:
                    found: dict[str, Any] = json.load(answer)
                    return found
            except urllib.error.HTTPError as error:
                if error.code == CONFLICT and tries > 1:
                    # The try that was answered with an error has started it all the same.
                    return {}
                if error.code < 500 or tries >= _TRIES:
                    said = error.read()[:300]
                    raise AirflowError(f"Airflow refused {method} {path}: {error.code} {said!r}") from error
            sleep(_PAUSE_S)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _error_of(line: str) -> dict[str, Any] | None:
    try:
        detail = json.loads(line).get("error_detail")
    except (ValueError, AttributeError):
        return None
    return detail[0] if detail else None
