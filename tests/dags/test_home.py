"""The private Airflow: what it refuses, what it leaves behind (nothing), and a real run of a partition by hand."""

import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest

from theodoi.airflow import AirflowError, AirflowHome, RunFailedError
from theodoi.airflow.environment import HOST, PASSWORDS, environment, make_secrets
from theodoi.settings import PROJECT, Settings

OWNER_THAT_IS_KILLED = """
import fcntl, os, subprocess, sys, time
lock = open(sys.argv[1], "a+")
fcntl.flock(lock, fcntl.LOCK_EX)
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True,
                        pass_fds=[lock.fileno()])
lock.write(f"{os.getpid()}\\n{left.pid}\\n")
lock.flush()
print(left.pid, flush=True)
time.sleep(300)
"""


@pytest.fixture
def settings(tmp_path):
    return Settings(data=tmp_path / "data", registry=PROJECT / "warehouse" / "seeds")


def test_help_answers():
    done = subprocess.run(
        [sys.executable, "-m", "theodoi.airflow", "up", "--help"], capture_output=True, text=True, check=True
    )
    assert "--port" in done.stdout


def test_taken_port_is_refused_in_one_line_and_nothing_starts(settings):
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        home = AirflowHome(settings, port=port)
        with pytest.raises(AirflowError, match=f"cổng {port} đang có chương trình khác dùng") as refusal:
            home.start()
    assert "\n" not in str(refusal.value)
    assert not (home.home / "airflow.db").exists()
    AirflowHome(settings).claim()  # the refused one gave the home back


def test_one_home_carries_one_airflow(settings):
    first = AirflowHome(settings)
    first.claim()
    with pytest.raises(AirflowError, match=f"kill {os.getpid()}"):
        AirflowHome(settings).claim()
    first.stop()
    AirflowHome(settings).claim()


def test_programs_of_a_killed_owner_are_ended(settings):
    home = AirflowHome(settings)
    home.home.mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, "-c", OWNER_THAT_IS_KILLED, str(home.home / "lock")], stdout=subprocess.PIPE, text=True
    ) as owner:
        left = psutil.Process(int(owner.stdout.readline()))
        with pytest.raises(AirflowError):
            home.claim()
        assert left.is_running()
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    home.claim()
    home.stop()
    deadline = time.monotonic() + 10
    while left.is_running() and left.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE


def test_environment_hides_the_users_own_airflow_and_proxies(settings, monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("AIRFLOW_CONN_SECRET", "postgres://elsewhere")
    make_secrets(tmp_path)
    set_for_airflow = environment(settings, tmp_path, PROJECT / "dags", 1234)
    assert set_for_airflow["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert "AIRFLOW_CONN_SECRET" not in set_for_airflow
    assert set_for_airflow["AIRFLOW__API__HOST"] == HOST
    assert set_for_airflow["AIRFLOW__API__BASE_URL"] == f"http://{HOST}:1234"
    assert HOST in set_for_airflow["NO_PROXY"]
    assert set_for_airflow["THEODOI_DATA"] == str(settings.data.resolve())
    assert (tmp_path / PASSWORDS).stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_month_by_hand_and_a_failure_with_its_reason(settings):
    home = AirflowHome(settings)
    with home:
        programs = [psutil.Process(p.pid) for p in home._programs.values()]
        assert len(programs) == 3
        listening = {
            c.laddr.ip for p in programs for q in (p, *p.children(recursive=True)) for c in q.net_connections("inet")
        }
        assert listening == {HOST}
        home.unpause("monthly_review")
        with pytest.raises(AirflowError, match="400"):
            home.api.trigger("monthly_review", partition_key="2024-13")
        run_id = home.api.trigger("monthly_review", partition_key="2024-05")
        # Nothing is published in this data root: the run must fail, and the message must say that.
        with pytest.raises(RunFailedError, match="review thất bại: TheodoiError: chưa có cơ sở dữ liệu công bố"):
            home.wait("monthly_review", run_id=run_id, timeout=120)
        (run,) = home.api.runs("monthly_review")
        assert run.partition_key == "2024-05"
        (task,) = home.api.tasks(run)
        assert "Nên làm" in task.log.read_text(encoding="utf-8")
        everyone = [q for p in programs for q in (p, *p.children(recursive=True))]
    assert everyone
    assert not [p for p in everyone if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
