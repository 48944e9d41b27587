"""The demonstration: the sample province, crawled and published by the real DAGs under a real Airflow.

`python -m demo` serves the sites on loopback, starts Airflow in a home of its own, switches the DAGs on, triggers the
daily crawl once and waits for what follows from it. Everything it started is stopped again, however it ends.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TaskID

from demo.province import DEFAULT_SEED, Province, build_province
from demo.registry import write_registry
from demo.report import print_coverage, print_places
from demo.server import SampleServer
from demo.sources import LAST_DAY
from demo.truth import write_truth
from theodoi.airflow import AirflowHome, Run, Task, end_on_sigterm
from theodoi.disk import named_failures
from theodoi.errors import TheodoiError
from theodoi.progress import bars, console
from theodoi.settings import PROJECT, Settings

PORT = 8750
LAST_MONTH = f"{LAST_DAY:%Y-%m}"

# Each stage takes well below a minute or two; on a machine that does other things ten times that must be enough.
_STAGE_S = 1200.0
_MARK = ".theodoi-demo"
_NAMES = {
    "list_sources": "đọc danh bạ",
    "crawl": "thu thập",
    "process": "đọc trang, nhận bản sao, phân loại",
    "build": "dựng cơ sở dữ liệu",
    "publish": "kiểm định và công bố",
    "review": "viết trang đánh giá",
}
_DONE = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})


class Stages:
    """Tells a person how far the demonstration is: bars on a terminal, a line for each event elsewhere.

    Attributes:
        seconds: Stage -> how long it took.
    """

    def __init__(self, progress: Progress) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._start = time.monotonic()

    @contextmanager
    def stage(self, title: str) -> Iterator["Watcher"]:
        """One stage of the demonstration, on display while the context is open."""
        began = time.monotonic()
        bar = self._progress.add_task(title, total=None)
        self.say(f"{title} …")
        yield Watcher(self, title, bar)
        self.seconds[title] = time.monotonic() - began
        self._progress.update(bar, description=title, total=1, completed=1)
        self._progress.stop_task(bar)
        self.say(f"{title}: xong ({self.seconds[title]:.0f} giây)")

    def say(self, line: str) -> None:
        """One line for logs and pipes; on a terminal the bars tell the same."""
        if self._progress.disable:
            console.print(f"[{time.monotonic() - self._start:4.0f} s] {line}", markup=False, highlight=False)

    def show(self, bar: TaskID, description: str, completed: int, total: int) -> None:
        """Move a bar."""
        # Of one length, so that the bars stay where they are; what is left beside bar, count and clock.
        width = max(console.width - 64, 26)
        self._progress.update(bar, description=f"{description[:width]:{width}}", completed=completed, total=total)


class Watcher:
    """Follows the tasks of one stage; called by `AirflowHome.wait`."""

    def __init__(self, stages: Stages, title: str, bar: TaskID) -> None:
        self._stages = stages
        self._title = title
        self._bar = bar
        self._seen: dict[Path, str] = {}

    def __call__(self, run: Run | None, tasks: Sequence[Task]) -> None:
        """Show the tasks as they stand now; `run` is None before there is one."""
        shown = [t for t in tasks if t.task_id in _NAMES]
        if run is None or not shown:
            return
        for task in shown:
            self._tell(task)
        running = ", ".join(_name(t) for t in shown if t.state == "running")
        title = f"{self._title}: {running}" if running else self._title
        self._stages.show(self._bar, title, sum(t.state in _DONE for t in shown), len(shown))

    def _tell(self, task: Task) -> None:
        if self._seen.get(task.log) == task.state:
            return
        self._seen[task.log] = task.state
        if task.state in _DONE:
            self._stages.say(f"  {_name(task)}: {_STATES.get(task.state, task.state)} ({task.seconds:.0f} giây)")


_STATES = {"success": "xong", "failed": "thất bại", "skipped": "bỏ qua", "upstream_failed": "không chạy"}


def _name(task: Task) -> str:
    return task.label or _NAMES[task.task_id]


def run_demo(data: Path, *, seed: int, port: int, keep: bool) -> Settings:
    """Take the sample province through the whole chain and return where everything is.

    Args:
        data: Data root of the demonstration.
        seed: Of the sample's texts.
        port: Of the first site; 0 takes free ones.
        keep: Continue with what an earlier demonstration left in `data`.

    Raises:
        TheodoiError: What failed, and where to read on.
    """
    settings = Settings(data=data, registry=data / "registry", allow_private=True, contact="")
    home = AirflowHome(settings)
    _check_root(data)
    home.claim()
    try:
        with named_failures(data):
            _prepare(data, keep=keep)
        with bars() as progress:
            stages = Stages(progress)
            _follow(settings, home, stages, seed=seed, port=port)
    finally:
        home.stop()
    took = " · ".join(f"{title.lower()} {seconds:.0f} s" for title, seconds in stages.seconds.items())
    console.print(f"Thời gian: {took}", highlight=False, soft_wrap=True)
    return settings


def _follow(settings: Settings, home: AirflowHome, stages: Stages, *, seed: int, port: int) -> None:
    with stages.stage("Tỉnh mẫu"):
        province = build_province(seed)
    with _served(province, port) as server:
        write_registry(settings.registry, server.base_urls)
        # For a person to compare with; nothing of the pipeline reads it.
        write_truth(province, settings.data / "truth.csv")
        with stages.stage("Khởi động Airflow"):
            home.start(fresh=True)
            for dag_id in ("monthly_review", "publish_coverage", "daily_crawl"):
                home.unpause(dag_id)
        with stages.stage("Thu thập") as watch:
            run_id = home.api.trigger("daily_crawl")
            home.wait("daily_crawl", run_id=run_id, timeout=_STAGE_S, watch=watch)
        # Nobody triggers the next two: they follow from what was captured and what was published.
        with stages.stage("Xử lý và công bố") as watch:
            home.wait("publish_coverage", timeout=_STAGE_S, watch=watch)
        with stages.stage("Đánh giá tháng") as watch:
            home.wait("monthly_review", partition_key=LAST_MONTH, timeout=_STAGE_S, watch=watch)
        with stages.stage("Dừng Airflow"):
            home.stop()


@contextmanager
def _served(province: Province, port: int) -> Iterator[SampleServer]:
    server = SampleServer(province, port)
    try:
        server.start()
    except OSError as error:
        raise TheodoiError(
            f"không mở được các cổng từ {port} cho tỉnh mẫu ({error.strerror}): chọn --port khác, hoặc --port 0"
        ) from error
    try:
        yield server
    finally:
        server.stop()


def _check_root(data: Path) -> None:
    """Refuse a folder that holds anything but a demonstration: a fresh start empties it."""
    if data.exists() and not data.is_dir():
        raise TheodoiError(f"{data} không phải là thư mục: chọn --data khác")
    if data.exists() and any(data.iterdir()) and not (data / _MARK).exists():
        raise TheodoiError(f"{data} đã có dữ liệu khác, bản chạy thử sẽ không xoá: chọn --data khác")


def _prepare(data: Path, *, keep: bool) -> None:
    (data / _MARK).touch()
    if keep:
        return
    for entry in data.iterdir():
        if entry.is_dir() and entry.name != "airflow":
            shutil.rmtree(entry)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo", description="Tỉnh mẫu: cả chuỗi dưới Airflow, trên máy này, không dùng mạng."
    )
    parser.add_argument("--data", type=Path, default=PROJECT / "data" / "demo", help="thư mục dữ liệu (data/demo)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help=f"số gieo của tỉnh mẫu ({DEFAULT_SEED})")
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"cổng của trang đầu tiên ({PORT}); 0 để máy chọn cổng trống"
    )
    parser.add_argument("--keep", action="store_true", help="giữ dữ liệu của lần chạy trước và thu thập tiếp")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demonstration and return the exit status."""
    asked = _parser().parse_args(arguments)
    end_on_sigterm()
    try:
        settings = run_demo(asked.data.resolve(), seed=asked.seed, port=asked.port, keep=asked.keep)
        out = Console()
        print_coverage(out, settings.database)
        print_places(out, settings, LAST_MONTH)
    except TheodoiError as error:
        console.print(f"Bản chạy thử thất bại: {error}", style="red", soft_wrap=True, markup=False, highlight=False)
        return 1
    except KeyboardInterrupt:
        console.print("Đã dừng bản chạy thử; mọi chương trình đã tắt.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
