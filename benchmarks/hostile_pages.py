"""Whether any page stops the reader: `python -m benchmarks.hostile_pages [--pages N] [--seed N] [--only NUMBER]`.

Saved pages and made ones are broken in many ways, some are made huge, and each is read in a worker process with a clock
and a limit of memory. A page must give an article with title and date or a refusal with a name of the documented list,
in less than two seconds of processor time, and no worker may ever hold more than 1 GiB. Ends with status 1 where one of
these fails. The same seed gives the same pages; `--only` reads one of them alone and says where it fails.
"""

import argparse
import multiprocessing
import os
import random
import resource
import sys
import time
import traceback
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from multiprocessing.queues import Queue
from multiprocessing.sharedctypes import Synchronized
from queue import Empty

from benchmarks.hostile.large import LARGE
from benchmarks.hostile.mutations import MUTATIONS
from benchmarks.unknown.material import make
from benchmarks.unknown.tuned import TUNED
from tests.pages.saved import all_pages
from transforms.article import REASONS, NotAnArticleError
from transforms.extract import extract_article
from transforms.extract.platforms import PLATFORMS

MAX_SECONDS = 2.0
MAX_RSS = 1 << 30
# One page in so many is made huge: each takes as long as a hundred others.
LARGE_EVERY = 250
# A worker that reads one page for so long by the clock on the wall is given up; others use the machine too.
_GIVEN_UP = 120.0
_BATCH = 200
# Under and over what the reader takes without and with the rules of a platform, one or two tags to an element.
_TAGS = (2_800, 5_600, 11_000, 39_000, 75_000, 10**9)
_FETCHED_AT = datetime(2025, 12, 2, tzinfo=UTC)
_CONTENT_TYPES = (
    "",
    "",
    "text/html",
    "text/html; charset=utf-8",
    "text/html; charset=windows-1258",
    "image/png",
    ";;=",
)
_ADDRESSES = ("", "", "http://[::1", "https://báo.example/2022/06/07/a", "x" * 3000, "https://a.example/\x00")


@dataclass(frozen=True)
class Hostile:
    """One broken page.

    Attributes:
        body: The page.
        url: Its address.
        platform: Platform it is read as.
        content_type: Content-Type that is claimed.
        made: How it was broken.
    """

    body: bytes
    url: str
    platform: str | None
    content_type: str
    made: tuple[str, ...]


