"""The search for copies at the size of an archive: `python -m benchmarks.copies [--articles N] [--corpus DIR]`.

An invented archive of three years goes through the steps that `theodoi process` takes once the pages are read, then a
day of 500 more, then both in one go: time, memory, and what was found of the known copies. With `--corpus` a folder of
real texts (one file each, nothing of it is kept) takes its place: how much have texts in common that nobody copied?
"""

import argparse
import multiprocessing
import random
import resource
import shutil
import tempfile
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.copying.archive import FIRST_DAY, KINDS, Made, archive, next_day
from tests.eval.pieces.copies import EDITS, adjusted_rand
from theodoi import lake
from theodoi.steps.copying import keep_fingerprints, mark_copies
from transforms.copies import CopyCandidate, find_copies, shingles
from transforms.likeness.pairs import COPY_FROM, REVIEW_FROM, WINDOW
from transforms.likeness.shingles import Hashes

_DAY = 500
# What a province's sites publish together on a day; so dense is the corpus made to lie in time.
_A_DAY = 200


def write(root: Path, articles: Iterable[Made]) -> None:
    """Put the articles into the lake, each with those that its source has of that month already."""
    partitions: dict[tuple[str, str], list[Made]] = defaultdict(list)
    for made in articles:
        partitions[f"s{made.agency:02}", (made.at + timedelta(hours=3)).strftime("%Y-%m")].append(made)
    for (source_id, month), found in partitions.items():
        rows = lake.read(lake.files(root, lake.ARTICLE, source_id=source_id, when=month), lake.ARTICLE).to_pylist()
        rows += [m.row() for m in found]
        lake.write(lake.partition(root, lake.ARTICLE, source_id, month), lake.ARTICLE, rows, made_from=f"{len(rows)}")


