"""The body: its paragraphs without captions, boxes, by-lines and what else editors put between them."""

import logging
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from transforms.extract.blocks import Block, is_hidden, read_blocks
from transforms.extract.bylines import has_prefix, is_credit, is_picture_credit, read_names, split_credit
from transforms.extract.dates import read_date_line
from transforms.extract.page import Page, class_parts
from transforms.extract.platforms import Platform
from transforms.extract.wording import clean, folded

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_BOXES = frozenset(
    "related relate relates lienquan tinlienquan relatedbox share sharing social socials comment comments binhluan player tts"
    " ads adv advert advertisement banner quangcao newsletter subscribe rating vote tags tag tagbox breadcrumb toolbar copyright"
    " readmore xemthem".split()
)
_CAPTIONS = frozenset(
    ("caption", "captions", "figcaption", "image", "img-note", "imgnote", "photocms", "chuthich", "note-img")
)
_BYLINES = frozenset(("author", "authors", "tacgia", "tac-gia", "byline", "source", "nguon", "nguon-tin", "nguontin"))
# A by-line or credit in its own element is one short line.
_SHORT = 20
# Captions run to two sentences; longer lines under a picture are text.
_CAPTION_WORDS = 45

_END = re.compile(
    r"^(?:tin cùng chuyên mục|tin cùng loại|tin liên quan|bài liên quan|bài viết liên quan|tin,? bài liên quan|các tin khác|tin khác|tin bài khác"
    r"|những tin (?:cũ|mới) hơn|các bài viết khác|có thể bạn quan tâm|ý kiến bạn đọc|ý kiến của bạn|bình luận|comments?|để lại (?:một )?bình luận"
    r"|vui lòng nhập tiếng việt có dấu|gửi bình luận|tags?|từ khóa|từ khoá|chuyên mục)\s*(?:\(\d+\)\s*)?[:：]?(?:\s|$)",
    re.IGNORECASE,
)
_END_ALONE = 9
_FURNITURE_LINE = re.compile(
    r"^(?:\d{1,2}:\d{2}(?:\s*/\s*\d{1,2}:\d{2})*|nghe(?: (?:bài viết|đọc bài|audio|podcast))?|audio|play|pause|\d(?:\.\d+)?x|chia sẻ(?: bài viết)?|facebook|zalo|twitter|in(?: trang| bài viết| ra)?"
    r"|lưu bài viết|gửi (?:bài viết|email)|copy link|quay lại|về trang chủ|lượt xem\s*:?\s*[\d.,]+|đã xem\s*:?\s*[\d.,]+|cỡ chữ|a\s?[-+]|(?:đọc|xem) (?:tiếp|thêm)\W*)$",
    re.IGNORECASE,
)
_POINTER = re.compile(r"^(?:>>|»|››|\[?(?:xem|đọc|tin|bài) (?:thêm|liên quan)\]?\s*[:：>])", re.IGNORECASE)
_PROGRAMME = re.compile(
    r"youtube|youtu\.be|vimeo|dailymotion|facebook\.com/plugins/video|tiktok\.com|/embed/|/video|jwplayer",
    re.IGNORECASE,
)
_PROGRAMME_PARTS = frozenset(("videocms", "video-js", "jwplayer", "videostream", "videonewsplayer"))
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|rar|zip)(?:$|\?)", re.IGNORECASE)
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-srcset", "srcset", "src")
_NO_PICTURE = re.compile(
    r"^data:|(?:grey|gray|blank|placeholder|spacer|loading|pixel|1x1|avatar|logo|icon)[\w-]*\.(?:gif|png|svg|jpe?g)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Body:
    """What was found in the body, apart.

    Attributes:
        blocks: Paragraphs and subheads.
        rule: What found them.
        container: The element that holds them.
        signatures: By-lines at the end or in elements of their own, the last line of the body first.
        credit: Credit line.
        images: Addresses of pictures.
        has_video: Whether there is a programme.
        attachments: Number of linked documents.
    """

    blocks: list[Block] = field(default_factory=list)
    rule: str = ""
    container: HtmlElement | None = None
    signatures: list[tuple[str, str]] = field(default_factory=list)
    credit: str = ""
    images: tuple[str, ...] = ()
    has_video: bool = False
    attachments: int = 0


def read_body(page: Page, platform: Platform | None, title: str) -> Body:
    """Find the body by the platform's rule, else by trafilatura, and part it."""
    body = _by_platform(page, platform) if platform else None
    if body is None:
        body = _by_trafilatura(page)
    _part(body, page, title, platform)
    if body.container is not None:
        _media(body, page, platform)
    return body


def _by_platform(page: Page, platform: Platform) -> Body | None:
    dropped = set(page.select_each(platform.drop))
    for selector in platform.body:
        containers = page.select((selector,))
        if not containers:
            continue
        container = max(containers[:3], key=lambda e: len(e.text_content()))
        body = Body(rule=f"platform:{platform.name}", container=container)
        body.blocks = read_blocks(container, lambda e: e in dropped or _stands_apart(e, body))
        return body
    return None


def _stands_apart(element: HtmlElement, body: Body) -> bool:
    """Whether the element is no text of the body; by-lines met on the way are noted."""
    tag = element.tag
    if tag in {"nav", "aside", "footer", "form", "figcaption"}:
        return True
    if tag == "figure":
        return element.find(".//table") is None and element.find(".//blockquote") is None
    if tag == "table":
        return element.find(".//img") is not None and len(element.text_content().split()) <= _CAPTION_WORDS
    parts = class_parts(element)
    if not parts:
        return False
    if not _BYLINES.isdisjoint(parts):
        text = clean(element.text_content())
        if len(text.split()) <= _SHORT:
            body.signatures.append(("byline", text))
            return True
        return False
    if not _CAPTIONS.isdisjoint(parts) and len(element.text_content().split()) <= _CAPTION_WORDS:
        return element.find(".//p") is None or element.find(".//img") is not None
    return not _BOXES.isdisjoint(parts) and tag not in {"body", "article", "main"}


def _by_trafilatura(page: Page) -> Body:
    try:
        document = trafilatura.bare_extraction(
            page.tree, url=page.url, favor_recall=True, include_comments=False, with_metadata=False
        )
    except (
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        KeyError,
        RecursionError,
        AssertionError,
        etree.LxmlError,
    ):
        document = None
    body = Body(rule="trafilatura")
    text = getattr(document, "text", None) or ""
    blocks = page.blocks
    at = 0
    matched: list[int] = []
    for raw in text.split("\n"):
        line = clean(raw)
        line = line[2:] if line.startswith("- ") else line
        if not line:
            continue
        positions = page.positions(line)
        position = next((p for p in positions if p >= at), positions[0] if positions else None)
        if position is None:
            body.blocks.append(Block(line, page.tree))
        else:
            at = position
            matched.append(position)
            body.blocks.append(blocks[position])
    long = [blocks[p].element for p in matched if blocks[p].words >= 8]
    body.container = _common_ancestor(long)
    return body


def _common_ancestor(elements: list[HtmlElement]) -> HtmlElement | None:
    """The smallest element that holds most of these; a stray one far away does not widen it to the page."""
    if not elements:
        return None
    counts: dict[HtmlElement, int] = {}
    order: dict[HtmlElement, int] = {}
    for element in elements:
        for depth, node in enumerate((element, *element.iterancestors())):
            counts[node] = counts.get(node, 0) + 1
            order.setdefault(node, depth)
    enough = [node for node, count in counts.items() if count >= 0.8 * len(elements)]
    return max(enough, key=lambda node: sum(1 for _ in node.iterancestors()))


def _part(body: Body, page: Page, title: str, platform: Platform | None) -> None:
    """Take from the lines what is no text: headline, dates, boxes, pointers, captions, and the signature at the end."""
    unwanted = {folded(line) for line in platform.not_text} if platform else set()
    lines: list[Block] = []
    total = sum(b.words for b in body.blocks)
    seen = 0
    for block in body.blocks:
        if _END.match(block.text) and block.words <= _END_ALONE and seen >= 0.3 * total:
            break
        seen += block.words
        if folded(block.text) in unwanted or _is_furniture(block) or _is_caption(block):
            continue
        lines.append(block)
    while lines and _is_heading_matter(lines[0], title):
        lines.pop(0)
    signed: list[tuple[str, str]] = []
    while len(lines) > 1 and len(signed) < 4 and (kind := _signature(lines, page.claims.sites, platform)):
        signed.append((kind, lines.pop().text))
    for kind, text in [*signed, *body.signatures]:
        if kind == "credit" or is_credit(text):
            body.credit = body.credit or text
        elif credit := split_credit(text)[1]:
            body.credit = body.credit or credit
    body.signatures = [(k, t) for k, t in [*signed, *body.signatures] if k in {"byline", "signed"} and not is_credit(t)]
    body.blocks = lines


def _is_heading_matter(block: Block, title: str) -> bool:
    words = folded(block.text)
    if not words or words == folded(title):
        return True
    return block.words <= 16 and not block.is_heading and read_date_line(block.text) is not None


def _is_furniture(block: Block) -> bool:
    text = block.text
    if _FURNITURE_LINE.match(text) or _POINTER.match(text) or not folded(text):
        return True
    # A whole line in a link, without a full stop, is the headline of another piece.
    return (
        block.is_linked
        and block.words >= 4
        and not re.search(r"[.!?…:;]$", text)
        and not _links_document(block.element)
    )


def _links_document(element: HtmlElement) -> bool:
    return any(_DOCUMENT.search(a.get("href") or "") for a in element.iter("a"))


def _is_caption(block: Block) -> bool:
    if block.words > _CAPTION_WORDS:
        return False
    if is_picture_credit(block.text):
        return True
    if not block.after_image or block.is_heading:
        return False
    return (
        block.is_slanted
        or _is_centred(block.element)
        or bool(re.search(r"\(?ảnh\s*[:：]|ảnh minh hoạ|ảnh minh họa", block.text, re.IGNORECASE))
    )


def _is_centred(element: HtmlElement) -> bool:
    for node in (element, element.getparent()):
        if node is not None and (
            (node.get("align") or "").lower() == "center"
            or "text-align:center" in (node.get("style") or "").replace(" ", "").lower()
        ):
            return True
    return False


def _is_set_apart(block: Block) -> bool:
    """Bold, right-aligned or of a class of its own, as by-lines are."""
    if block.is_strong or block.is_slanted:
        return True
    for node in (block.element, block.element.getparent()):
        if node is None:
            continue
        style = (node.get("style") or "").replace(" ", "").lower()
        if "text-align:right" in style or (node.get("align") or "").lower() == "right":
            return True
        parts = class_parts(node)
        if not _BYLINES.isdisjoint(parts) or {"right", "text-right", "has-text-align-right"} & parts:
            return True
    return False


def _signature(lines: list[Block], sites: Collection[str], platform: Platform | None) -> str:
    """What kind of closing line the last one is; empty when it is text."""
    block = lines[-1]
    if block.words > _SHORT or block.is_heading:
        return ""
    if is_credit(block.text):
        return "credit"
    if is_picture_credit(block.text):
        return "picture"
    if not {"source", "nguon", "nguontin"}.isdisjoint(class_parts(block.element)):
        return "credit"
    if read_date_line(block.text) and block.words <= 10:
        return "date"
    if re.search(r"[.!?…:;,]$", block.text) and not re.search(r"\b[A-ZĐ]\.$", block.text):
        return ""
    if has_prefix(block.text) and read_names(block.text, sites, strict=False):
        return "signed"
    before = lines[-2]
    # The last of several short lines is the end of a list of names, not a signature.
    in_list = before.words <= 6 and not before.is_heading and not re.search(r"[.!?…]$", before.text)
    strict = not (platform and platform.signed_below and block.words <= 8)
    if not read_names(block.text, sites, strict=strict):
        return ""
    if _is_set_apart(block):
        return "signed"
    return "" if in_list or block.element.tag == "li" or block.words > 8 else "signed"


def _media(body: Body, page: Page, platform: Platform | None) -> None:
    container = body.container
    if container is None:
        return
    away = set(page.select_each(platform.drop)) if platform else set()
    images: dict[str, None] = {}
    for element in _visible_media(container, away, Body()):
        tag = element.tag
        if tag == "img" and (source := _picture(element)):
            try:
                images[urljoin(page.url, source)] = None
            except ValueError:
                continue
        elif tag == "a":
            body.attachments += bool(_DOCUMENT.search(element.get("href") or ""))
        elif (
            tag in {"video", "audio"}
            or (
                tag in {"iframe", "embed", "object"}
                and _PROGRAMME.search(element.get("src") or element.get("data-src") or element.get("data") or "")
            )
            or not _PROGRAMME_PARTS.isdisjoint(class_parts(element))
        ):
            body.has_video = True
    body.images = tuple(images)


def _visible_media(container: HtmlElement, away: set[HtmlElement], scratch: Body) -> Iterator[HtmlElement]:
    waiting = [container]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        if element is not container and (element in away or is_hidden(element)):
            continue
        # Figures stand apart from the text but hold its pictures.
        if (
            element is not container
            and element.tag not in {"figure", "table", "img"}
            and not _holds_picture(element)
            and _stands_apart(element, scratch)
        ):
            continue
        yield element
        waiting.extend(reversed(element))


def _holds_picture(element: HtmlElement) -> bool:
    return _BOXES.isdisjoint(class_parts(element)) and element.tag not in {"nav", "aside", "footer", "form"}


def _picture(element: HtmlElement) -> str:
    for side in ("width", "height"):
        size = re.match(r"\d+", element.get(side) or "")
        # Buttons and counting pixels.
        if size and int(size[0]) <= 50:
            return ""
    for key in _LAZY:
        source = clean(element.get(key)).split(" ")[0].rstrip(",")
        if source and not _NO_PICTURE.search(source):
            return source
    return ""
