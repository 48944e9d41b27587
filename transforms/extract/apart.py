"""What stands in or around a body and is no text of it: boxes, captions, pointers to other pieces, buttons."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from itertools import takewhile

from lxml.html import HtmlElement

from transforms.extract.blocks import Block
from transforms.extract.bylines import is_picture_credit
from transforms.extract.dates import read_date_line, split_trailing_date
from transforms.extract.page import class_parts
from transforms.extract.wording import folded

# Parts of class names and ids, as `class_parts` gives them.
_BOXES = frozenset((
    "related", "relate", "relates", "lienquan", "tinlienquan", "relatedbox", "share", "sharing", "social", "socials",
    "comment", "comments", "binhluan", "player", "tts", "ads", "adv", "advert", "advertisement", "banner", "quangcao",
    "newsletter", "subscribe", "rating", "vote", "tags", "tagbox", "breadcrumb", "toolbar", "copyright", "readmore",
    "xemthem",
))  # fmt: skip
_CAPTIONS = frozenset(("caption", "captions", "image", "note", "imgnote", "photocms", "chuthich"))
BYLINES = frozenset(("author", "authors", "tacgia", "tac-gia", "byline", "source", "nguon", "nguon-tin", "nguontin"))
SOURCES = frozenset(("source", "nguon", "nguon-tin", "nguontin"))
# A by-line or credit in its own element is one short line.
SHORT = 20
# Captions run to two sentences; longer lines under a picture are text.
CAPTION_WORDS = 45
# Headings of boxes have a few words; a sentence that begins alike has more.
_HEADING_WORDS = 9

_END = re.compile(
    r"^(?:tin cùng chuyên mục|tin cùng loại|tin liên quan|bài liên quan|bài viết liên quan|tin,? bài liên quan"
    r"|các tin khác|tin khác|tin bài khác|những tin (?:cũ|mới) hơn|các bài viết khác|có thể bạn quan tâm"
    r"|ý kiến bạn đọc|ý kiến của bạn|bình luận|để lại (?:một )?bình luận|gửi bình luận"
    r"|vui lòng nhập tiếng việt có dấu|(?:tags?|từ khóa|từ khoá|chuyên mục)\s*(?=[:：]|$))"
    r"\s*(?:\(\d+\)\s*)?[:：]?(?:\s|$)",
    re.IGNORECASE,
)
# As whole lines only: sentences and subheads begin with these words too.
_END_ALONE = re.compile(
    r"(?:các |những )?(?:tin|bài|bài viết)"
    r"(?: đã (?:đưa|đăng)| (?:cũ|mới)(?: hơn| nhất)?| nổi bật| khác| cùng (?:mục|chủ đề))"
    r"|(?:tin |bài )?(?:đọc|xem) nhiều(?: nhất)?|(?:\d+ )?(?:nhận xét|phản hồi|bình luận|comments?)",
    re.IGNORECASE,
)
_BUTTON = re.compile(
    r"^(?:\d{1,2}:\d{2}(?:\s*/\s*\d{1,2}:\d{2})*|nghe(?: (?:bài viết|đọc bài|audio|podcast))?|audio|play|pause"
    r"|\d(?:\.\d+)?x|chia sẻ(?: bài viết)?|facebook|zalo|twitter|in(?: trang| bài viết| ra)?|lưu bài viết"
    r"|gửi (?:bài viết|email)|copy link|quay lại|về trang chủ|(?:lượt|đã) xem\s*:?\s*[\d.,]+|cỡ chữ|a\s?[-+]"
    r"|(?:đọc|xem) (?:tiếp|thêm)\W*)$",
    re.IGNORECASE,
)
# A text in quotation marks begins like an arrow that points elsewhere, and goes on with the closing mark.
_POINTER = re.compile(r"^(?:>>|»(?!.*[«“”])|››|\[?(?:xem|đọc|tin|bài) (?:thêm|liên quan)\]?\s*[:：>])", re.IGNORECASE)
_ATTACHMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|rar|zip)(?:$|\?)", re.IGNORECASE)
_OF_PICTURE = re.compile(r"\(?ảnh\s*[:：]|ảnh minh hoạ|ảnh minh họa", re.IGNORECASE)


class Part(Enum):
    """What an element within a body is."""

    TEXT = auto()
    BYLINE = auto()
    BOX = auto()


def judge_element(element: HtmlElement) -> Part:
    """Tell text from by-lines and boxes, by the element's own tag and names."""
    tag = element.tag
    if tag in {"nav", "aside", "footer", "form", "figcaption"}:
        return Part.BOX
    if tag == "figure":
        return Part.BOX if element.find(".//table") is None and element.find(".//blockquote") is None else Part.TEXT
    if tag == "table":
        return Part.BOX if _frames_picture(element) else Part.TEXT
    parts = class_parts(element)
    if not BYLINES.isdisjoint(parts):
        return Part.BYLINE if _count_words(element) <= SHORT else Part.TEXT
    if not _CAPTIONS.isdisjoint(parts) and _count_words(element) <= CAPTION_WORDS:
        paragraphs_only = element.find(".//p") is not None and element.find(".//img") is None
        return Part.TEXT if paragraphs_only else Part.BOX
    return Part.TEXT if _BOXES.isdisjoint(parts) else Part.BOX