@dataclass
class Report:
    """What came of the pages.

    Attributes:
        outcomes: `article` or the name of the refusal -> pages.
        breaches: What must not happen, with the number of the page.
        slowest: Processor seconds, number and making of the slowest page.
        rss: Most memory that a worker held, bytes.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)
    slowest: tuple[float, int, str] = (0.0, -1, "")
    rss: int = 0

    def add(self, other: "Report") -> None:
        """Take in what a worker found."""
        self.outcomes += other.outcomes
        self.breaches += other.breaches
        self.slowest = max(self.slowest, other.slowest)
        self.rss = max(self.rss, other.rss)


@cache
def sources() -> tuple[tuple[bytes, str | None], ...]:
    """The pages that are broken, with their platforms."""
    saved = [(page.file.read_bytes(), page.platform) for page in all_pages()]
    return (*saved, *((made.html.encode(), None) for made in make(TUNED, 1)))


def hostile(seed: int, number: int) -> Hostile:
    """A page by its number."""
    rng = random.Random(f"{seed}/{number}")
    data, platform = rng.choice(sources())
    made: list[str] = []
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8))):
        name = rng.choice(list(MUTATIONS))
        made.append(name)
        data = MUTATIONS[name](data, rng)
    if number % LARGE_EVERY == 0:
        name = list(LARGE)[number // LARGE_EVERY % len(LARGE)]
        made.append(name)
        part = _first_tags(LARGE[name]().encode(), rng.choice(_TAGS))
        data = _with_part(rng.choice(sources())[0] if rng.random() < 0.7 else data, part, rng)
    if rng.random() < 0.4:
        platform = rng.choice((None, *PLATFORMS))
    url = rng.choice(_ADDRESSES) or f"https://bao.example/bai-{number}.html"
    return Hostile(data, url, platform, rng.choice(_CONTENT_TYPES), tuple(made))


def _first_tags(part: bytes, count: int) -> bytes:
    return b"<".join(part.split(b"<", count)[:count]) if part.count(b"<") > count else part


def _with_part(data: bytes, part: bytes, rng: random.Random) -> bytes:
    """The part at the beginning of the body, in the middle of the page, or at its end."""
    at = rng.choice((data.find(b"<body") + 6, len(data) // 2, len(data), max(0, data.find(b"</h1>"))))
    return data[:at] + part + data[at:]


def outcome(page: Hostile) -> str:
    """`article` or the name of the refusal.

    Raises:
        AssertionError: The article has no title or no date with its zone, or the refusal is none of the list.
    """
    try:
        article = extract_article(
            page.body, page.url, platform=page.platform, fetched_at=_FETCHED_AT, content_type=page.content_type
        )
    except NotAnArticleError as refusal:
        if refusal.reason not in REASONS:
            raise AssertionError(f"unknown reason {refusal.reason!r}") from refusal
        return refusal.reason
    if not article.title or article.published_at is None or article.published_at.tzinfo is None:
        raise AssertionError("an article without title or date")
    return "article"


def attempt(seed: int, number: int, report: Report) -> None:
    """Read one page and report it; whatever it raises is a breach."""
    page = hostile(seed, number)
    began = time.process_time()
    try:
        report.outcomes[outcome(page)] += 1
    except BaseException as error:  # noqa: BLE001 - that none comes through is what is measured
        report.outcomes["crash"] += 1
        where = traceback.extract_tb(error.__traceback__)[-1]
        report.breaches.append(f"page {number}: {error!r:.120} at {where.name}:{where.lineno}, {page.made}")
    spent = time.process_time() - began
    report.slowest = max(report.slowest, (spent, number, f"{page.made}, {page.platform}"))
    if spent > MAX_SECONDS:
        report.breaches.append(f"page {number}: {spent:.1f} s, {page.made}, {page.platform}")
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    if rss > MAX_RSS >= report.rss:
        report.breaches.append(f"page {number}: {rss >> 20} MiB, {page.made}, {page.platform}")
    report.rss = max(report.rss, rss)


class _Worker:
    """Reads every so-manieth page in a process of its own, and goes on behind a page that ends the process."""

    def __init__(self, seed: int, numbers: range, found: "Queue[Report]") -> None:
        self._seed = seed
        self._found = found
        self._place = multiprocessing.Value("q", -1)
        self._since = time.monotonic()
        self._start(numbers)

    def _start(self, numbers: range) -> None:
        self._numbers = numbers
        self._process = multiprocessing.Process(target=_read, args=(self._seed, numbers, self._place, self._found))
        self._seen = -1
        self._process.start()

    def end(self) -> None:
        """Read no further."""
        self._process.kill()
        self._process.join()

    def is_at_work(self) -> bool:
        """Whether it still reads; ends and restarts a process that hangs, restarts one that died."""
        number = self._place.value
        if number != self._seen:
            self._seen, self._since = number, time.monotonic()
        hangs = self._process.is_alive() and time.monotonic() - self._since > _GIVEN_UP
        if self._process.is_alive() and not hangs:
            return True
        if not hangs and self._process.exitcode == 0:
            return False
        self._process.kill()
        self._process.join()
        what = (
            f"given up after {_GIVEN_UP:.0f} s" if hangs else f"ended the process, exit code {self._process.exitcode}"
        )
        made = hostile(self._seed, number).made
        self._found.put(Report(Counter(["crash"]), [f"page {number}: {what}, {made}"]))
        self._start(range(number + self._numbers.step, self._numbers.stop, self._numbers.step))
        return True


def _read(seed: int, numbers: range, place: "Synchronized[int]", found: "Queue[Report]") -> None:
    # Beyond this an allocation fails, which is a breach too; the machine is not to suffer.
    resource.setrlimit(resource.RLIMIT_AS, (4 * MAX_RSS, 4 * MAX_RSS))
    report = Report()
    for number in numbers:
        place.value = number
        attempt(seed, number, report)
        if sum(report.outcomes.values()) >= _BATCH:
            found.put(report)
            report = Report(rss=report.rss)
    found.put(report)


def run(pages: int, seed: int, workers: int) -> Report:
    """Read so many pages and report them all."""
    total = Report()
    # Before the processes part, so that each has the pages.
    sources()
    found: Queue[Report] = multiprocessing.Queue()
    crew = [_Worker(seed, range(first, pages, workers), found) for first in range(workers)]
    at_work = True
    try:
        while at_work or not found.empty():
            at_work = sum(worker.is_at_work() for worker in crew) > 0
            with suppress(Empty):
                total.add(found.get(timeout=0.2))
                print(f"\r{sum(total.outcomes.values()):,} of {pages:,}", end="", file=sys.stderr)
    except KeyboardInterrupt:
        # What was read until then is told.
        for worker in crew:
            worker.end()
    print(file=sys.stderr)
    return total


def main() -> None:
    """Print what came of the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", type=int, help="number of the one page to read")
    options = parser.parse_args()
    if options.only is not None:
        page = hostile(options.seed, options.only)
        print(f"{len(page.body)} bytes, {page.made}, {page.platform}, {page.url!r:.80}")
        began = time.process_time()
        print(outcome(page), f"{time.process_time() - began:.2f} s")
        return
    began = time.monotonic()
    report = run(options.pages, options.seed, options.workers)
    spent = time.monotonic() - began
    read = sum(report.outcomes.values())
    print(f"{read:,} pages, seed {options.seed}, {options.workers} workers, {spent:.0f} s")
    for name, count in report.outcomes.most_common():
        print(f"  {name:14}{count:9,}")
    seconds, number, made = report.slowest
    print(f"slowest: {seconds:.2f} s of processor time, page {number}: {made}")
    print(f"most memory of a worker: {report.rss >> 20} MiB")
    print(f"breaches: {len(report.breaches)}")
    for breach in report.breaches[:40]:
        print(f"  {breach}")
    sys.exit(bool(report.breaches) or read != options.pages)


if __name__ == "__main__":
    main()
