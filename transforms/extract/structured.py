"""What a page says to machines: JSON-LD, meta tags, microdata. Claims, to be weighed against what it shows."""

import html
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from transforms.extract.bylines import is_agency
from transforms.extract.dates import Moment, parse_machine
from transforms.extract.wording import clean, folded

_PUBLISHED = (
    "article:published_time", "datepublished", "pubdate", "publishdate", "publish_date", "publish-date",
    "published_time", "og:published_time", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "article.published", "date",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "dcterms.modified", "lastmod", "last-modified")
_AUTHORS = (
    "dable:author", "article:author", "author", "dc.creator", "sailthru.author", "parsely-author",
    "cxenseparse:author", "og:article:author", "articleauthor", "byl", "mediator_author",
)  # fmt: skip
_DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description")
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site", "dc.publisher", "source")
_TAGS = ("article:tag", "news_keywords", "keywords")
# JSON that no parser takes still shows its dates and headline to a careful eye.
_BROKEN_FIELD = re.compile(r'"(datePublished|dateModified|headline)"\s*:\s*"((?:[^"\\]|\\.){4,300})"')
# A page has one article, sometimes twice; each teaser of a section page may be described as one.
_MANY_ARTICLES = 3
_HEADLINE_WORDS = 9
# Pages nest a handful of levels; this is the guard against made-up ones.
_MAX_NODES = 5_000
_MAX_CRUMBS = 200
# More than these are teasers, each with a claim of its own; rules compare every claim with every headline.
_MAX_CLAIMS = 40
# No headline is longer; each part of one is looked for among the lines.
_MAX_HEADLINE = 1_000
# Real blocks have some kilobytes, with the whole text in them a hundred; numbers of 500,000 digits cost seconds.
_MAX_JSON = 300_000

_Index: TypeAlias = Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class Claims:
    """What the page claims of itself; empty where it claims nothing.

    Attributes:
        is_article: JSON-LD says article, posting or report.
        is_collection: JSON-LD or Open Graph says web site, collection or item list, and no article.
        headlines: Claimed headlines with the rule, best first.
        descriptions: Claimed summaries, best first.
        published: Claimed publication with the rule, best first; only readable ones.
        modified: Claimed last edits with the rule, best first.
        authors: Claimed author names with the rule, best first, unchecked.
        sites: Names of the site, its publisher and its host: never an author, never part of a title.
        section: Claimed section.
        section_rule: Where it is claimed.
        tags: Claimed tags.
        tags_rule: Where they are claimed.
        canonical_url: Address the page calls canonical, absolute.
        breadcrumb: Names of the breadcrumb list.
    """

    is_article: bool = False
    is_collection: bool = False
    headlines: list[tuple[str, str]] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)
    published: list[tuple[str, Moment]] = field(default_factory=list)
    modified: list[tuple[str, Moment]] = field(default_factory=list)
    authors: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    sites: set[str] = field(default_factory=set)
    section: str = ""
    section_rule: str = ""
    tags: tuple[str, ...] = ()
    tags_rule: str = ""

    canonical_url: str = ""
    breadcrumb: tuple[str, ...] = ()

    def add_section(self, rule: str, name: str) -> None:
        """Keep the first section that is claimed."""
        if name and not self.section:
            self.section, self.section_rule = name, rule

    def add_tags(self, rule: str, tags: tuple[str, ...]) -> None:
        """Keep the first tags that are claimed."""
        if tags and not self.tags:
            self.tags, self.tags_rule = tags, rule


def read_claims(tree: HtmlElement, url: str, *, has_microdata: bool = True) -> Claims:
    """Collect the claims of a parsed page.

    Args:
        tree: Root of the page.
        url: Its address.
        has_microdata: Whether there can be any; to look for it takes as long as all else.
    """
    claims = Claims()
    _read_json_ld(tree, claims)
    _read_meta(tree, claims, url)
    if has_microdata:
        _read_microdata(tree, claims)
    host = urlsplit(url).hostname or ""
    claims.sites |= {folded(host), folded(host.removeprefix("www.")), folded(host.removeprefix("www.").split(".")[0])}
    claims.sites.discard("")
    if claims.is_article:
        claims.is_collection = False
    claims.headlines = [(rule, headline[:_MAX_HEADLINE]) for rule, headline in claims.headlines]
    for claimed in (claims.headlines, claims.descriptions, claims.published, claims.modified, claims.authors):
        del claimed[_MAX_CLAIMS:]
    # Some systems write the headline where the name of the site belongs; such names are shorter.
    heads = [folded(e.text_content()) for e in islice(tree.iter("h1"), _MAX_CLAIMS)]
    claims.sites -= {head for head in heads if len(head.split()) >= _HEADLINE_WORDS}
    return claims


