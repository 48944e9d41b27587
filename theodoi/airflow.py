"""An Airflow of our own: its home lies below the data root and everything about it is set by environment variables.

This module starts Airflow's programs and talks to its API on loopback; it never imports Airflow. SQLite holds the
metadata and LocalExecutor runs the tasks: enough for one province on one machine. `airflow standalone` is not used,
for it starts a log server on all interfaces and a triggerer that nothing of ours needs.
"""

import argparse
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn, Self

import psutil  # type: ignore[import-untyped]

from theodoi.errors import TheodoiError
from theodoi.lake import named_failures
from theodoi.progress import console
from theodoi.settings import PROJECT, Settings

HOST = "127.0.0.1"
USER = "admin"

# Four tasks at once: crawls wait for sites most of the time, so two cores carry more than two of them.
_PARALLELISM = 4
# The API server imports for about ten seconds on two cores; beside other work it has been seen to need forty.
_START_S = 180.0
# A running task gets this long to end by itself before it is killed; every step may be killed at any moment.
_STOP_S = 8.0
_POLL_S = 0.5

FINAL = frozenset({"success", "failed"})


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
        started_at: Aware; None while queued.
        ended_at: Aware; None until it ends.
    """

    dag_id: str
    run_id: str
    state: str
    partition_key: str | None
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Task:
    """One task of a run.

    Attributes:
        task_id: Its name in the DAG.
        label: What it was mapped to, for instance a source; empty where it was not mapped.
        state: Airflow's state, empty before it is scheduled.
        seconds: How long it has run; 0 before it starts.
        log: Where its output goes; present once it started.
    """

    task_id: str
    label: str
    state: str
    seconds: float
    log: Path


class AirflowHome:
    """A private Airflow: scheduler, DAG processor and API server on loopback, as a context manager.

    Args:
        settings: Their data root holds the home; their values are handed to the tasks.
        port: Port of the user interface; 0 picks a free one.
        dags: Folder of the DAGs.
    """

    def __init__(self, settings: Settings, *, port: int = 0, dags: Path = PROJECT / "dags") -> None:
        self.settings = settings
        self.home = (settings.data / "airflow").resolve()
        self.dags = dags.resolve()
        self.port = port
        self._lock: IO[str] | None = None
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        self._token = ""
        # Nothing on loopback is ever asked through a proxy.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    @property
    def url(self) -> str:
        """Address of the user interface and of the API."""
        return f"http://{HOST}:{self.port}"

    @property
    def password_file(self) -> Path:
        """Where Airflow reads the one user's password; readable by the owner only."""
        return self.home / "passwords.json"

    @property
    def password(self) -> str:
        """The password of `USER`, made with the home."""
        return str(json.loads(self.password_file.read_text(encoding="utf-8"))[USER])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- Life ----------------------------------------------------------------------------------------------------

    def claim(self) -> None:
        """Take this home for ourselves, before anything in the data root is touched; `stop` gives it back.

        Raises:
            AirflowError: Another Airflow runs here.
            DataFolderError: The home cannot be written.
        """
        if self._lock is None:
            with named_failures(self.home):
                self.home.mkdir(parents=True, exist_ok=True)
                self._take()

    def start(self, *, fresh: bool = False) -> None:
        """Migrate the metadata, start all programs and wait until the API answers.

        Args:
            fresh: Forget all runs, secrets and logs of this home first.

        Raises:
            AirflowError: The port is taken, this home is in use, or a program died; the message names its log.
            DataFolderError: The home cannot be written.
        """
        self.claim()
        try:
            self.port = _reserve(self.port)
            with named_failures(self.home):
                if fresh:
                    self._forget()
                (self.home / "logs").mkdir(exist_ok=True)
                self._make_secrets()
            self._migrate()
            for program in ("api-server", "scheduler", "dag-processor"):
                self._launch(program)
            self._await_api()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End every program and every task that still runs; nothing is left behind, whatever state they are in."""
        sessions = {program.pid for program in self._programs.values()}
        try:
            for program in self._programs.values():
                program.terminate()
            psutil.wait_procs(_members(sessions), timeout=_STOP_S)
        finally:
            _kill(sessions)
            for program in self._programs.values():
                program.wait()
            self._programs = {}
            self._token = ""
            if self._lock is not None:
                self._lock.close()
                self._lock = None

    def died(self) -> str:
        """Name of a program that ended by itself; empty while all run."""
        return next((name for name, process in self._programs.items() if process.poll() is not None), "")

    def environment(self) -> dict[str, str]:
        """The variables under which Airflow and its tasks run: the user's own, without any Airflow of theirs."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW")}
        return inherited | self._settings_for_tasks() | self._settings_for_airflow()

    def _settings_for_tasks(self) -> dict[str, str]:
        chosen = self.settings
        path = os.environ.get("PYTHONPATH", "")
        return {
            "THEODOI_DATA": str(chosen.data.resolve()),
            "THEODOI_REGISTRY": str(chosen.registry.resolve()),
            "THEODOI_ALLOW_PRIVATE": str(int(chosen.allow_private)),
            "THEODOI_CONTACT": chosen.contact,
            "PYTHONPATH": os.pathsep.join([str(PROJECT), *([path] if path else [])]),
            "PYTHONUNBUFFERED": "1",
            # dbt and Great Expectations report home unless told not to.
            "DO_NOT_TRACK": "1",
            "GX_ANALYTICS_ENABLED": "false",
            "NO_PROXY": f"{HOST},localhost",
            "no_proxy": f"{HOST},localhost",
        }

    def _settings_for_airflow(self) -> dict[str, str]:
        values: dict[str, dict[str, object]] = {
            "core": {
                "dags_folder": self.dags,
                "load_examples": False,
                "executor": "LocalExecutor",
                "parallelism": _PARALLELISM,
                "default_timezone": "Asia/Ho_Chi_Minh",
                # The default asks the resolver for our own full name, which may be a question to the network.
                "hostname_callable": "socket.gethostname",
                "simple_auth_manager_users": f"{USER}:admin",
                "simple_auth_manager_passwords_file": self.password_file,
                "execution_api_server_url": f"{self.url}/execution/",
                "fernet_key": self._secret("fernet_key"),
            },
            "database": {
                # WAL is not offered by Airflow; waiting a little longer than five seconds for the file is.
                "sql_alchemy_conn": f"sqlite:///{self.home / 'airflow.db'}?timeout=30",
            },
            "logging": {"base_log_folder": self.home / "logs", "colored_console_log": False},
            "api": {
                "host": HOST,
                "port": self.port,
                "base_url": self.url,
                "workers": 1,
                "instance_name": "theodoi",
                "secret_key": self._secret("secret_key"),
            },
            "api_auth": {"jwt_secret": self._secret("jwt_secret")},
            # A busy machine may need longer than five seconds to answer a task.
            "workers": {"execution_api_timeout": 60},
            "scheduler": {"scheduler_idle_sleep_time": 0.5, "enable_health_check": False},
            "dag_processor": {"print_stats_interval": 0},
        }
        named = {
            f"AIRFLOW__{section.upper()}__{key.upper()}": str(value)
            for section, options in values.items()
            for key, value in options.items()
        }
        return {"AIRFLOW_HOME": str(self.home), **named}

    def _take(self) -> None:
        """Lock the home. The programs inherit the lock, so it also tells of those that a killed parent left."""
        lock = (self.home / "lock").open("a+", encoding="utf-8")
        if not _locked(lock):
            owner, *programs = _holders(lock)
            if owner is None:
                _kill({pid for pid in programs if pid is not None})
            if owner is not None or not _locked(lock):
                lock.close()
                how = f"dừng nó trước (kill {owner})" if owner else "dừng nó trước"
                raise AirflowError(f"đang có một Airflow chạy trên {self.home}: {how} hoặc chọn --data khác")
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock

    def _forget(self) -> None:
        for entry in self.home.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != "lock":
                entry.unlink()

    def _make_secrets(self) -> None:
        for name, value in (
            ("passwords.json", json.dumps({USER: secrets.token_urlsafe(9)})),
            ("secret_key", secrets.token_hex(16)),
            ("jwt_secret", secrets.token_hex(32)),
            ("fernet_key", _fernet_key()),
        ):
            file = self.home / name
            if not file.exists():
                file.touch(mode=0o600)
                file.write_text(value, encoding="utf-8")

    def _secret(self, name: str) -> str:
        return (self.home / name).read_text(encoding="utf-8")

    def _launch(self, name: str) -> None:
        assert self._lock is not None
        with self.log_of(name).open("ab") as log:
            process = self._programs[name] = subprocess.Popen(
                [sys.executable, "-m", "airflow", *_PROGRAMS[name]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment(),
                cwd=self.home,
                # Ctrl-C must reach us alone; we end the others in order.
                start_new_session=True,
                pass_fds=[self._lock.fileno()],
            )
        self._lock.write(f"{process.pid}\n")
        self._lock.flush()

    def log_of(self, program: str) -> Path:
        """Where one of Airflow's programs writes."""
        return self.home / "logs" / f"{program}.log"

    def _migrate(self) -> None:
        self._launch("migrate")
        if self._programs["migrate"].wait() != 0:
            self._fail("migrate")
        del self._programs["migrate"]

    def _await_api(self) -> None:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            if name := self.died():
                self._fail(name)
            with suppress(OSError, AirflowError):
                # Of the two APIs the one for tasks: it builds itself for seconds when first asked, and whoever asks
                # waits; the first task would give up and try again on a busy machine.
                self._get("/execution/health")
                return
            time.sleep(_POLL_S)
        self._fail("api-server")

    def _fail(self, program: str) -> NoReturn:
        raise AirflowError(f"Airflow không chạy được ({program}); xem {self.log_of(program)}")

    # -- Runs ----------------------------------------------------------------------------------------------------

    def unpause(self, dag_id: str, *, timeout: float = _START_S) -> None:
        """Switch a DAG on, waiting until Airflow has read its file.

        Raises:
            AirflowError: The DAG cannot be imported, or is not there in time.
        """
        deadline = time.monotonic() + timeout
        while dag_id not in {d["dag_id"] for d in self._get("/api/v2/dags")["dags"]}:
            if errors := self._get("/api/v2/importErrors")["import_errors"]:
                first = errors[0]
                raise AirflowError(f"{first['filename']}: {first['stack_trace'].strip().splitlines()[-1]}")
            if name := self.died():
                self._fail(name)
            if time.monotonic() > deadline:
                raise AirflowError(f"no DAG {dag_id} in {self.dags}; see {self.log_of('dag-processor')}")
            time.sleep(_POLL_S)
        self._ask("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": False})

    def trigger(
        self, dag_id: str, *, partition_key: str | None = None, conf: Mapping[str, object] | None = None
    ) -> str:
        """Start a run and return its run_id.

        Args:
            dag_id: The DAG; must not be paused for the run to proceed.
            partition_key: The partition the run is for, for instance `2024-06`.
            conf: Parameters of the run.
        """
        body = {"logical_date": None, "partition_key": partition_key, "conf": dict(conf or {})}
        answer = self._ask("POST", f"/api/v2/dags/{dag_id}/dagRuns", body)
        return str(answer["dag_run_id"])

    def runs(self, dag_id: str) -> list[Run]:
        """The DAG's runs, oldest first; at most the 100 newest."""
        query = "order_by=-run_after&limit=100"
        found = self._get(f"/api/v2/dags/{dag_id}/dagRuns?{query}")["dag_runs"]
        return [
            Run(
                dag_id,
                r["dag_run_id"],
                r["state"],
                r["partition_key"],
                _instant(r["start_date"]),
                _instant(r["end_date"]),
            )
            for r in reversed(found)
        ]

    def tasks(self, run: Run) -> list[Task]:
        """The run's tasks in the order in which they started, those that wait last."""
        path = f"/api/v2/dags/{run.dag_id}/dagRuns/{urllib.parse.quote(run.run_id)}/taskInstances?limit=100"
        found = self._get(path)["task_instances"]
        found.sort(key=lambda t: (t["start_date"] is None, t["start_date"] or "", t["map_index"]))
        return [self._task(run, t) for t in found]

    def _task(self, run: Run, answer: Mapping[str, Any]) -> Task:
        started, ended = _instant(answer["start_date"]), _instant(answer["end_date"])
        seconds = ((ended or datetime.now(started.tzinfo)) - started).total_seconds() if started else 0.0
        parts = [f"dag_id={run.dag_id}", f"run_id={run.run_id}", f"task_id={answer['task_id']}"]
        if answer["map_index"] >= 0:
            parts.append(f"map_index={answer['map_index']}")
        log = Path(self.home, "logs", *parts, f"attempt={max(answer['try_number'], 1)}.log")
        label = answer["rendered_map_index"] or ""
        if label == str(answer["map_index"]):
            label = ""  # what the API says before the label is known
        return Task(answer["task_id"], label, answer["state"] or "", seconds, log)

    def wait(
        self,
        dag_id: str,
        *,
        run_id: str | None = None,
        partition_key: str | None = None,
        timeout: float,
        watch: Callable[[Run | None, Sequence[Task]], None] | None = None,
    ) -> Run:
        """Follow one run to its end.

        Args:
            dag_id: The DAG.
            run_id: The run; None takes the oldest one that fits, also one that is yet to come.
            partition_key: The partition that the run must be for; None takes any.
            timeout: Seconds after which waiting ends.
            watch: Called about twice a second with the run, None before it exists, and its tasks.

        Returns:
            The run, ended well.

        Raises:
            RunFailedError: The run failed, a task failed or waits for its next try, or time is over; the message
                names the task and its log.
            AirflowError: A program of Airflow died.
        """
        deadline = time.monotonic() + timeout
        labels: dict[Path, str] = {}
        while True:
            fitting = [
                r for r in self.runs(dag_id) if run_id in (None, r.run_id) and partition_key in (None, r.partition_key)
            ]
            run = fitting[0] if fitting else None
            tasks = self.tasks(run) if run else []
            # Airflow forgets the label of a task that waits for its next try.
            labels |= {t.log.parent: t.label for t in tasks if t.label}
            tasks = [replace(t, label=labels.get(t.log.parent, "")) for t in tasks]
            if watch:
                watch(run, tasks)
            if run and run.state == "success":
                return run
            # Whoever waits here will not wait for the minutes until a next try.
            broken = [t for t in tasks if t.state in {"failed", "up_for_retry"}]
            if run and (broken or run.state == "failed"):
                raise RunFailedError(_what_failed(run, broken))
            if name := self.died():
                self._fail(name)
            if time.monotonic() > deadline:
                raise RunFailedError(f"{dag_id}: không xong trong {timeout:.0f} giây; nhật ký: {self.home / 'logs'}")
            time.sleep(_POLL_S)

    def _get(self, path: str) -> dict[str, Any]:
        return self._ask("GET", path)

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        if not self._token:
            login = {"username": USER, "password": self.password}
            self._token = self._request("POST", "/auth/token", login)["access_token"]
        return self._request(method, path, body)

    def _request(self, method: str, path: str, body: Mapping[str, object] | None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Connection": "close"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)  # noqa: S310
        try:
            with self._opener.open(request, timeout=30) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            raise AirflowError(f"Airflow refused {method} {path}: {error.code} {error.read()[:300]!r}") from error


_PROGRAMS = {
    "migrate": ("db", "migrate"),
    "dag-processor": ("dag-processor",),
    "api-server": ("api-server",),
    # Without this flag a log server would listen on every interface.
    "scheduler": ("scheduler", "--skip-serve-logs"),
}


def _members(sessions: set[int]) -> list[psutil.Process]:
    """Every living process of these sessions: the programs that lead them, what descends from those, what stays behind.

    Tasks make process groups of their own and outlive their parents, so neither groups nor trees alone suffice.
    """
    found: set[psutil.Process] = set()
    for process in psutil.process_iter():
        # Processes come and go while we look.
        with suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            if process.pid in sessions:
                found |= {process, *process.children(recursive=True)}
            elif os.getsid(process.pid) in sessions:
                found.add(process)
    return list(found)


def _kill(sessions: set[int]) -> None:
    # Twice, for whoever was started while the first list was made.
    for _ in range(2):
        members = _members(sessions)
        for process in members:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(members, timeout=_STOP_S)


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holders(lock: IO[str]) -> list[int | None]:
    """The processes that the lock's text names, the owner first; None for one that is gone."""
    lock.seek(0)
    written = os.fstat(lock.fileno()).st_mtime
    holders: list[int | None] = []
    for pid in map(int, lock.read().split()):
        try:
            process = psutil.Process(pid)
            # A process younger than the text has only inherited the number.
            alive = process.create_time() <= written and process.status() != psutil.STATUS_ZOMBIE
            holders.append(pid if alive else None)
        except psutil.NoSuchProcess:
            holders.append(None)
    return holders or [None]


def _what_failed(run: Run, broken: Sequence[Task]) -> str:
    if not broken:
        return f"{run.dag_id}: lần chạy {run.run_id} thất bại"
    task = broken[0]
    name = f"{task.task_id} ({task.label})" if task.label else task.task_id
    return f"{run.dag_id}: bước {name} thất bại: {_error_in(task.log)} — nhật ký: {task.log}"


def _error_in(log: Path) -> str:
    """The text of the last exception in a task's log, which Airflow writes as one JSON object a line."""
    text = ""
    with suppress(OSError):
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError, KeyError, IndexError, TypeError):
                error = json.loads(line)["error_detail"][0]
                text = f"{error['exc_type']}: {error['exc_value']}"
    return text or "xem nhật ký"


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _fernet_key() -> str:
    # 32 random bytes in URL-safe base64: the format of a Fernet key.
    return secrets.token_urlsafe(32) + "="


