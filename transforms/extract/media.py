"""Pictures, programmes and documents of a body."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml.html import HtmlElement

from transforms.extract.apart import is_box, links_attachment
from transforms.extract.blocks import is_hidden
from transforms.extract.page import class_parts
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
        has_video: Whether there is a video or audio programme; read-aloud players do not count.
        attachments: Number of links to documents.
    """

    images: tuple[str, ...] = ()
    has_video: bool = False
    attachments: int = 0


def read_media(containers: Iterable[HtmlElement], url: str, away: Collection[HtmlElement]) -> Media:
    """Collect the media of a body.

    Args:
        containers: Elements that hold the body, in page order.
        url: Address of the page.
        away: Elements that the platform's rule leaves out.
    """
    images: dict[str, None] = {}
    has_video, attachments = False, 0
    for element in (e for container in containers for e in _own(container, away)):
        if element.tag == "img" and (address := _address(element, url)):
            images[address] = None
        elif element.tag == "a":
            attachments += links_attachment(element)
        else:
            has_video = has_video or _is_programme(element)
    return Media(tuple(images), has_video, attachments)


def _own(container: HtmlElement, away: Collection[HtmlElement]) -> Iterator[HtmlElement]:
    waiting = [container]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        if element is not container and (element in away or is_hidden(element) or is_box(element)):
            continue
        yield element
        waiting.extend(reversed(element))


def _is_programme(element: HtmlElement) -> bool:
    if element.tag in {"video", "audio"}:
        return True
    if element.tag in {"iframe", "embed", "object"}:
        address = element.get("src") or element.get("data-src") or element.get("data") or ""
        return bool(_PROGRAMME.search(address))
    return not _PROGRAMME_PARTS.isdisjoint(class_parts(element))


def _address(image: HtmlElement, url: str) -> str:
    for side in ("width", "height"):
        size = re.match(r"\d{1,6}", image.get(side) or "")
        if size and int(size[0]) <= _MIN_SIDE:
            return ""
    for key in _ADDRESSES:
        source = clean(image.get(key)).split(" ")[0].rstrip(",")
        if source and not _PLACEHOLDER.search(source):
            try:
                return urljoin(url, source)
            except ValueError:
                return ""
    return ""