def unescaped(text: object) -> str:
    """Text of a field: some sites escape their entities twice."""
    return clean(html.unescape(html.unescape(text))) if isinstance(text, str) else ""


def _read_json_ld(tree: HtmlElement, claims: Claims) -> None:
    nodes = [node for script in tree.iter("script") for node in _load(script)]
    by_id = {n["@id"]: n for n in nodes if isinstance(n.get("@id"), str)}
    for node in nodes:
        if any(re.search(r"(?:Article|Posting)$", kind) for kind in _types(node)):
            _read_article(node, by_id, claims)
        else:
            _read_other(node, by_id, claims)
    # One object per teaser: a section page.
    if len({headline for rule, headline in claims.headlines if rule == "jsonld"}) >= _MANY_ARTICLES:
        claims.is_article, claims.is_collection = False, True
    claims.sites.discard("")


def _load(script: HtmlElement) -> list[Mapping[str, Any]]:
    if "ld+json" not in (script.get("type") or "").casefold():
        return []
    text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip(" \t\r\n;")
    try:
        return list(_nodes(json.loads(text[:_MAX_JSON], strict=False)))
    except (ValueError, RecursionError):
        fields: dict[str, Any] = dict(_BROKEN_FIELD.findall(text[:_MAX_JSON]))
        return [{**fields, "@type": "Article"}] if re.search(r'"\w*(?:Article|Posting)"', text) else []


def _read_article(node: Mapping[str, Any], by_id: _Index, claims: Claims) -> None:
    claims.is_article = True
    if headline := unescaped(node.get("headline")) or unescaped(node.get("name")):
        claims.headlines.append(("jsonld", headline))
    if description := unescaped(node.get("description")):
        claims.descriptions.append(description)
    if moment := parse_machine(unescaped(node.get("datePublished"))):
        claims.published.append(("jsonld", moment))
    if moment := parse_machine(unescaped(node.get("dateModified"))):
        claims.modified.append(("jsonld", moment))
    if names := tuple(_persons(node.get("author"), by_id)):
        claims.authors.append(("jsonld", names))
    claims.sites |= {folded(name) for name in _names(node.get("publisher"), by_id)}
    claims.add_section("jsonld", next(iter(_texts(node.get("articleSection"))), ""))
    claims.add_tags("jsonld", _split_tags(_texts(node.get("keywords"))))


def _read_other(node: Mapping[str, Any], by_id: _Index, claims: Claims) -> None:
    kinds = _types(node)
    if {"WebSite", "CollectionPage", "ItemList", "SearchResultsPage"} & kinds:
        claims.is_collection = True
    if {"Organization", "NewsMediaOrganization", "GovernmentOrganization"} & kinds:
        claims.sites |= {folded(name) for name in _names(node, by_id)}
    if "BreadcrumbList" in kinds and not claims.breadcrumb:
        claims.breadcrumb = tuple(_breadcrumb(node))


def _read_meta(tree: HtmlElement, claims: Claims, url: str) -> None:
    values = _meta_values(tree)
    claims.is_collection |= any(v.casefold() == "website" for v in values.get("og:type", []))
    for key in ("og:title", "twitter:title", "headline", "title"):
        claims.headlines += [(f"meta:{key}", v) for v in values.get(key, [])[:1]]
    title = tree.find(".//title")
    if title is not None and (text := unescaped(title.text)):
        claims.headlines.append(("html:title", text))
    claims.descriptions += [v for key in _DESCRIPTIONS for v in values.get(key, [])[:1]]
    claims.published += [
        (f"meta:{key}", moment) for key in _PUBLISHED for v in values.get(key, []) if (moment := parse_machine(v))
    ]
    claims.modified += [
        (f"meta:{key}", moment) for key in _MODIFIED for v in values.get(key, []) if (moment := parse_machine(v))
    ]
    for key in _AUTHORS:
        if names := tuple(n for v in values.get(key, []) for n in re.split(r"\s*[;|]\s*", v) if n):
            claims.authors.append((f"meta:{key}", names))
    claims.sites |= {folded(v.lstrip("@")) for key in _SITES for v in values.get(key, [])}
    for key in ("article:section", "articlesection"):
        claims.add_section(f"meta:{key}", next(iter(values.get(key, [])), ""))
    for key in _TAGS:
        claims.add_tags(f"meta:{key}", _split_tags(values.get(key, [])))
    claims.canonical_url = _canonical(tree, values.get("og:url", []), url)


