"""How fast pages are read: `python -m benchmarks.extraction_speed [--rounds N] [--pages FILE_OR_FOLDER]`.

Pages per second of processor time of one core, beside trafilatura with metadata (in its full and its fast mode) and
beside nothing but the parse. All readers take the same pages in turn, round after round, in one process; ratios are
medians over the rounds. Pages are those of the sample province (known platforms) and those of the made layouts that
no rule was written for (unknown ones), as they are and brought to the size of real pages. `--pages` adds pages from
elsewhere, read without a platform: WARC files or HTML files, which stay where they are.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import trafilatura
from lxml.html import HTMLParser, document_fromstring
from warcio.archiveiterator import ArchiveIterator

from benchmarks.real_size import of_real_size
from benchmarks.unknown.held_out import HELD_OUT
from benchmarks.unknown.material import make
from benchmarks.unknown.tuned import TUNED
from demo.province import build_province
from demo.sites import PLATFORMS, open_site
from demo.sites.answers import Request
from demo.sources import LAST_DAY, SOURCES
from transforms.article import NotAnArticleError
from transforms.extract import extract_article

ROUNDS = 5
PER_PLATFORM = 5
PER_LAYOUT = 3
FETCHED_AT = datetime(2026, 10, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """One page to be read.

    Attributes:
        body: As a server would send it.
        url: Its address.
        platform: Platform of its site; None for sites that nobody configured.
    """

    body: bytes
    url: str
    platform: str | None


def of_known_platforms(per_platform: int = PER_PLATFORM) -> list[Sample]:
    """Articles of the sample province, so many of each platform."""
    province = build_province()
    samples: list[Sample] = []
    for platform in PLATFORMS:
        plan = next(p for p in SOURCES if p.platform == platform)
        site = open_site(plan, province.pages)
        pages = [p for p in site.pages if p.reachable == "yes" and p.is_public(LAST_DAY) and not (p.twin or p.gone_on)]
        for page in pages[:per_platform]:
            url = f"https://{plan.source_id}.example{page.path}"
            request = Request.parse(page.path, f"https://{plan.source_id}.example", LAST_DAY)
            samples.append(Sample(site.article(page, request).encode(), url, platform))
    return samples


def of_unknown_platforms(per_layout: int = PER_LAYOUT) -> list[Sample]:
    """Articles of layouts without any rule, so many of each."""
    return [Sample(made.html.encode(), made.url, None) for made in make(TUNED + HELD_OUT, per_layout)]


def at_real_size(samples: list[Sample]) -> list[Sample]:
    """The same pages with what surrounds an article on a real site."""
    titles = [made.url.rsplit("/", 1)[1].replace("-", " ") for made in make(TUNED, 4)]
    return [
        Sample(of_real_size(s.body.decode(), number, titles).encode(), s.url, s.platform)
        for number, s in enumerate(samples)
    ]


def of_elsewhere(place: Path) -> list[Sample]:
    """Pages of WARC files or HTML files."""
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    return [sample for file in files for sample in _of_file(file)]


def _of_file(file: Path) -> Iterator[Sample]:
    if file.name.endswith((".warc", ".warc.gz")):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "response":
                    yield Sample(record.content_stream().read(), record.rec_headers.get_header("WARC-Target-URI"), None)
    elif file.suffix in {".html", ".htm"}:
        yield Sample(file.read_bytes(), f"https://trang.example/{file.stem}.html", None)


def ours(sample: Sample) -> bool:
    """Read a page; whether it holds an article."""
    try:
        extract_article(sample.body, sample.url, platform=sample.platform, fetched_at=FETCHED_AT)
    except NotAnArticleError:
        return False
    return True


def of_trafilatura(sample: Sample, *, fast: bool = False) -> bool:
    """The same by trafilatura, which is given decoded text: of bytes it ignores the declared charset."""
    text = sample.body.decode("utf-8", "replace")
    return trafilatura.bare_extraction(text, url=sample.url, with_metadata=True, fast=fast) is not None


def parse(sample: Sample) -> bool:
    """Nothing but the parse."""
    return document_fromstring(sample.body, parser=HTMLParser(encoding="utf-8")) is not None


READERS: dict[str, Callable[[Sample], bool]] = {
    "theodoi": ours,
    "trafilatura": of_trafilatura,
    "trafilatura, fast": lambda sample: of_trafilatura(sample, fast=True),
    "parse alone": parse,
}


def measure(samples: list[Sample], rounds: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Seconds of processor time per round and pages taken for articles, by reader."""
    # What this benchmark holds is no garbage of any reader: without this, each pays for looking through it.
    gc.collect()
    gc.freeze()
    seconds: dict[str, list[float]] = {name: [] for name in READERS}
    articles = dict.fromkeys(READERS, 0)
    # One round before the clock counts: selectors are compiled and word lists read once.
    for number in range(rounds + 1):
        for name, read in READERS.items():
            began = time.process_time()
            found = sum(read(sample) for sample in samples)
            spent = time.process_time() - began
            if number:
                seconds[name].append(spent)
                articles[name] = found
    return seconds, articles


def main() -> None:
    """Print a table per set of pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--pages", type=Path, help="WARC or HTML files from elsewhere")
    options = parser.parse_args()
    known, unknown = of_known_platforms(), of_unknown_platforms()
    sets = {
        "known platforms, at the size of real pages": at_real_size(known),
        "known platforms, as made": known,
        "unknown platforms, at the size of real pages": at_real_size(unknown),
        "unknown platforms, as made": unknown,
    }
    if options.pages:
        elsewhere = of_elsewhere(options.pages)
        sets[f"articles of {options.pages.name}, platform unknown"] = [s for s in elsewhere if ours(s)]
        sets[f"other pages of {options.pages.name}"] = [s for s in elsewhere if not ours(s)]
    for title, samples in ((title, samples) for title, samples in sets.items() if samples):
        size = statistics.median(len(s.body) for s in samples)
        print(f"{title}: {len(samples)} pages, median {size / 1000:.0f} kB, {options.rounds} rounds")
        print(f"  {'':18}{'pages/s':>9}{'ms/page':>9}{'theodoi is':>14}{'articles':>10}")
        seconds, articles = measure(samples, options.rounds)
        for name, spent in seconds.items():
            each = statistics.median(spent) / len(samples)
            ratio = statistics.median(other / own for other, own in zip(spent, seconds["theodoi"], strict=True))
            faster = f"{ratio:11.2f} x" if name != "theodoi" else ""
            print(f"  {name:18}{1 / each:9.0f}{each * 1000:9.2f}{faster:>14}{articles[name]:10}")
        print()


if __name__ == "__main__":
    main()
