"""The page sets: real pages of a folder that is given, and public sets of the field, cloned when they are measured.

None of them is kept in the project. A public set is looked for as a clone or bare mirror under the folder that
`--sets` names (`<owner>+<name>` or `<name>`, with `repo` below it or not), else cloned below the data folder.
"""

import csv
import gzip
import json
import math
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.extraction.pages import SavedPage, Truth
from theodoi.archive import iter_captures
from transforms.article import NotAnArticleError
from transforms.extract.decoding import decode

SCRAPINGHUB = "scrapinghub/article-extraction-benchmark"
FUNDUS = "flairNLP/fundus"
HTMLDATE = "adbar/htmldate"
_FUNDUS_PAGES = "tests/resources/parser/test_data"
# htmldate's pages lie in several folders; its own evaluation looks in this order.
_HTMLDATE_FOLDERS = ("test_set", "cache", "eval")
_DATED_FILE = re.compile(r"(?P<publisher>.+)_\d{4}_\d{2}_\d{2}\.html\.gz")


class SetMissingError(Exception):
    """A set cannot be had; the message says what to do."""


def cache_folder() -> Path:
    """Where public sets and the peers' environment are kept: under the data folder, which git ignores."""
    return Path(os.environ.get("THEODOI_DATA") or "data") / "cache" / "extraction"