def is_box(element: HtmlElement) -> bool:
    """Whether the element belongs to other matter altogether, pictures included."""
    return element.tag in {"nav", "aside", "footer", "form"} or not _BOXES.isdisjoint(class_parts(element))


def ends_text(block: Block) -> bool:
    """Whether the line is the heading of what follows a text: other news, comments, tags."""
    if block.words > _HEADING_WORDS:
        return False
    return bool(_END.match(block.text) or _END_ALONE.fullmatch(block.text.rstrip(" :：.")))


def is_no_text(block: Block) -> bool:
    """Whether the line is a button, a counter, a caption, or points to another piece."""
    text = block.text
    if _BUTTON.match(text) or _POINTER.match(text) or not folded(text) or _is_caption(block):
        return True
    # A whole line in a link, without a full stop, is the headline of another piece.
    if not block.is_linked or block.words < 4 or re.search(r"[.!?…:;]$", text):
        return False
    return not any(links_attachment(a) for a in block.element.iter("a"))


def is_caption(block: Block, container: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether the line stands under a picture of the container: by its element, by what frames it, or by its look.

    Args:
        block: The line.
        container: What is looked at up to here.
        known: What was found of elements before, for the lines of the same container.
    """
    if block.words > CAPTION_WORDS:
        return next((True for node in _within(block.element, container) if node.tag == "figcaption"), False)
    path, is_framed = [], False
    for node in _within(block.element, container):
        if node in known:
            is_framed = known[node]
            break
        path.append(node)
        if _holds_caption(node):
            is_framed = True
            break
    known.update(dict.fromkeys(path, is_framed))
    return is_framed or _is_caption(block)


def _within(element: HtmlElement, container: HtmlElement) -> Iterator[HtmlElement]:
    return takewhile(lambda node: node is not container, (element, *element.iterancestors()))


def _holds_caption(node: HtmlElement) -> bool:
    return (
        node.tag == "figcaption"
        or (node.tag == "figure" and judge_element(node) is Part.BOX)
        or not _CAPTIONS.isdisjoint(class_parts(node))
        or _frames_picture(node)
    )


def is_heading_matter(block: Block, title: str) -> bool:
    """Whether the line repeats the headline or tells the date."""
    words = folded(block.text)
    if not words or folded(title) in {words, folded(split_trailing_date(block.text)[0])}:
        return True
    return block.words <= SHORT and not block.is_heading and read_date_line(block.text) is not None


def links_attachment(link: HtmlElement) -> bool:
    """Whether a link leads to a document file."""
    return bool(_ATTACHMENT.search(link.get("href") or ""))


def is_set_apart(block: Block) -> bool:
    """Whether the line is bold, slanted, right-aligned or of a class of its own, as by-lines are."""
    return (
        block.is_strong or block.is_slanted or is_aligned(block, "right") or bool(BYLINES & class_parts(block.element))
    )


def is_aligned(block: Block, side: str) -> bool:
    """Whether the line or what holds it is aligned to that side."""
    for node in (block.element, block.element.getparent()):
        if node is None:
            continue
        style = (node.get("style") or "").replace(" ", "").lower()
        if f"text-align:{side}" in style or (node.get("align") or "").lower() == side or side in class_parts(node):
            return True
    return False


def _frames_picture(element: HtmlElement) -> bool:
    """Whether it is a table that old editors put around a picture and its caption."""
    return element.tag == "table" and element.find(".//img") is not None and _count_words(element) <= CAPTION_WORDS


def _is_caption(block: Block) -> bool:
    if block.words > CAPTION_WORDS:
        return False
    if is_picture_credit(block.text):
        return True
    if not block.after_image or block.is_heading:
        return False
    return block.is_slanted or is_aligned(block, "center") or bool(_OF_PICTURE.search(block.text))


def _count_words(element: HtmlElement) -> int:
    return len(element.text_content().split())
