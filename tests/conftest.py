"""Order of the tests, and the two provinces that several of them share."""

import os
import runpy
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

GUARD = Path(__file__).parent / "loopback_guard"

# Set before anything is imported or started: tests crawl servers on loopback only.
os.environ["THEODOI_ALLOW_PRIVATE"] = "1"
os.environ["DO_NOT_TRACK"] = "1"
os.environ.pop("THEODOI_CONTACT", None)
if "LOOPBACK_GUARD" not in os.environ:
    # Every process that the tests start inherits the guard; this one came too late for that and takes it now.
    os.environ["LOOPBACK_GUARD"] = tempfile.mkdtemp(prefix="theodoi-guard-")
    os.environ["PYTHONPATH"] = os.pathsep.join(p for p in (str(GUARD), os.environ.get("PYTHONPATH", "")) if p)
    runpy.run_path(str(GUARD / "sitecustomize.py"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first, then those on the sample province, then the slow ones: a broken change shows within seconds."""
    items.sort(
        key=lambda item: 4 * ("last" in item.keywords) + 2 * ("slow" in item.keywords) + ("sample" in item.keywords)
    )


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[object]":
    """The sample province, crawled, read, built, judged and published once for all tests."""
    from tests.sample.run import sample_run

    with sample_run(tmp_path_factory.mktemp("sample")) as run:
        yield run


@pytest.fixture(scope="session")
def small_province(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The small province made by hand, built once for all tests. It is theirs to read; who changes it takes a copy."""
    from tests.small_province import build_small_province

    # A folder name in which everything is that quoting gets wrong.
    return build_small_province(tmp_path_factory.mktemp("kho dữ liệu [1] {x} 'y'"))
