"""Lake and registry in, one private DuckDB file out: dbt in its own process."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from glob import escape
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import duckdb

from theodoi import __version__, lake
from theodoi.disk import named_failures
from theodoi.errors import TheodoiError
from theodoi.progress import bars
from theodoi.registry import load_registry, write_registry
from transforms.codebook import CODEBOOK_VERSION

PROJECT = Path(__file__).resolve().parent
# dbt counts its nodes: "21:46:42  3 of 140 OK created sql table model core.article … [OK in 0.2s]".
_NODE = re.compile(r"(\d+) of (\d+) (OK|PASS|WARN|FAIL|ERROR|SKIP)")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def build_database(lake_root: Path, registry: Path, target: Path, work: Path) -> Path:
    """Build the warehouse whole into a private file.

    The same lake and registry give the same tables, but for `meta.build.built_at`. The file stands only when dbt has
    built and tested everything; until then an older one stays in its place.

    Args:
        lake_root: Root of the lake; datasets that hold no file yet are built as empty tables.
        registry: Folder of the registry.
        target: The file to write; `building.duckdb` beside it is in use meanwhile.
        work: Folder for what dbt needs besides: logs, compiled SQL, the staging database.

    Returns:
        The target.

    Raises:
        RegistryError: The registry is broken.
        TheodoiError: dbt failed; the message names the model or test and the log.
        DataFolderError: A folder cannot be written.
    """
    # Whether its hosts may be asked is the crawl's business; here nothing is asked.
    checked = load_registry(registry, allow_private=True)
    work = work.absolute() / "warehouse"
    target = target.absolute()
    building = target.with_name("building.duckdb")
    private = work / "private.duckdb"
    with named_failures(work):
        work.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        for file in (building, private):
            _remove(file)
        # dbt reads what was checked: every column there, every cell trimmed.
        write_registry(checked, work / "registry")
        variables = {
            "lake_files": {d.name: _sql_list(_globs(lake_root.absolute(), d, work)) for d in lake.DATASETS.values()},
            "build": {
                "built_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
                "code_version": __version__,
                "codebook_version": CODEBOOK_VERSION,
                "registry_digest": checked.digest(),
                "lake_digest": lake_digest(lake_root),
            },
        }
    try:
        _run_dbt(variables, building, private, work)
        with named_failures(target), duckdb.connect(str(building)) as database:
            database.execute("checkpoint")
        with named_failures(target):
            building.replace(target)
    finally:
        for file in (building, private):
            _remove(file)
    return target


def lake_digest(lake_root: Path) -> str:
    """SHA-256 over names and bytes of the lake's files; equal digests mean equal data."""
    digest = sha256()
    for dataset in lake.DATASETS.values():
        for file in lake.files(lake_root, dataset):
            with file.open("rb") as content:
                digest.update(f"{file.relative_to(lake_root).as_posix()}\n".encode())
                digest.update(file_digest(content, "sha256").digest())
    return digest.hexdigest()


def _remove(database: Path) -> None:
    for file in (database, database.with_name(database.name + ".wal")):
        file.unlink(missing_ok=True)


def _globs(lake_root: Path, dataset: lake.Dataset, work: Path) -> list[str]:
    """What DuckDB is to read: an empty file that brings the columns, and the dataset's files if there are any."""
    found = [os.fspath(lake.write(work / "empty", dataset, [], name=dataset.name))]
    if lake.files(lake_root, dataset):
        folders = "" if dataset.grain == "whole" else f"source=*/{dataset.grain}=*/"
        found.append(f"{escape(os.fspath(lake_root))}/{dataset.name}/{folders}*.parquet")
    return found


def _sql_list(texts: Iterable[str]) -> str:
    # Braces are doubled because dbt-duckdb formats the location of a source.
    quoted = ("'" + t.replace("'", "''").replace("{", "{{").replace("}", "}}") + "'" for t in texts)
    return f"[{', '.join(quoted)}]"


def _run_dbt(variables: dict[str, Any], target: Path, private: Path, work: Path) -> None:
    log = work / "logs" / "dbt.log"
    results = work / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    command = [
        *(sys.executable, "-W", "ignore::RuntimeWarning:runpy", "-m", "dbt.cli.main", "--no-use-colors"),
        *(
            "--no-version-check",
            "--no-send-anonymous-usage-stats",
            "--log-path",
            os.fspath(log.parent),
            "build",
            "--fail-fast",
        ),
        *("--project-dir", os.fspath(PROJECT), "--profiles-dir", os.fspath(PROJECT)),
        *("--target-path", os.fspath(work / "target"), "--vars", json.dumps(variables)),
    ]
    environment = {
        **os.environ,
        "DO_NOT_TRACK": "1",
        "PYTHONUTF8": "1",
        # Python models import `transforms` from where this code stands, whatever else is installed.
        "PYTHONPATH": os.pathsep.join(filter(None, (os.fspath(PROJECT.parent), os.environ.get("PYTHONPATH")))),
        "THEODOI_WAREHOUSE_TARGET": os.fspath(target),
        "THEODOI_WAREHOUSE_PRIVATE": os.fspath(private),
        "THEODOI_WAREHOUSE_SEEDS": os.fspath(work / "registry"),
    }
    said: list[str] = []
    with (
        bars() as progress,
        subprocess.Popen(
            command, env=environment, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        ) as dbt,
    ):
        task = progress.add_task("Dựng kho", total=None)
        assert dbt.stdout is not None
        for line in dbt.stdout:
            said.append(_COLOURS.sub("", line).strip())
            if done := _NODE.search(line):
                progress.update(task, advance=1, total=int(done[2]))
    if dbt.returncode:
        raise TheodoiError(f"không dựng được kho: {_what_failed(results, said)} (nhật ký: {log})")


def _what_failed(results: Path, said: list[str]) -> str:
    """The first failing node and its message, in one line; dbt's last words where it never came to running nodes."""
    if results.exists():
        nodes = json.loads(results.read_text(encoding="utf-8"))["results"]
        failed = [n for n in nodes if n["status"] in ("error", "fail")]
        if failed:
            first = failed[0]
            name = ".".join(first["unique_id"].split(".")[2:3])
            rest = f" (và {len(failed) - 1} chỗ khác)" if len(failed) > 1 else ""
            return f"{name}{rest}: {_one_line(first['message'] or first['status'])}"
    return _one_line(" ".join(said[-12:])) or "dbt dừng mà không nói gì"


def _one_line(message: str) -> str:
    # Enough to name what is wrong; the log has the rest.
    return re.sub(r"\s+", " ", message).strip()[:500]
