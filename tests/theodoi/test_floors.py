"""The floors of the house hold: nobody imports upwards."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_no_room_imports_a_room_above_it():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert f"{len(contracts)} kept" in done.stdout


def test_notebooks_know_only_published_data():
    notebooks = sorted([*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "notebooks").glob("*.py")])
    assert {n.suffix for n in notebooks} == {".ipynb", ".py"}
    rooms = ("theodoi", "spiders", "transforms", "warehouse", "demo")
    for notebook in notebooks:
        text = notebook.read_text()
        assert not [room for room in rooms if f"import {room}" in text or f"from {room}" in text], notebook
