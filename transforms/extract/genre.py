"""Form of a piece, by thin rules: what it carries, what it calls itself, how long it is."""

import re
from collections.abc import Sequence

# Shorter than this is a news item, not an article; the plan's report counts both apart.
NEWS_ITEM_SYLLABLES = 300
# A programme beside a text of this length is its picture; beside a shorter one it is the piece.
_PROGRAMME_SYLLABLES = NEWS_ITEM_SYLLABLES
# Names of forms as sections, tags and the word before a headline have them.
_PICTURES = re.compile(r"(?:chùm |phóng sự |bộ |tin )?ảnh|photo|infographics?|đồ họa", re.IGNORECASE)
_PROGRAMMES = re.compile(
    r"video(?: clip)?|clip|truyền hình|phát thanh|podcasts?|audio|bản tin (?:truyền hình|phát thanh|thời sự)",
    re.IGNORECASE,
)
_REPORTAGE = "phóng sự|ký sự|bút ký|ghi chép|ghi nhanh"
_TALK = "phỏng vấn|tọa đàm|toạ đàm|đối thoại|giao lưu trực tuyến|trò chuyện|talk ?show"
_REPORTAGES = re.compile(rf"(?:{_REPORTAGE})(?:\s*[-–,&]\s*(?:{_REPORTAGE}|điều tra|video))*", re.IGNORECASE)
_TALKS = re.compile(rf"(?:{_TALK})(?:\s*[-–,&]\s*(?:{_TALK}))*", re.IGNORECASE)
# The name of a form before the headline: "[Video] …", "Phóng sự: …", "Chùm ảnh - …".
_KICKER = re.compile(r"^\W*(?P<name>[^\W\d_][^:\]|–]{1,30}?)\s*(?:[:\]|–]|\s-\s)")
_QUESTION = re.compile(r"^\W*(?:pv|phóng viên|p\.v|hỏi|btv|mc)\b[^:]{0,30}:", re.IGNORECASE)
_INTERVIEW = re.compile(r"\bphỏng vấn\b|\bcuộc trao đổi\b.{0,40}\bvới\b|\btọa đàm\b|\btoạ đàm\b", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"^\W*(?i:công văn|kế hoạch|quyết định|nghị quyết|chỉ thị|thông tư|hướng dẫn|báo cáo|công điện|văn bản)\b.*"
    r"\b\d+\s*/\s*(?:\d{4}\s*/\s*)?[A-ZĐ]"
)
_FORMAL = re.compile(
    r"^\W*(?:kính gửi|nơi nhận|căn cứ (?:luật|nghị định|nghị quyết|quyết định|kế hoạch))\b", re.IGNORECASE
)
_DOCUMENT_SECTION = re.compile(r"^\W*(?:văn bản|hệ thống văn bản|vbqppl)", re.IGNORECASE)
_NOTICE = re.compile(r"^\W*(?:thông báo|thông tin tuyển (?:sinh|dụng)|giấy mời|thư mời)\b", re.IGNORECASE)
_NOTICE_SECTION = re.compile(r"^\W*thông báo\W*$", re.IGNORECASE)


def tell_genre(
    *,
    title: str,
    lead: str,
    lines: Sequence[str],
    section: str,
    tags: Sequence[str],
    syllables: int,
    images: int,
    videos: int,
    attachments: int,
) -> str:
    """Form of the piece, as the report of the plan counts pieces.

    What names itself comes first: a section, a tag, or the word before the headline. Then comes what it carries, how it
    speaks, and its length.

    Args:
        title: Headline.
        lead: Opening summary.
        lines: Paragraphs of the body.
        section: Section as the page names it.
        tags: Tags as the page names them.
        syllables: Of lead and body.
        images: Number of images in the body.
        videos: Number of programmes it carries.
        attachments: Number of linked documents in the body.

    Returns:
        One of `tin`, `bai`, `phong_su`, `anh`, `video`, `phong_van`, `van_ban`, `thong_bao`.
    """
    kicker = _KICKER.match(title)
    names = [n.strip() for n in (kicker["name"] if kicker else "", *re.split(r"[/>»]", section), *tags)]
    # A picture story has a picture for every few lines.
    if _any(_PICTURES, names) or (images >= 5 and syllables < 60 * images):
        return "anh"
    if _any(_REPORTAGES, names):
        return "phong_su"
    questions = sum(bool(_QUESTION.match(line)) for line in lines)
    if _any(_TALKS, names) or questions >= 2 or (questions and _INTERVIEW.search(f"{title} | {section} | {lead}")):
        return "phong_van"
    if videos and (syllables <= _PROGRAMME_SYLLABLES or _any(_PROGRAMMES, names)):
        return "video"
    if _is_document(title, lines, section, attachments):
        return "van_ban"
    if _NOTICE.match(title) or _NOTICE_SECTION.match(section):
        return "thong_bao"
    return "tin" if syllables <= NEWS_ITEM_SYLLABLES else "bai"


def _any(form: re.Pattern[str], names: Sequence[str]) -> bool:
    return any(form.fullmatch(name) for name in names)


def _is_document(title: str, lines: Sequence[str], section: str, attachments: int) -> bool:
    """Whether it is the document itself; news about a document also name it in the headline."""
    if _DOCUMENT_SECTION.match(section):
        return True
    return bool(_DOCUMENT.match(title)) and (attachments > 0 or any(_FORMAL.match(line) for line in lines))
