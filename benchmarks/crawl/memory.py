"""Does the memory of a crawl grow with the number of pages?"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it has no types of its own

from benchmarks.big_site import SiteSpec, serving
from benchmarks.crawl.figure import Figure, at_most, progress, told
from benchmarks.crawl.world import SOURCE_ID, World, world_of
from theodoi.registry import Channel, write_registry
from theodoi.settings import PROJECT

_DISCOVERY: tuple[Channel, ...] = ("feed", "sitemap")
# A fifth and the tenfold of the 5,000 that the other figures use: 1,000 and 50,000.
_SMALL, _LARGE = 0.2, 10
_TARGET = 1.15
_SAMPLE_S = 0.1


def measure(articles: int) -> Iterator[Figure]:
    """Peak memory of `theodoi crawl` and of its spider, on a small site and a large one, first and second crawl."""
    small, large = int(articles * _SMALL), articles * _LARGE
    peaks: dict[int, list[dict[str, float]]] = {}
    for size in (small, large):
        progress(f"memory: {size} posts")
        with serving(SiteSpec("wordpress", size)) as site, world_of(site, _DISCOVERY) as world:
            write_registry(world.registry, world.settings.registry)
            peaks[size] = [_peaks(world), _peaks(world)]
    for number, crawl in enumerate(("first", "second")):
        for process in ("theodoi", "spider"):
            few, many = peaks[small][number].get(process, 0.0), peaks[large][number].get(process, 0.0)
            yield told(f"{crawl} crawl, {process}: peak MB at {small} and {large} posts", f"{few:.0f} and {many:.0f}")
            ratio = many / few if few else float("nan")
            yield at_most(f"{crawl} crawl, {process}: peak at {large} posts over {small}", ratio, _TARGET)


def _peaks(world: World) -> dict[str, float]:
    """Crawl by the command line; MB of the command and of the largest process that it starts."""
    command = [
        *(sys.executable, "-m", "theodoi", "crawl", "--source", SOURCE_ID),
        *("--data", str(world.settings.data), "--registry", str(world.settings.registry)),
    ]
    peaks = {"theodoi": 0.0, "spider": 0.0}
    environment = os.environ | {"THEODOI_ALLOW_PRIVATE": "1"}
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL) as process:
        parent = psutil.Process(process.pid)
        while process.poll() is None:
            peaks["theodoi"] = max(peaks["theodoi"], _peak_mb(parent))
            for child in _spiders(parent):
                peaks["spider"] = max(peaks["spider"], _peak_mb(child))
            time.sleep(_SAMPLE_S)
    if process.returncode:
        raise RuntimeError(f"theodoi crawl ended with {process.returncode}")
    return peaks


def _spiders(parent: psutil.Process) -> list[psutil.Process]:
    """Its spider processes; before a child has become one it is a copy of its parent and as large."""
    try:
        return [child for child in parent.children(recursive=True) if "spiders" in child.cmdline()]
    except psutil.Error:
        return []


def _peak_mb(process: psutil.Process) -> float:
    """Highest resident memory so far: the system's own mark where it keeps one, else what is resident now."""
    try:
        marks = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) / 1024 for line in marks.splitlines() if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        pass
    try:
        return float(process.memory_info().rss) / (1 << 20)
    except psutil.Error:
        return 0.0
