"""Pictures, programmes and documents of a body."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml.html import HtmlElement

from transforms.extract.apart import is_box, links_attachment
from transforms.extract.blocks import is_hidden
from transforms.extract.page import Page, class_parts
from transforms.extract.wording import clean

_PROGRAMME = re.compile(
    r"youtube|youtu\.be|vimeo|dailymotion|facebook\.com/plugins/video|tiktok\.com|/embed/|/video|jwplayer",
    re.IGNORECASE,
)
_PROGRAMME_PARTS = frozenset(("videocms", "video-js", "jwplayer", "videostream", "videonewsplayer"))
# Lazy loading keeps the real address beside a placeholder.
_ADDRESSES = ("data-src", "data-original", "data-lazy-src", "data-srcset", "srcset", "src")
_PLACEHOLDER = re.compile(
    r"^data:|(?:grey|gray|blank|placeholder|spacer|loading|pixel|1x1|avatar|logo|icon)[\w-]*\.(?:gif|png|svg|jpe?g)",
    re.IGNORECASE,
)
# Buttons and counting pixels are smaller than any picture of news.
_MIN_SIDE = 50


@dataclass(frozen=True, slots=True)
class Media:
    """What a body carries beside text.

    Attributes:
        images: Addresses of pictures, absolute, in order.
        video_count: Number of video and audio programmes; read-aloud players do not count.
        attachments: Addresses of linked documents, absolute, in order.
    """

    images: tuple[str, ...] = ()
    video_count: int = 0
    attachments: tuple[str, ...] = ()

    @property
    def has_video(self) -> bool:
        """Whether there is a programme."""
        return self.video_count > 0

    @property
    def shows_something(self) -> bool:
        """Whether there is a picture or a programme, which may be the piece without any text."""
        return bool(self.images) or self.has_video


def read_media(containers: Iterable[HtmlElement], url: str, away: Collection[HtmlElement]) -> Media:
    """Collect the media of a body.

    Args:
        containers: Elements that hold the body, in page order.
        url: Address of the page.
        away: Elements that the platform's rule leaves out.
    """
    images: dict[str, None] = {}
    programmes: set[str] = set()
    attachments: dict[str, None] = {}
    for element in (e for container in containers for e in _own(container, away)):
        if element.tag == "img":
            images[_address(element, url)] = None
        elif element.tag == "a":
            if links_attachment(element):
                attachments[_joined(url, clean(element.get("href")))] = None
        elif _is_programme(element):
            programmes.add(_programme(element))
    return Media(tuple(filter(None, images)), len(programmes), tuple(filter(None, attachments)))


def documents_of(page: Page) -> tuple[str, ...]:
    """Addresses of the documents that a page links outside of its furniture, for where no body was found.

    Args:
        page: The page.
    """
    if not page.names_documents:
        return ()
    links = (e for e in page.tree.iter("a") if links_attachment(e) and not (is_hidden(e) or page.is_furniture(e)))
    return tuple(dict.fromkeys(a for e in links if (a := _joined(page.url, clean(e.get("href"))))))


def _own(container: HtmlElement, away: Collection[HtmlElement]) -> Iterator[HtmlElement]:
    waiting = [container]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        if element is not container and (element in away or is_hidden(element) or is_box(element)):
            continue
        yield element
        # A player is made of several elements that could each be one.
        if element is container or not _is_programme(element):
            waiting.extend(reversed(element))


def _is_programme(element: HtmlElement) -> bool:
    if element.tag in {"video", "audio"}:
        return True
    if element.tag in {"iframe", "embed", "object"}:
        return bool(_PROGRAMME.search(_source(element)))
    return not _PROGRAMME_PARTS.isdisjoint(class_parts(element))


def _programme(element: HtmlElement) -> str:
    """What tells a programme from another one: its address, or else its place on the page."""
    for node in (element, *element.iter("source", "iframe", "video", "audio")):
        if source := _source(node):
            return source
    return f"#{id(element)}"


def _source(element: HtmlElement) -> str:
    return element.get("src") or element.get("data-src") or element.get("data") or ""


def _address(image: HtmlElement, url: str) -> str:
    for side in ("width", "height"):
        size = re.match(r"\d{1,6}", image.get(side) or "")
        if size and int(size[0]) <= _MIN_SIDE:
            return ""
    for key in _ADDRESSES:
        source = clean(image.get(key)).split(" ")[0].rstrip(",")
        if source and not _PLACEHOLDER.search(source):
            return _joined(url, source)
    return ""


def _joined(url: str, source: str) -> str:
    try:
        return urljoin(url, source)
    except ValueError:
        return ""