def _meta_values(tree: HtmlElement) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        key = clean(meta.get("property") or meta.get("name") or meta.get("itemprop")).casefold()
        if key and (content := unescaped(meta.get("content"))):
            values.setdefault(key, []).append(content)
    return values


def _canonical(tree: HtmlElement, stated: list[str], url: str) -> str:
    links = (e.get("href") for e in tree.iter("link") if (e.get("rel") or "").casefold() == "canonical")
    address = clean(next((a for a in (*links, *stated) if a), ""))
    try:
        return urljoin(url, address) if address else ""
    except ValueError:
        return ""


def _read_microdata(tree: HtmlElement, claims: Claims) -> None:
    for element in tree.xpath("//*[@itemprop='datePublished' or @itemprop='dateModified'][not(self::meta)]"):
        value = element.get("datetime") or element.get("content") or element.text_content()
        if moment := parse_machine(clean(value)):
            if element.get("itemprop") == "datePublished":
                claims.published.append(("microdata", moment))
            else:
                claims.modified.append(("microdata", moment))
    for element in tree.xpath("//*[@itemprop='author'][not(ancestor::*[contains(@itemtype, 'Comment')])]"):
        named = element.xpath(".//*[@itemprop='name']") or [element]
        names = tuple(n for e in named if (n := clean(e.get("content") or e.text_content())))
        if names and element.tag != "meta":
            claims.authors.append(("microdata", names))


def _nodes(data: object) -> Iterator[Mapping[str, Any]]:
    """All objects at the top, in lists and in `@graph`, however nested the lists are."""
    waiting = deque([data])
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.popleft()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            yield node
            waiting += [node[key] for key in ("@graph", "mainEntity") if key in node]


def _types(node: Mapping[str, Any]) -> set[str]:
    return {t.rpartition("/")[2] for t in _texts(node.get("@type"))}


def _texts(value: object) -> list[str]:
    """A string or a list of strings as a list."""
    values = value if isinstance(value, list) else [value]
    return [text for v in values if (text := unescaped(v))]


def _known(value: object, by_id: _Index) -> Iterator[Mapping[str, Any]]:
    """Persons or organisations of a field, references resolved; plain strings become nameless types."""
    for node in value if isinstance(value, list) else [value]:
        if isinstance(node, dict):
            yield {**by_id.get(str(node.get("@id")), {}), **node}
        elif isinstance(node, str):
            yield {"name": node}


def _names(value: object, by_id: _Index) -> Iterator[str]:
    for node in _known(value, by_id):
        yield from _texts(node.get("name")) + _texts(node.get("alternateName"))


def _persons(value: object, by_id: _Index) -> Iterator[str]:
    for node in _known(value, by_id):
        is_body = any(kind.endswith("Organization") for kind in _types(node))
        yield from (name for name in _texts(node.get("name")) if not is_body or is_agency(name))


def _breadcrumb(node: Mapping[str, Any]) -> Iterator[str]:
    items = node.get("itemListElement")
    waiting = deque(items if isinstance(items, list) else ())
    for _ in range(_MAX_CRUMBS):
        if not waiting:
            return
        item = waiting.popleft()
        if isinstance(item, list):
            waiting.extendleft(reversed(item))
        elif isinstance(item, dict):
            inner = item.get("item")
            yield unescaped(item.get("name")) or (unescaped(inner.get("name")) if isinstance(inner, dict) else "")


def _split_tags(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for v in values for t in re.split(r"\s*[,;]\s*", v) if t))