def real_pages(folder: Path) -> Iterator[SavedPage]:
    """Pages of a folder with one WARC file and a `truth.csv`."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["url"]: row for row in csv.DictReader(file)}
    found = 0
    for warc in sorted(folder.glob("*.warc.gz")):
        for _, capture in iter_captures(warc):
            if row := rows.get(capture.url):
                found += 1
                html = decode(capture.body, capture.content_type)
                yield SavedPage(capture.url, capture.url, html, capture.fetched_at, _stated(row))
    if not found:
        raise SetMissingError(f"{folder}: no page of truth.csv in a *.warc.gz beside it")


def _stated(row: dict[str, str]) -> Truth:
    if row["kind"] != "article":
        return Truth(is_article=False)
    return Truth(
        title=tuple(row["title"].split(" || ")),
        day=date.fromisoformat(row["date"]),
        tells_day=True,
        authors=tuple(name.strip() for name in row["author"].split(";") if name.strip()),
        lead=row["lead"],
        opening=row["first_words"],
        ending=row["last_words"],
        words=int(row["n_words"]),
    )


def scrapinghub_pages(sets: Path | None) -> Iterator[SavedPage]:
    """181 articles with their text."""
    clone = Clone.of(SCRAPINGHUB, sets)
    for key, truth in json.loads(clone.read("ground-truth.json")).items():
        html = _decoded(gzip.decompress(clone.read(f"html/{key}.html.gz")))
        yield SavedPage(key[:12], truth["url"], html, None, Truth(text=truth["articleBody"]))


def fundus_pages(sets: Path | None) -> Iterator[SavedPage]:
    """Articles of papers of some forty countries with title, day, authors and text, as their own parsers read them."""
    clone = Clone.of(FUNDUS, sets)
    for country in clone.folders(_FUNDUS_PAGES):
        folder = f"{_FUNDUS_PAGES}/{country}"
        if "meta.info" not in clone.files(folder):
            continue
        for file, meta in json.loads(clone.read(f"{folder}/meta.info")).items():
            if file not in clone.files(folder):
                continue
            versions = json.loads(clone.read(f"{folder}/{_publisher(file)}.json"))
            said = _version_of(versions, file, clone.files(folder))
            html = _decoded(gzip.decompress(clone.read(f"{folder}/{file}")))
            fetched_at = datetime.fromisoformat(meta["crawl_date"]).replace(tzinfo=UTC)
            yield SavedPage(f"{country}/{file}", meta["url"], html, fetched_at, _of_fundus(said, fetched_at))


def _publisher(file: str) -> str:
    match = _DATED_FILE.fullmatch(file)
    return match["publisher"] if match else ""


def _version_of(versions: dict[str, Any], file: str, files: list[str]) -> dict[str, Any]:
    """Expected results are kept per version of a parser, the saved pages per day: the same order, the newest last."""
    days = sorted(f for f in files if _publisher(f) == _publisher(file))
    said: dict[str, Any] = versions[sorted(versions, key=_number)[days.index(file) - len(days)]]
    return said


def _number(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.lstrip("V").split("_") if part.isdigit())


def _of_fundus(said: dict[str, Any], fetched_at: datetime) -> Truth:
    body = said.get("body") or {}
    lines = [*body.get("summary", [])]
    for section in body.get("sections", []):
        lines += [*section.get("headline", []), *section.get("paragraphs", [])]
    # Written in the paper's own zone: the day that its readers see.
    day = datetime.fromisoformat(said["publishing_date"]).date() if said.get("publishing_date") else None
    return Truth(
        title=(said["title"],) if said.get("title") else (),
        day=day,
        # A few expected days took the month for the day and lie after the page was fetched.
        tells_day=day is not None and day <= fetched_at.date(),
        authors=tuple(said["authors"]) if said.get("authors") else None,
        text="\n".join(lines) or None,
    )


def htmldate_pages(sets: Path | None) -> Iterator[SavedPage]:
    """Some thousand pages with their day, or with none."""
    clone = Clone.of(HTMLDATE, sets)
    places = {file: folder for folder in reversed(_HTMLDATE_FOLDERS) for file in clone.files(f"tests/{folder}")}
    for evaluation in ("eval_mediacloud_2020.json", "eval_default.json"):
        for url, said in json.loads(clone.read(f"tests/{evaluation}")).items():
            file, day = said["file"], said["date"]
            if file not in places:
                continue
            html = _decoded(clone.read(f"tests/{places[file]}/{file}"))
            none = not day or (isinstance(day, float) and math.isnan(day))
            truth = Truth(day=None if none else date.fromisoformat(day), tells_day=True)
            yield SavedPage(file, url, html, None, truth)


def _decoded(data: bytes) -> str:
    try:
        return decode(data)
    except NotAnArticleError:
        return data.decode("utf-8", "replace")


class Clone:
    """A repository, read from its newest commit."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._listed: dict[str, list[str]] = {}

    @classmethod
    def of(cls, repository: str, sets: Path | None) -> "Clone":
        """The clone in the folder of sets, or one made in the cache.

        Raises:
            SetMissingError: It is not there and cannot be cloned.
        """
        owner, name = repository.split("/")
        for folder in (sets, cache_folder()):
            if folder is None:
                continue
            for path in (folder / f"{owner}+{name}" / "repo", folder / f"{owner}+{name}", folder / name):
                if path.is_dir():
                    return cls(path)
        target = cache_folder() / f"{owner}+{name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        address = f"https://github.com/{repository}"
        done = subprocess.run(["git", "clone", "--quiet", "--bare", "--depth", "1", address, target], check=False)
        if done.returncode:
            raise SetMissingError(f"{repository}: cannot be cloned; clone it elsewhere and name its folder with --sets")
        return cls(target)

    def read(self, path: str) -> bytes:
        """Content of a file."""
        return self._git("show", f"HEAD:{path}")

    def files(self, folder: str) -> list[str]:
        """Names in a folder."""
        if folder not in self._listed:
            listed = self._git("ls-tree", "-z", "--name-only", f"HEAD:{folder}")
            self._listed[folder] = listed.decode().split("\0")[:-1]
        return self._listed[folder]

    def folders(self, folder: str) -> list[str]:
        """Names of the folders in a folder."""
        return [name for name in self.files(folder) if "." not in name]

    def _git(self, *command: str) -> bytes:
        return subprocess.run(["git", "-C", self._path, *command], check=True, capture_output=True).stdout
