"""What a page says to machines: JSON-LD, meta tags, microdata. Claims, to be weighed against what it shows."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from transforms.extract.dates import Moment, parse_machine
from transforms.extract.wording import clean, folded

_PUBLISHED = (
    "article:published_time", "datepublished", "pubdate", "publishdate", "publish_date", "publish-date", "published_time",
    "og:published_time", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "parsely-pub-date",
    "sailthru.date", "cxenseparse:recs:publishtime", "article.published", "date",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "dcterms.modified", "lastmod", "last-modified")
_AUTHORS = ("dable:author", "article:author", "author", "dc.creator", "sailthru.author", "parsely-author")
_DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description")
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site", "dc.publisher", "source")
_TAGS = ("article:tag", "news_keywords", "keywords")
# JSON that no parser takes still shows its dates and headline to a careful eye.
_BROKEN_FIELD = re.compile(r'"(datePublished|dateModified|headline)"\s*:\s*"((?:[^"\\]|\\.){4,300})"')
# Pages nest a handful of levels; this is the guard against made-up ones.
_MAX_NODES = 20_000


@dataclass(slots=True)
class Claims:
    """What the page claims of itself; empty where it claims nothing.

    Attributes:
        is_article: JSON-LD says article, posting or report.
        is_collection: JSON-LD or Open Graph says web site, collection or item list, and no article.
        headlines: Claimed headlines with the rule, best first.
        descriptions: Claimed summaries, best first.
        published: Claimed publication with the rule, best first; only readable ones.
        modified: Claimed last edits, best first.
        authors: Claimed author names with the rule, best first, unchecked.
        sites: Names of the site, its publisher and its host: never an author, never part of a title.
        section: Claimed section.
        tags: Claimed tags.
        canonical_url: Address the page calls canonical, absolute.
        breadcrumb: Names of the breadcrumb list.
        generator: The meta generator.
    """

    is_article: bool = False
    is_collection: bool = False
    headlines: list[tuple[str, str]] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)
    published: list[tuple[str, Moment]] = field(default_factory=list)
    modified: list[Moment] = field(default_factory=list)
    authors: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    sites: set[str] = field(default_factory=set)
    section: str = ""
    tags: tuple[str, ...] = ()
    canonical_url: str = ""
    breadcrumb: tuple[str, ...] = ()
    generator: str = ""


def read_claims(tree: HtmlElement, url: str) -> Claims:
    """Collect the claims of a parsed page."""
    claims = Claims()
    _read_json_ld(tree, claims)
    _read_meta(tree, claims, url)
    _read_microdata(tree, claims)
    host = urlsplit(url).hostname or ""
    claims.sites |= {folded(host), folded(host.removeprefix("www.")), folded(host.removeprefix("www.").split(".")[0])}
    claims.sites.discard("")
    if claims.is_article:
        claims.is_collection = False
    return claims


def unescaped(text: object) -> str:
    """Text of a field: some sites escape their entities twice."""
    return clean(html.unescape(html.unescape(text))) if isinstance(text, str) else ""


def _read_json_ld(tree: HtmlElement, claims: Claims) -> None:
    articles, others = [], []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").casefold():
            continue
        text = script.text or ""
        try:
            data = json.loads(text.strip().removeprefix("<!--").removesuffix("-->").strip(" \t\r\n;"), strict=False)
        except (ValueError, RecursionError):
            articles.append(_rescue(text))
            continue
        for node in _nodes(data):
            (articles if any(re.search(r"(?:Article|Posting)$", t) for t in _types(node)) else others).append(node)
    by_id = {n["@id"]: n for n in others if isinstance(n.get("@id"), str)}
    for node in articles:
        if not node:
            continue
        claims.is_article = True
        if headline := unescaped(node.get("headline")) or unescaped(node.get("name")):
            claims.headlines.append(("jsonld", headline))
        if description := unescaped(node.get("description")):
            claims.descriptions.append(description)
        if moment := parse_machine(unescaped(node.get("datePublished"))):
            claims.published.append(("jsonld", moment))
        if moment := parse_machine(unescaped(node.get("dateModified"))):
            claims.modified.append(moment)
        if names := tuple(_persons(node.get("author"), by_id)):
            claims.authors.append(("jsonld", names))
        claims.sites |= {folded(name) for name in _names(node.get("publisher"), by_id)}
        claims.section = claims.section or next(iter(_texts(node.get("articleSection"))), "")
        claims.tags = claims.tags or _split_tags(_texts(node.get("keywords")))
    for node in others:
        kinds = _types(node)
        if {"WebSite", "CollectionPage", "ItemList", "SearchResultsPage"} & kinds:
            claims.is_collection = True
        if {"Organization", "NewsMediaOrganization", "GovernmentOrganization"} & kinds:
            claims.sites |= {folded(name) for name in _names(node, by_id)}
        if "BreadcrumbList" in kinds and not claims.breadcrumb:
            claims.breadcrumb = tuple(_breadcrumb(node))
    claims.sites.discard("")


def _read_meta(tree: HtmlElement, claims: Claims, url: str) -> None:
    values: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        key = clean(meta.get("property") or meta.get("name") or meta.get("itemprop")).casefold()
        content = unescaped(meta.get("content"))
        if key and content:
            values.setdefault(key, []).append(content)
    claims.generator = values.get("generator", [""])[0]
    if "website" in (v.casefold() for v in values.get("og:type", [])):
        claims.is_collection = True
    for key in ("og:title", "twitter:title", "headline", "title"):
        claims.headlines += [(f"meta:{key}", v) for v in values.get(key, [])[:1]]
    title = tree.find(".//title")
    if title is not None and (text := unescaped(title.text)):
        claims.headlines.append(("html:title", text))
    for key in _DESCRIPTIONS:
        claims.descriptions += values.get(key, [])[:1]
    for key in _PUBLISHED:
        claims.published += [(f"meta:{key}", m) for v in values.get(key, []) if (m := parse_machine(v))]
    for key in _MODIFIED:
        claims.modified += [m for v in values.get(key, []) if (m := parse_machine(v))]
    for key in _AUTHORS:
        if key in values:
            names = tuple(n for v in values[key] for n in re.split(r"\s*[;|]\s*", v) if n)
            claims.authors.append((f"meta:{key}", names))
    claims.sites |= {folded(v.lstrip("@")) for key in _SITES for v in values.get(key, [])}
    claims.section = claims.section or next(
        iter(values.get("article:section", []) + values.get("articlesection", [])), ""
    )
    for key in _TAGS:
        claims.tags = claims.tags or _split_tags(values.get(key, []))
    link = next((e.get("href") for e in tree.iter("link") if (e.get("rel") or "").casefold() == "canonical"), None)
    try:
        claims.canonical_url = urljoin(url, clean(link or next(iter(values.get("og:url", [])), "")))
    except ValueError:
        claims.canonical_url = ""
    if not (link or values.get("og:url")):
        claims.canonical_url = ""


def _read_microdata(tree: HtmlElement, claims: Claims) -> None:
    for element in tree.xpath("//*[@itemprop='datePublished' or @itemprop='dateModified'][not(self::meta)]"):
        value = element.get("datetime") or element.get("content") or element.text_content()
        if moment := parse_machine(clean(value)):
            if element.get("itemprop") == "datePublished":
                claims.published.append(("microdata", moment))
            else:
                claims.modified.append(moment)


def _rescue(text: str) -> dict[str, Any]:
    fields = {key: value for key, value in _BROKEN_FIELD.findall(text)}
    return fields if "Article" in text or "Posting" in text else {}


def _nodes(data: object) -> Iterator[Mapping[str, Any]]:
    """All objects at the top, in lists and in `@graph`, however nested the lists are."""
    waiting, seen = [data], 0
    while waiting and seen < _MAX_NODES:
        node = waiting.pop(0)
        seen += 1
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            yield node
            if "@graph" in node:
                waiting.append(node["@graph"])


def _types(node: Mapping[str, Any]) -> set[str]:
    return {t.rpartition("/")[2] for t in _texts(node.get("@type"))}


def _texts(value: object) -> list[str]:
    """A string or a list of strings as a list."""
    values = value if isinstance(value, list) else [value]
    return [text for v in values if (text := unescaped(v))]


def _names(value: object, by_id: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Names of a person, an organisation, a list of them, or plain strings."""
    for node in value if isinstance(value, list) else [value]:
        if isinstance(node, dict):
            known = {**by_id.get(str(node.get("@id")), {}), **node}
            yield from _texts(known.get("name"))
            yield from _texts(known.get("alternateName"))
        elif isinstance(node, str):
            yield unescaped(node)


def _persons(value: object, by_id: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for node in value if isinstance(value, list) else [value]:
        if isinstance(node, dict):
            known = {**by_id.get(str(node.get("@id")), {}), **node}
            if not any(t.endswith("Organization") for t in _types(known)):
                yield from _texts(known.get("name"))
        elif isinstance(node, str):
            yield unescaped(node)


def _breadcrumb(node: Mapping[str, Any]) -> Iterator[str]:
    items = node.get("itemListElement")
    waiting = list(items) if isinstance(items, list) else []
    while waiting and len(waiting) < _MAX_NODES:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting = [*item, *waiting]
        elif isinstance(item, dict):
            inner = item.get("item")
            yield unescaped(item.get("name")) or (unescaped(inner.get("name")) if isinstance(inner, dict) else "")


def _split_tags(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for v in values for t in re.split(r"\s*[,;]\s*", v) if t))
