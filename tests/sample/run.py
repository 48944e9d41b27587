"""The sample province, taken once through the whole chain."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.province import build_province
from demo.registry import write_registry
from demo.server import SampleServer
from demo.truth import write_truth
from theodoi.registry import Registry, load_registry
from theodoi.settings import Settings
from theodoi.steps.run import run


@dataclass(frozen=True)
class Sample:
    """The sample province after one undisturbed run.

    Attributes:
        settings: Where everything is.
        registry: The nine sources on loopback.
        server: The running province; its access log tells what was asked.
        truth: Rows of the truth file, which only tests read.
    """

    settings: Settings
    registry: Registry
    server: SampleServer
    truth: list[dict[str, str]]


@contextmanager
def served(root: Path) -> Iterator[Sample]:
    """Serve the province and write its registry and truth below `root`; nothing is crawled yet."""
    province = build_province()
    with SampleServer(province) as server:
        write_registry(root / "registry", server.base_urls)
        write_truth(province, root / "truth.csv")
        with (root / "truth.csv").open(encoding="utf-8", newline="") as file:
            truth = list(csv.DictReader(file))
        assert truth
        settings = Settings(data=root / "data", registry=root / "registry", allow_private=True)
        yield Sample(settings, load_registry(settings.registry, allow_private=True), server, truth)


@contextmanager
def sample_run(root: Path) -> Iterator[Sample]:
    """Serve the province and run the chain on it once."""
    with served(root) as sample:
        run(sample.settings, sample.registry)
        yield sample
