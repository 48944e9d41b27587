"""Who reads: this project in this process, each peer in the environment of the peers."""

import hashlib
import json
import re
import subprocess
import sys
import venv
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.progress import track

from benchmarks.extraction.pages import Answer, SavedPage
from benchmarks.extraction.sets import cache_folder
from transforms.article import Article, NotAnArticleError
from transforms.extract import extract_article
from transforms.extract.dates import VIETNAM, parse_machine

OURS = "theodoi"
FOR_TEXT = (
    "trafilatura",
    "trafilatura recall",
    "trafilatura precision",
    "trafilatura fast",
    "readability-lxml",
    "newspaper4k",
    "news-please",
    "resiliparse",
)
FOR_DATES = ("htmldate", "htmldate fast", "trafilatura", "newspaper4k", "news-please")
_FOLDER = Path(__file__).parent
_LOCK = _FOLDER / "peers.lock"
_WORKER = _FOLDER / "peer.py"
_ZONED = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?\s?(?:Z|[+-]\d{2}:?\d{2})")
_STATED = re.compile(r"datetime=[\"']?(" + _ZONED.pattern + ")")
_VIETNAMESE = re.compile(r"<html[^>]*\blang=[\"']?vi\b", re.IGNORECASE)


def read_ours(page: SavedPage) -> Answer:
    """What this project reads, without any platform's rules; nothing where it refuses the page."""
    try:
        article = extract_article(page.html, page.url, fetched_at=page.fetched_at)
    except NotAnArticleError as refusal:
        return Answer(refused=refusal.reason)
    return Answer(
        article.title,
        _written_day(page.html, article),
        article.authors,
        article.lead,
        "\n".join(filter(None, (article.lead, article.text))),
    )


def _written_day(html: str, article: Article) -> str:
    """The day as the page writes it: sets count days in the page's own zone, ours are Viet Nam's."""
    at = article.published_at
    if at is None:
        return ""
    if _VIETNAMESE.search(html, 0, 2000):
        return at.astimezone(VIETNAM).date().isoformat()
    # What is shown has no zone, unless its element states the time for machines too.
    stated = _STATED if article.date_rule.startswith("visible") else _ZONED
    for written in stated.findall(html):
        moment = parse_machine(written)
        if moment and moment.at == at:
            return str(written[:10])
    return at.astimezone(VIETNAM).date().isoformat()


def read_all(reader: str, pages: Sequence[SavedPage]) -> list[Answer]:
    """Answers of a reader in the order of the pages.

    Peers do not change under their lock: what one said of the same pages is kept and not asked again.
    """
    if reader == OURS:
        return [
            read_ours(page) for page in track(pages, f"  {reader}", transient=True, disable=not sys.stdout.isatty())
        ]
    return _read_by_peer(reader, pages)


def _read_by_peer(peer: str, pages: Sequence[SavedPage]) -> list[Answer]:
    lines = [json.dumps({"url": page.url, "html": page.html}) + "\n" for page in pages]
    kept = cache_folder() / "answers" / f"{_digest(peer, lines)}.jsonl"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        python = peers_python()
        asked = subprocess.run(
            [python, _WORKER, peer], input="".join(lines), capture_output=True, check=True, encoding="utf-8"
        )
        kept.write_text(asked.stdout, encoding="utf-8")
    answers = [_answer(json.loads(line)) for line in kept.read_text(encoding="utf-8").splitlines()]
    if len(answers) != len(pages):
        kept.unlink()
        raise RuntimeError(f"{peer} answered {len(answers)} of {len(pages)} pages")
    return answers


def _answer(said: dict[str, object]) -> Answer:
    names = said.get("authors")
    authors = tuple(str(name) for name in names) if isinstance(names, list) else ()
    return Answer(str(said.get("title") or ""), str(said.get("day") or ""), authors, "", str(said.get("text") or ""))


def _digest(peer: str, lines: Iterable[str]) -> str:
    total = hashlib.sha256(peer.encode() + _LOCK.read_bytes() + _WORKER.read_bytes())
    for line in lines:
        total.update(line.encode())
    return total.hexdigest()[:32]


def peers_python() -> Path:
    """Python of the environment that holds the peers; made from their lock when it is not there."""
    folder = cache_folder() / "peers"
    python = folder / "bin" / "python"
    ready = folder / ".ready"
    if not ready.exists() or ready.read_bytes() != _LOCK.read_bytes():
        print("Making an environment of the peers; the first time takes a few minutes …", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        command = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", _LOCK]
        subprocess.run(command, check=True, stdout=sys.stderr)
        ready.write_bytes(_LOCK.read_bytes())
    return python.absolute()
