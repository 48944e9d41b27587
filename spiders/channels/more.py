"""Answers to a script that loads more of a listing: pieces of HTML, HTML inside JSON, or lists in JSON."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapy.http import HtmlResponse

from spiders.addresses import absolute, host
from spiders.channels.dates import time_in_value
from spiders.channels.listed import Entries, Listed, plain, short
from spiders.channels.listing import read_listing
from spiders.platform import Platform

_ADDRESS_FIELDS = ("url", "link", "href", "permalink", "detail_url", "detailurl", "share_url", "path", "friendly_url")
_TITLE_FIELDS = ("title", "headline", "name", "tieude", "tieu_de", "subject")
_TIME_FIELDS = (
    "published_at", "publishedat", "publish_date", "publishdate", "published", "pubdate", "publish_time", "date_gmt",
    "date", "distributiondate", "ngaydang", "ngay_dang", "time", "created_at", "createdat", "createddate",
)  # fmt: skip
_NEXT_FIELDS = ("next", "next_url", "nexturl", "next_page_url", "nextpageurl", "load_more_url", "loadmoreurl")
_LAST_FIELDS = ("has_more", "hasmore", "has_next", "hasnext", "more", "loadmore", "load_more", "next", "next_page_url")
_PAGE_PARAMETER = re.compile(r"^(?:page|paged|p|trang|pageindex|pn|cur|.{1,100}_cur)$", re.IGNORECASE)
_OFFSET_PARAMETER = re.compile(r"^(?:offset|start|skip|from)$", re.IGNORECASE)
_PAGE_SEGMENT = re.compile(r"(?<=[/-])(\d{1,4})(?=(?:\.[a-z]{2,5})?/?$)", re.IGNORECASE)
# A page of a list has some dozens of items with some dozens of fields; what has more is no list of articles.
_MOST_NODES = 20_000


def read_more(body: bytes, content_type: str, url: str, platform: Platform, number: int = 2, first: str = "") -> Listed:
    """Read what came back from a listing's `next_page` where `is_more` was set.

    Args:
        body: As received, unpacked.
        content_type: As sent; what the body begins with counts more, for these answers are often mislabelled.
        url: Its address.
        platform: Says what an article's address looks like.
        number: Which page of the listing it is.
        first: Address of the listing's first page.

    Returns:
        As `read_listing`. Where the answer does not say where to go on, `next_page` counts on in its own address; an
        answer without articles is the end.
    """
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[", b'"')):
        page = HtmlResponse(url, headers={"Content-Type": content_type}, body=body)
        return _gone_on(read_listing(page, platform, number, first or url), url)
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return Listed(broken=short(error))
    return _read_json(data, url, platform, number, first or url)


def _read_json(data: object, url: str, platform: Platform, number: int, first: str) -> Listed:
    entries = Entries(platform)
    markup: list[str] = []
    following, is_last = "", False
    for node in _nodes(data):
        if isinstance(node, str):
            if "<a" in node and "href" in node:
                markup.append(node)
            continue
        fields = {k.casefold(): v for k, v in node.items()}
        address = next((v for n in _ADDRESS_FIELDS if isinstance(v := fields.get(n), str) and v), "")
        link = absolute(url, address) if address else None
        if link is not None and host(link) == host(url) and platform.is_article(link):
            entries.add(link, _title(fields), _time(fields))
        following = following or next((v for n in _NEXT_FIELDS if isinstance(v := fields.get(n), str) and "/" in v), "")
        is_last = is_last or any(fields.get(n, True) in (False, None, 0, "") for n in _LAST_FIELDS)
    page = HtmlResponse(url, body="\n".join(markup), encoding="utf-8")
    listed = read_listing(page, platform, number, first)
    for item in listed.items:
        entries.add(item.url, item.title, item.at, key=item.key)
    listed.items = entries.items()
    stated = absolute(url, following) if following else None
    if stated is not None and host(stated) == host(url):
        listed.next_page, listed.is_more = stated, True
    return listed if is_last and not following else _gone_on(listed, url)


def _nodes(data: object) -> Iterator[Any]:
    """All objects and texts in the order of the document; the fields of an article are not looked into again."""
    waiting, count = [data], 0
    while waiting and count < _MOST_NODES:
        node = waiting.pop()
        count += 1
        if isinstance(node, dict):
            yield node
            waiting.extend(v for v in reversed(list(node.values())) if isinstance(v, dict | list | str))
        elif isinstance(node, list):
            waiting.extend(reversed(node))
        elif isinstance(node, str):
            yield node


def _title(fields: dict[str, Any]) -> str:
    for name in _TITLE_FIELDS:
        value = fields.get(name)
        # WordPress wraps its texts: {"rendered": "…"}.
        text = value.get("rendered") if isinstance(value, dict) else value
        if isinstance(text, str) and plain(text):
            return plain(text)
    return ""


def _time(fields: dict[str, Any]) -> datetime | None:
    return next((at for n in _TIME_FIELDS if (at := time_in_value(fields.get(n))) is not None), None)


def _gone_on(listed: Listed, url: str) -> Listed:
    """With the next page counted on in the address where the answer does not name it."""
    if listed.items and listed.next_page is None:
        listed.next_page = _counted_on(url, len(listed.items))
        listed.is_more = listed.next_page is not None
    return listed


def _counted_on(url: str, count: int) -> str | None:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    for place, (name, value) in enumerate(query):
        if not value.isdecimal() or len(value) > 6:
            continue
        step = 1 if _PAGE_PARAMETER.match(name) else count if _OFFSET_PARAMETER.match(name) else 0
        if step:
            query[place] = name, str(int(value) + step)
            return urljoin(url, f"{parts.path}?{urlencode(query)}")
    if _PAGE_SEGMENT.search(parts.path):
        path = _PAGE_SEGMENT.sub(lambda m: str(int(m[1]) + 1), parts.path)
        return urljoin(url, f"{path}{'?' + parts.query if parts.query else ''}")
    return None
