"""`python -m demo` as a stranger runs it, once, under a guard that lets nothing leave loopback."""

import os
import re
import subprocess
import sys

import duckdb
import psutil
import pytest

from demo.sources import FIRST_DAY, LAST_DAY
from theodoi.settings import PROJECT, Settings

GUARD = PROJECT / "tests" / "loopback_guard"

pytestmark = [pytest.mark.slow, pytest.mark.sample, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The finished demonstration: exit status, both outputs, data root, folder of the guard."""
    root = tmp_path_factory.mktemp("demo")
    guard = root / "guard"
    guard.mkdir()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "THEODOI"))}
    environment |= {"LOOPBACK_GUARD": str(guard), "PYTHONPATH": str(GUARD), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--data", str(root / "data"), "--port", "0"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done, root / "data", guard


def test_nothing_left_loopback(demo):
    _, _, guard = demo
    started = (guard / "started").read_text(encoding="utf-8")
    for program in ("-m demo", "airflow scheduler", "airflow api-server", "airflow dag-processor", "ipykernel"):
        assert program in started, f"the guard never watched {program}"
    violations = guard / "violations"
    assert not violations.exists(), violations.read_text(encoding="utf-8")[:3000]


def test_nothing_runs_on(demo):
    _, data, _ = demo
    mine = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("THEODOI_DATA") == str(data):
                mine.append(process)
        except psutil.Error:
            continue
    assert not mine


def test_the_table_says_what_was_published(demo):
    done, data, _ = demo
    settings = Settings(data=data)
    with duckdb.connect(settings.database, read_only=True) as database:
        rows = database.execute(
            """
            select agency.name, sum(n_explicit), sum(n_implicit), sum(n_none), bool_and(state = 'blind')
            from marts.agency_month join core.agency using (agency_id)
            where month between ? and ? group by all
            """,
            [FIRST_DAY, LAST_DAY],
        ).fetchall()
    assert len(rows) >= 8
    for name, *counts, blind in rows:
        line = next(line for line in done.stdout.splitlines() if name in line)
        shown = re.findall(r"\d+|\?", line.split(name)[1])[:3]
        assert shown == ["?" if blind else str(count) for count in counts], line
    assert sum(blind for *_, blind in rows) == 1, "one site is out of order on purpose"


def test_everything_named_is_there(demo):
    done, data, _ = demo
    settings = Settings(data=data)
    assert settings.database.exists()
    assert list(settings.archive.rglob("*.warc.gz"))
    (review,) = settings.reviews.rglob("*2024-06*.html")
    for path in (settings.database, review, settings.archive, data / "airflow" / "logs"):
        assert str(path) in done.stdout
    assert len(re.findall(r"theodoi (status|review)", done.stdout)) == 2


def test_stages_were_told_without_a_terminal(demo):
    done, _, _ = demo
    for stage in ("Khởi động Airflow", "Thu thập", "Xử lý và công bố", "Đánh giá tháng", "Dừng Airflow"):
        assert re.search(rf"{stage}: xong \(\d+ giây\)", done.stderr), stage
    assert re.search(r"hdnd: xong", done.stderr), "a blind site is no failed task"


def test_commands_to_try_next_work(demo):
    done, _, _ = demo
    commands = [line.strip() for line in done.stdout.split("Thử tiếp:")[1].splitlines() if line.strip()]
    assert len(commands) == 3
    for command in commands:
        tried = subprocess.run(
            command, shell=True, cwd=PROJECT, capture_output=True, encoding="utf-8", check=False, timeout=300
        )
        assert tried.returncode == 0, f"{command}\n{tried.stderr[-2000:]}"
        assert tried.stdout.strip(), command


def test_a_folder_with_other_things_is_not_emptied(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--data", str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "--data" in done.stderr
    assert (tmp_path / "mine.txt").read_text() == "keep"
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