def _reserve(port: int) -> int:
    """The port if it is free, or a free one for 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise AirflowError(f"cổng {port} đang có chương trình khác dùng: chọn cổng khác với --port") from error
        return int(probe.getsockname()[1])


def end_on_sigterm() -> None:
    """Let SIGTERM unwind the program like Ctrl-C does, so that everything it started is stopped."""

    def leave(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, leave)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m theodoi.airflow", description="Airflow for the real registry, on this machine only."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start Airflow with its user interface; Ctrl-C stops it")
    up.add_argument("--data", type=Path, help="data root (default: THEODOI_DATA, or ./data)")
    up.add_argument("--registry", type=Path, help="registry folder (default: THEODOI_REGISTRY, or the project's)")
    up.add_argument("--port", type=int, default=8080, help="port of the user interface on 127.0.0.1 (default 8080)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Airflow until it is stopped; return the exit status."""
    asked = _parser().parse_args(arguments)
    given = {name: getattr(asked, name) for name in ("data", "registry") if getattr(asked, name) is not None}
    end_on_sigterm()
    try:
        with console.status("Đang khởi động Airflow …"):
            home = AirflowHome(Settings(**given), port=asked.port)
            home.start()
        try:
            console.print(f"Airflow: {home.url}   người dùng: {USER}   mật khẩu: {home.password}")
            console.print("Bật DAG “daily_crawl” để bắt đầu thu thập hằng ngày. Dừng: Ctrl-C.")
            while not (name := home.died()):
                time.sleep(1)
            raise AirflowError(f"Airflow đã dừng ({name}); xem {home.log_of(name)}")
        finally:
            home.stop()
    except KeyboardInterrupt:
        console.print("Đã dừng Airflow.")
        return 0
    except TheodoiError as error:
        console.print(f"Lỗi: {error}", style="red")
        return 1


if __name__ == "__main__":
    sys.exit(main())
