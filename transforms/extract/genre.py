"""Form of a piece, by thin rules: what it carries, what it calls itself, how long it is."""

import re
from collections.abc import Sequence

# Shorter than this is a news item, not an article; the plan's report counts both apart.
NEWS_ITEM_SYLLABLES = 300
_PICTURE_TITLE = re.compile(r"^\W*(?:\[?(?:chùm |phóng sự )?ảnh\]?\s*[:\]|-]|\[ảnh\]|infographic)", re.IGNORECASE)
_QUESTION = re.compile(r"^\W*(?:pv|phóng viên|p\.v|hỏi)\b[^:]{0,30}:", re.IGNORECASE)
_INTERVIEW = re.compile(r"\bphỏng vấn\b|\bcuộc trao đổi\b.{0,40}\bvới\b|\btọa đàm\b|\btoạ đàm\b", re.IGNORECASE)
_REPORTAGE = re.compile(r"\bphóng sự\b|\bký sự\b|\bghi chép\b", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"^\W*(?i:công văn|kế hoạch|quyết định|nghị quyết|chỉ thị|thông tư|hướng dẫn|báo cáo|công điện|văn bản)\b.*"
    r"\b\d+\s*/\s*(?:\d{4}\s*/\s*)?[A-ZĐ]"
)
_FORMAL = re.compile(
    r"^\W*(?:kính gửi|nơi nhận|căn cứ (?:luật|nghị định|nghị quyết|quyết định|kế hoạch))\b", re.IGNORECASE
)
_DOCUMENT_SECTION = re.compile(r"^\W*(?:văn bản|hệ thống văn bản|vbqppl)", re.IGNORECASE)
_NOTICE = re.compile(r"^\W*thông báo\b", re.IGNORECASE)


def tell_genre(
    *,
    title: str,
    lead: str,
    lines: Sequence[str],
    section: str,
    tags: Sequence[str],
    syllables: int,
    images: int,
    has_video: bool,
    attachments: int,
) -> str:
    """Form of the piece.

    Args:
        title: Headline.
        lead: Opening summary.
        lines: Paragraphs of the body.
        section: Section as the page names it.
        tags: Tags as the page names them.
        syllables: Of lead and body.
        images: Number of images in the body.
        has_video: Whether it carries a programme.
        attachments: Number of linked documents in the body.

    Returns:
        One of `tin`, `bai`, `phong_su`, `anh`, `video`, `phong_van`, `van_ban`, `thong_bao`.
    """
    named = " | ".join([title, section, *tags])
    if _REPORTAGE.search(named):
        return "phong_su"
    if has_video:
        return "video"
    # A picture story has a picture for every few lines.
    if _PICTURE_TITLE.match(title) or (images >= 5 and syllables < 60 * images):
        return "anh"
    questions = sum(bool(_QUESTION.match(line)) for line in lines)
    if questions >= 2 or (questions and _INTERVIEW.search(f"{named} | {lead}")):
        return "phong_van"
    if _is_document(title, lines, section, attachments):
        return "van_ban"
    if _NOTICE.match(title):
        return "thong_bao"
    return "tin" if syllables <= NEWS_ITEM_SYLLABLES else "bai"


def _is_document(title: str, lines: Sequence[str], section: str, attachments: int) -> bool:
    """Whether it is the document itself; news about a document also name it in the headline."""
    if _DOCUMENT_SECTION.match(section):
        return True
    return bool(_DOCUMENT.match(title)) and (attachments > 0 or any(_FORMAL.match(line) for line in lines))
