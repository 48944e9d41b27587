"""An entry of an Atom feed that is the piece itself: a video of YouTube, with what its channel says of it.

There is no page to be read for it: title, description, times and channel are all that is public without a key.
"""

import re
from datetime import datetime

from lxml import etree
from lxml.etree import _Element

from transforms.article import Article, NotAnArticleError
from transforms.extract.dates import parse_machine, plausible
from transforms.extract.decoding import MAX_BYTES
from transforms.extract.wording import clean

_ATOM = "{http://www.w3.org/2005/Atom}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_START = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?<(?:\w{1,20}:)?entry\b[^>]{0,2000}http://www\.w3\.org/2005/Atom")
_HASHTAG = re.compile(r"(?<![\w#&/])#(\w{2,60})")
# Lines of addresses, with a label or not, and of hashtags stand below every description of a channel and say nothing of
# the video.
_NO_PROSE = re.compile(r"(?:[\w ]{0,40}: ?)?(?: ?(?:https?://[^\s]+|#\w+|[-–—=_*•|.,;]+)(?= |$))+")
_VIDEO_PAGE = re.compile(r"https?://(?:www\.|m\.)?(?:youtube\.com|youtu\.be)/", re.IGNORECASE)


def is_entry(document: str | bytes) -> bool:
    """Whether a document is one entry of an Atom feed, and not a page."""
    head = document[:3000]
    return _START.match(head if isinstance(head, str) else head.decode("utf-8", "replace")) is not None


def read_entry(document: str | bytes, url: str, *, fetched_at: datetime | None = None) -> Article:
    """Read one entry.

    Args:
        document: The `entry` element with its namespaces.
        url: Address of the piece.
        fetched_at: When the feed was fetched, aware: nothing is published after that.

    Raises:
        NotAnArticleError: `unreadable`, `no_title`, `no_date`, or `no_text` where there is neither text nor video.
    """
    try:
        return _read(_parse(document), url, fetched_at)
    except UnicodeDecodeError as error:
        # Half a letter, written as a number, which the parser lets pass.
        raise NotAnArticleError("unreadable", str(error)[:200]) from error


def _read(entry: _Element, url: str, fetched_at: datetime | None) -> Article:
    title = clean(entry.findtext(f"{_ATOM}title") or entry.findtext(f".//{_MEDIA}title"))
    if not title:
        raise NotAnArticleError("no_title")
    published = parse_machine(entry.findtext(f"{_ATOM}published") or "")
    if published is None or not plausible(published.at, fetched_at):
        raise NotAnArticleError("no_date", title[:200])
    updated = parse_machine(entry.findtext(f"{_ATOM}updated") or "")
    is_edited = updated is not None and updated.at > published.at and plausible(updated.at, fetched_at)
    lead, lines, tags = _description(entry)
    address = next((h for link in entry.iter(f"{_ATOM}link") if (h := clean(link.get("href")))), "")
    has_video = _shows_video(entry, address or url)
    if not (lead or has_video):
        raise NotAnArticleError("no_text", title[:200])
    author = clean(entry.findtext(f"{_ATOM}author/{_ATOM}name"))
    images = (clean(e.get("url")) for e in entry.iter(f"{_MEDIA}thumbnail"))
    return Article(
        url=url,
        title=title,
        lead=lead,
        text="\n".join(lines),
        published_at=published.at,
        date_rule="atom",
        modified_at=updated.at if updated is not None and is_edited else None,
        authors=(author,) if author else (),
        title_rule="atom",
        author_rule="atom" if author else "",
        tags=tags,
        genre="video" if has_video else "tin",
        images=tuple(dict.fromkeys(i for i in images if i)),
        has_video=has_video,
        video_count=int(has_video),
        canonical_url=address,
        lead_rule="atom" if lead else "",
        text_rule="atom" if lines else "",
        modified_rule="atom" if is_edited else "",
        tags_rule="atom" if tags else "",
    )


def _parse(document: str | bytes) -> _Element:
    if len(document) > MAX_BYTES:
        raise NotAnArticleError("unreadable", f"{len(document)} bytes, more than {MAX_BYTES}")
    data = document.encode("utf-8", "replace") if isinstance(document, str) else document
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        entry = etree.fromstring(data.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAnArticleError("unreadable", str(error)[:200]) from error
    if entry is None or entry.tag != f"{_ATOM}entry":
        raise NotAnArticleError("unreadable", "no Atom entry")
    return entry


def _description(entry: _Element) -> tuple[str, list[str], tuple[str, ...]]:
    """(first paragraph, the others, hashtags) of what is said of the piece."""
    said = entry.findtext(f".//{_MEDIA}description") or entry.findtext(f"{_ATOM}summary") or ""
    lines = [clean(line) for line in said.splitlines()]
    prose = [line for line in lines if line and _NO_PROSE.fullmatch(line) is None]
    tags = tuple(dict.fromkeys(_HASHTAG.findall("\n".join(lines))))
    return (prose[0] if prose else ""), prose[1:], tags


def _shows_video(entry: _Element, address: str) -> bool:
    if _VIDEO_PAGE.match(address):
        return True
    kinds = ((e.get("type") or "") + (e.get("medium") or "") for e in entry.iter(f"{_MEDIA}content"))
    return any("video" in kind or "flash" in kind for kind in kinds)
