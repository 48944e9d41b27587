"""Run one library of others over pages: `python peer.py NAME < pages.jsonl > answers.jsonl`.

It runs in the environment of the peers (`peers.lock`), so it knows nothing of this project. A line of input is an
object with `url` and `html`; a line of output has `title`, `day`, `authors`, `text`.
"""

import contextlib
import json
import logging
import re
import sys
from collections.abc import Callable
from typing import Any

logging.disable(logging.CRITICAL)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: object) -> str:
    match = _DAY.match(str(value or ""))
    return match[0] if match else ""


def _trafilatura(html: str, url: str, **options: bool) -> dict[str, Any]:
    import trafilatura

    found = trafilatura.bare_extraction(html, url=url, with_metadata=True, **options)
    if found is None:
        return {}
    names = [name for name in (found.author or "").split("; ") if name]
    return {"title": found.title, "day": _day(found.date), "authors": names, "text": found.text}


def _readability(html: str, url: str) -> dict[str, Any]:
    from lxml.html import fromstring
    from readability import Document

    document = Document(html, url=url)
    summary = fromstring(document.summary())
    lines = [" ".join(e.text_content().split()) for e in summary.iter("p", "h2", "h3", "li", "td", "pre")]
    return {"title": document.short_title(), "text": "\n".join(filter(None, lines)) or summary.text_content()}


def _newspaper(html: str, url: str) -> dict[str, Any]:
    from newspaper import Article
    from newspaper.configuration import Configuration

    configuration = Configuration()
    configuration.fetch_images = False
    article = Article(url, config=configuration)
    article.download(input_html=html)
    article.parse()
    return {
        "title": article.title,
        "day": _day(article.publish_date),
        "authors": list(article.authors),
        "text": article.text,
    }


def _newsplease(html: str, url: str) -> dict[str, Any]:
    from newsplease import NewsPlease

    article = NewsPlease.from_html(html, url=url, fetch_images=False)
    return {
        "title": article.title,
        "day": _day(article.date_publish),
        "authors": list(article.authors or ()),
        "text": article.maintext,
    }


def _resiliparse(html: str, _: str) -> dict[str, Any]:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(html)
    return {"title": tree.title or "", "text": extract_plain_text(tree, main_content=True, alt_texts=False)}


def _htmldate(html: str, url: str, **options: bool) -> dict[str, Any]:
    import htmldate

    return {"day": htmldate.find_date(html, original_date=True, url=url, **options) or ""}


PEERS: dict[str, Callable[[str, str], dict[str, Any]]] = {
    "trafilatura": _trafilatura,
    "trafilatura recall": lambda h, u: _trafilatura(h, u, favor_recall=True, include_comments=False),
    "trafilatura precision": lambda h, u: _trafilatura(h, u, favor_precision=True),
    "trafilatura fast": lambda h, u: _trafilatura(h, u, fast=True),
    "readability-lxml": _readability,
    "newspaper4k": _newspaper,
    "news-please": _newsplease,
    "resiliparse": _resiliparse,
    "htmldate": _htmldate,
    "htmldate fast": lambda h, u: _htmldate(h, u, extensive_search=False),
}


def main() -> None:
    """Answer line by line; a library that raises has found nothing."""
    read = PEERS[sys.argv[1]]
    for line in sys.stdin:
        page = json.loads(line)
        answer: dict[str, Any] = {}
        # What libraries print and raise on pages they cannot read is theirs.
        with contextlib.redirect_stdout(sys.stderr), contextlib.suppress(Exception):
            answer = read(page["html"], page["url"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
