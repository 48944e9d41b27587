"""The life of one Airflow: its home, its programs, and waiting for its runs."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from theodoi.airflow import processes
from theodoi.airflow.api import AirflowError, Api, Run, RunFailedError, Task
from theodoi.airflow.environment import HOST, USER, environment, make_secrets, password, url_of
from theodoi.disk import named_failures
from theodoi.settings import PROJECT, Settings

# The API server imports for about eight seconds on two cores; beside other work it has been seen to need forty.
_START_S = 180.0
# A running task gets this long to end by itself before it is killed; every step may be killed at any moment.
_STOP_S = 8.0
_POLL_S = 0.5

_PROGRAMS = {
    "migrate": ("db", "migrate"),
    "dag-processor": ("dag-processor",),
    "api-server": ("api-server",),
    # Without this flag a log server would listen on every interface.
    "scheduler": ("scheduler", "--skip-serve-logs"),
}


class AirflowHome:
    """A private Airflow: scheduler, DAG processor and API server on loopback, as a context manager.

    Args:
        settings: Their data root holds the home; their values are handed to the tasks.
        port: Port of the user interface; 0 picks a free one.
        dags: Folder of the DAGs.

    Attributes:
        home: Where everything of this Airflow is.
        logs: Its logs.
    """

    def __init__(self, settings: Settings, *, port: int = 0, dags: Path = PROJECT / "dags") -> None:
        self.settings = settings
        self.home = (settings.data / "airflow").resolve()
        self.logs = self.home / "logs"
        self._dags = dags.resolve()
        self._port = port
        self._lock: processes.Lock | None = None
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        self._api: Api | None = None

    @property
    def url(self) -> str:
        """Address of the user interface, once started."""
        return url_of(self._port)

    @property
    def password(self) -> str:
        """What the one user logs in with, once started."""
        return password(self.home)

    @property
    def api(self) -> Api:
        """The API, once started."""
        assert self._api is not None, "start the home first"
        return self._api

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def claim(self) -> None:
        """Take this home for ourselves, before anything in the data root is touched; `stop` gives it back.

        Programs that a killed owner left running are ended.

        Raises:
            AirflowError: Another Airflow runs here.
            DataFolderError: The home cannot be written.
        """
        if self._lock is not None:
            return
        with named_failures(self.home):
            self.home.mkdir(parents=True, exist_ok=True)
            lock = processes.Lock(self.home / "lock")
        if not lock.take():
            owner = lock.owner()
            lock.release()
            how = f"dừng nó trước (kill {owner})" if owner else "dừng nó trước"
            raise AirflowError(f"đang có một Airflow chạy trên {self.home}: {how} hoặc chọn --data khác")
        self._lock = lock

    def start(self, *, fresh: bool = False) -> None:
        """Migrate the metadata, start all programs and wait until both APIs answer.

        Args:
            fresh: Forget all runs, secrets and logs of this home first.

        Raises:
            AirflowError: The port is taken, this home is in use, or a program died; the message names its log.
            DataFolderError: The home cannot be written.
        """
        self.claim()
        try:
            self._port = _reserve(self._port)
            with named_failures(self.home):
                if fresh:
                    self._forget()
                self.logs.mkdir(exist_ok=True)
                make_secrets(self.home)
            self._api = Api(self.url, USER, self.password, self.logs)
            self._migrate()
            for program in ("api-server", "scheduler", "dag-processor"):
                self._launch(program)
            self._await_api()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End every program and every task that still runs; nothing is left behind, whatever state they are in."""
        sessions = [program.pid for program in self._programs.values()]
        try:
            for program in self._programs.values():
                program.terminate()
            processes.wait(sessions, _STOP_S)
        finally:
            processes.kill(sessions)
            for program in self._programs.values():
                program.wait()
            self._programs = {}
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def check(self) -> None:
        """See that all programs run.

        Raises:
            AirflowError: One ended by itself; the message names its log.
        """
        for name, program in self._programs.items():
            if program.poll() is not None:
                self._fail(name)

    def unpause(self, dag_id: str, *, timeout: float = _START_S) -> None:
        """Switch a DAG on, waiting until Airflow has read its file.

        Raises:
            AirflowError: The DAG cannot be imported, or is not there in time.
        """
        deadline = time.monotonic() + timeout
        while dag_id not in self.api.dag_ids():
            if error := self.api.import_error():
                raise AirflowError(error)
            self.check()
            if time.monotonic() > deadline:
                raise AirflowError(f"no DAG {dag_id} in {self._dags}; see {self._log_of('dag-processor')}")
            time.sleep(_POLL_S)
        self.api.unpause(dag_id)

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
                names the task, its error and its log.
            AirflowError: A program of Airflow died.
        """
        deadline = time.monotonic() + timeout
        labels: dict[Path, str] = {}
        while True:
            fitting = (
                r
                for r in self.api.runs(dag_id)
                if run_id in (None, r.run_id) and partition_key in (None, r.partition_key)
            )
            run = next(fitting, None)
            tasks = self.api.tasks(run) if run else []
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
            self.check()
            if time.monotonic() > deadline:
                raise RunFailedError(f"{dag_id}: không xong trong {timeout:.0f} giây; nhật ký: {self.logs}")
            time.sleep(_POLL_S)

    def _forget(self) -> None:
        for entry in self.home.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != "lock":
                entry.unlink()

    def _launch(self, name: str) -> None:
        assert self._lock is not None
        with self._log_of(name).open("ab") as log:
            program = self._programs[name] = subprocess.Popen(
                [sys.executable, "-m", "airflow", *_PROGRAMS[name]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(self.settings, self.home, self._dags, self._port),
                cwd=self.home,
                # Ctrl-C must reach us alone; we end the others in order.
                start_new_session=True,
                pass_fds=[self._lock.descriptor],
            )
        self._lock.note(program.pid)

    def _log_of(self, program: str) -> Path:
        return self.logs / f"{program}.log"

    def _migrate(self) -> None:
        self._launch("migrate")
        if self._programs["migrate"].wait() != 0:
            self._fail("migrate")
        del self._programs["migrate"]

    def _await_api(self) -> None:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            self.check()
            with suppress(OSError, AirflowError):
                # Of the two APIs the one for tasks: it builds itself for seconds when first asked, and whoever asks
                # waits; the first task would give up and try again on a busy machine.
                self.api.get("/execution/health")
                return
            time.sleep(_POLL_S)
        self._fail("api-server")

    def _fail(self, program: str) -> NoReturn:
        raise AirflowError(f"Airflow không chạy được ({program}); xem {self._log_of(program)}")


def _reserve(port: int) -> int:
    """The port if it is free, or a free one for 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise AirflowError(f"cổng {port} đang có chương trình khác dùng: chọn cổng khác với --port") from error
        return int(probe.getsockname()[1])


def _what_failed(run: Run, broken: Sequence[Task]) -> str:
    if not broken:
        return f"{run.dag_id}: lần chạy {run.run_id} thất bại"
    task = broken[0]
    name = f"{task.task_id} ({task.label})" if task.label else task.task_id
    return f"{run.dag_id}: bước {name} thất bại: {task.error or 'xem nhật ký'} — nhật ký: {task.log}"
