"""What every DAG must have, read from the bag that Airflow itself makes of the folder."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from theodoi.settings import PROJECT

DAGS = PROJECT / "dags"

# In a process of its own: importing Airflow makes a home and cannot be undone.
READ_BAG = """
import json, sys
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag

folder = Path(sys.argv[1])
bag = DagBag(folder, bundle_path=folder, bundle_name="test")
print(json.dumps({
    "errors": bag.import_errors,
    "dags": {
        d.dag_id: {
            "tags": sorted(d.tags),
            "doc": d.doc_md or "",
            "description": d.description or "",
            "catchup": d.catchup,
            "max_active_runs": d.max_active_runs,
            "paused": d.is_paused_upon_creation,
            "schedule": type(d.timetable).__name__,
            "cron": getattr(d.timetable, "expression", ""),
            "tasks": {
                t.task_id: {
                    "owner": t.owner,
                    "retries": t.retries,
                    "advises": bool(t.on_failure_callback),
                    "rule": str(t.trigger_rule.value),
                    "outlets": [a.name for a in t.outlets],
                    "upstream": sorted(t.upstream_task_ids),
                    "at_once": t.max_active_tis_per_dag,
                }
                for t in d.tasks
            },
        }
        for d in bag.dags.values()
    },
}))
"""


@pytest.fixture(scope="module")
def bag(tmp_path_factory):
    home = tmp_path_factory.mktemp("airflow")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW")} | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": str(PROJECT),
    }
    done = subprocess.run(
        [sys.executable, "-c", READ_BAG, str(DAGS)],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# Every DAG that asks sites -> when.
CRAWLS = {
    "daily_crawl": "0 2 * * *",
    "crawl_due": "*/15 * * * *",
    "rewalk_monthly": "0 20 3 * *",
    "rewalk_quarterly": "0 20 10 1,4,7,10 *",
}


def test_bag_holds_the_dags_and_no_error(bag):
    assert bag["errors"] == {}
    assert set(bag["dags"]) == {*CRAWLS, "publish_coverage", "monthly_review"}


def test_every_dag_speaks_to_its_operator(bag):
    assert bag["dags"]
    for name, dag in bag["dags"].items():
        assert "theodoi" in dag["tags"], name
        assert len(dag["tags"]) > 1, name
        assert dag["description"], name
        assert "chạy" in dag["doc"].lower(), name
        assert len(dag["doc"]) > 200, name


def test_no_dag_catches_up_or_runs_beside_itself(bag):
    assert bag["dags"]
    for name, dag in bag["dags"].items():
        assert dag["catchup"] is False, name
        # A source's first crawl takes hours, and those that are due meanwhile must not wait for it.
        assert dag["max_active_runs"] == (8 if name == "crawl_due" else 1), name


def test_every_task_has_an_owner_and_says_what_to_do_when_it_fails(bag):
    tasks = [(d, t, task) for d, dag in bag["dags"].items() for t, task in dag["tasks"].items()]
    assert tasks
    for dag, name, task in tasks:
        assert task["owner"] == "theodoi", (dag, name)
        assert task["advises"], (dag, name)


@pytest.mark.parametrize("name", CRAWLS)
def test_one_bad_site_withholds_nothing_and_is_not_hidden(bag, name):
    tasks = bag["dags"][name]["tasks"]
    assert tasks["crawl"]["retries"] >= 2
    assert tasks["captured"]["rule"] == "all_done_min_one_success"
    assert tasks["captured"]["outlets"] == ["captures"]
    assert tasks["every_source"]["rule"] == "all_success"
    assert tasks["every_source"]["upstream"] == ["crawl"]


def test_the_crawls_of_the_day_leave_room_for_walks_and_publishing(bag):
    assert bag["dags"]["crawl_due"]["tasks"]["crawl"]["at_once"] == 3
    assert bag["dags"]["rewalk_monthly"]["tasks"]["crawl"]["at_once"] == 1
    assert bag["dags"]["rewalk_quarterly"]["tasks"]["crawl"]["at_once"] == 1


def test_dags_follow_from_data_and_real_sites_wait_for_a_person(bag):
    dags = bag["dags"]
    for name, cron in CRAWLS.items():
        assert (dags[name]["schedule"], dags[name]["cron"]) == ("CronTriggerTimetable", cron)
        assert dags[name]["paused"] is True
    assert dags["publish_coverage"]["schedule"] == "AssetTriggeredTimetable"
    assert dags["monthly_review"]["schedule"] == "PartitionedAssetTimetable"
    assert dags["publish_coverage"]["tasks"]["publish"]["outlets"] == ["coverage"]
    # Paused, these two would miss what the first ones tell them.
    assert dags["publish_coverage"]["paused"] is False
    assert dags["monthly_review"]["paused"] is False


def test_the_operators_page_lists_every_dag_with_its_time(bag):
    text = (PROJECT / "docs" / "operator.md").read_text(encoding="utf-8")
    assert bag["dags"]
    for name in bag["dags"]:
        assert f"| `{name}` |" in text, name


def _imports(node):
    return [
        name
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
        for name in ([inner.module] if isinstance(inner, ast.ImportFrom) else [a.name for a in inner.names])
    ]


def _read_at_once(node):
    """Import statements that are carried out when the file is read: those outside of functions."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.Import | ast.ImportFrom):
            yield inner
        elif not isinstance(inner, ast.FunctionDef):
            yield from _read_at_once(inner)


@pytest.mark.parametrize("file", sorted(DAGS.glob("*.py")), ids=lambda f: f.name)
def test_dag_files_only_wire(file: Path):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    rooms = [name for name in _imports(tree) if name.split(".")[0] not in {"airflow", "dags", *sys.stdlib_module_names}]
    allowed = ("theodoi.steps.", "theodoi.settings", "theodoi.registry")
    assert all(name.startswith(allowed) for name in rooms), rooms
    # Reading the file must stay quick: Airflow does it every half minute.
    at_top = [name for statement in _read_at_once(tree) for name in _imports(statement)]
    assert not [name for name in at_top if name.startswith("theodoi")]


def test_wiring_was_looked_at():
    files = {f.name for f in DAGS.glob("*.py")}
    assert {"daily_crawl.py", "crawl_due.py", "rewalk_listings.py", "publish_coverage.py", "monthly_review.py"} <= files
    assert "wiring.py" in files