def run(root: Path) -> str:
    """Take both steps in a process of their own and say what they cost."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        prints, marks, peak = pool.apply(_steps, (root,))
    return f"{prints[0]:7.1f} {marks[0]:7.1f} {prints[1] + marks[1]:7.1f} {peak:8.0f}"


def _steps(root: Path) -> tuple[tuple[float, float], tuple[float, float], float]:
    costs = [_cost(lambda: keep_fingerprints(root, "benchmark")), _cost(lambda: mark_copies(root, "benchmark"))]
    return costs[0], costs[1], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _cost(step: Callable[[], object]) -> tuple[float, float]:
    processor, wall = time.process_time(), time.perf_counter()
    step()
    return time.process_time() - processor, time.perf_counter() - wall


def synthetic(articles: int) -> None:
    """Measure the invented archive."""
    made = archive(articles)
    day = next_day(made, _DAY)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, made)
        print(f"{'':34} {'prints':>7} {'marks':>7} {'wall s':>7} {'peak MB':>8}   (prints, marks: processor s)")
        print(f"{f'{articles} articles anew':34}", run(root))
        write(root, day)
        print(f"{f'a day of {len(day)} more':34}", run(root))
        after = _files(root)
        for dataset in (lake.FINGERPRINT, lake.COPY, lake.COPY_PAIR):
            shutil.rmtree(root / dataset.name)
        print(f"{'all of them anew':34}", run(root))
        print("the day gave what all anew give:", "yes" if _files(root) == after else "NO")
        print(f"the lake's MB: {_size(root, lake.ARTICLE)} articles, {_size(root, lake.FINGERPRINT)} fingerprints")
        _judge([*made, *day], root)


def _files(root: Path) -> list[bytes]:
    return [f.read_bytes() for d in (lake.COPY, lake.COPY_PAIR) for f in lake.files(root, d)]


def _size(root: Path, dataset: lake.Dataset) -> int:
    return round(sum(f.stat().st_size for f in lake.files(root, dataset)) / 1e6)


def _judge(made: Sequence[Made], root: Path) -> None:
    by_key = {m.key: m for m in made}
    pairs = lake.read(lake.files(root, lake.COPY_PAIR), lake.COPY_PAIR).to_pylist()
    met = {(p["left_id"], p["right_id"]): p["verdict"] for p in pairs}
    called = [pair for pair, verdict in met.items() if verdict == "copy"]
    true = sum(by_key[one].origin == by_key[two].origin for one, two in called)
    print(f"\n{len(called)} pairs called copies, {len(met) - len(called)} left to a person")
    print(f"precision of copies: {true / len(called):.4f}")
    hits: dict[str, Counter[str]] = defaultdict(Counter)
    for m in made:
        if m.kind:
            one, two = sorted((m.key, made[m.origin].key if m.origin < len(made) else ""))
            hits[m.kind][met.get((one, two), "missed")] += 1
    print(f"{'edit':16} {'pairs':>6} {'copy':>7} {'review':>7} {'missed':>7}")
    for kind in KINDS:
        n = hits[kind].total()
        print(f"{kind:16} {n:6}", *(f"{hits[kind][v] / n:7.4f}" for v in ("copy", "review", "missed")))
    cluster_of = {
        r["article_id"]: r["cluster_id"] for r in lake.read(lake.files(root, lake.COPY), lake.COPY).to_pylist()
    }
    sure = [m for m in made if m.kind in EDITS or not m.kind]
    rand = adjusted_rand([str(m.origin) for m in sure], [cluster_of[m.key] for m in sure])
    print(f"clusters, adjusted Rand: {rand:.4f}")


def background(folder: Path, articles: int) -> None:
    """Measure what real texts share that lie within the window of each other, in the order of a shuffle."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    rng = random.Random(1)
    chosen = rng.sample(files, min(articles, len(files)))
    costs, prints = _timed(lambda: [_print(file) for file in chosen])
    sizes = [len(p) for p in prints]
    print(f"{len(chosen)} texts, median {np.median(sizes):.0f} shingles; fingerprints {costs:.1f} s of processor time")
    _, counts = np.unique(np.concatenate(prints), return_counts=True)
    shares = {k: counts[counts > k].sum() / sum(sizes) for k in (1, 10, 100)}
    print("shingles that stand in more than so many texts:", *(f"{k}: {v:.3f}" for k, v in shares.items()))
    times = [FIRST_DAY + timedelta(days=n / _A_DAY) for n in range(len(chosen))]
    compared = sum(bisect_right(times, at + WINDOW) - n - 1 for n, at in enumerate(times))
    for name, agencies in (("each text of another agency", len(chosen)), ("40 agencies", 40)):
        found = [
            CopyCandidate(f"{n:07}", f"a{n % agencies}", f"{n}", p, at)
            for n, (p, at) in enumerate(zip(prints, times, strict=True))
        ]
        costs, copies = _timed(lambda found=found: find_copies(found))  # type: ignore[misc]
        scores = np.array([p["containment"] for p in copies.pairs])
        forms = int((scores >= COPY_FROM).sum()) - sum(p["verdict"] == "copy" for p in copies.pairs)
        print(
            f"{name}: {compared} pairs within {WINDOW.days} days, of a million "
            f"{(scores >= REVIEW_FROM).sum() / compared * 1e6:.2f} share {REVIEW_FROM:.2f} or more, "
            f"{(scores >= COPY_FROM).sum() / compared * 1e6:.2f} share {COPY_FROM:.2f} or more "
            f"({forms} of these pairs differ in their numbers); {costs:.1f} s of processor time"
        )
    print(f"peak MB: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")


def _print(file: Path) -> Hashes:
    # Corpora for learning join the syllables of a word.
    return shingles(file.read_text(encoding="utf-8", errors="replace").replace("_", " "))


def _timed(step: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    made = step()
    return time.process_time() - start, made


def main() -> None:
    """Print the figures of the invented archive, or of a folder of texts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--corpus", type=Path, help="folder of texts, one file each")
    args = parser.parse_args()
    if args.corpus:
        background(args.corpus, args.articles)
    else:
        synthetic(args.articles)


if __name__ == "__main__":
    main()
