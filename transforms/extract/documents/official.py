"""What an official document says of itself, in the layout that Nghị định 30/2020/NĐ-CP lays down.

Issuer, number, place and day stand above; then the kind ("KẾ HOẠCH") with its subject, or "V/v …" under the number of a
letter; then the text, and at the end whom it is for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from transforms.extract.dates import VIETNAM

# Heading matter ends within so many lines.
_HEAD = 40
_MOTTO = re.compile(
    r"CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM|Độc lập\s*[-–—]\s*Tự do\s*[-–—]\s*Hạnh phúc|ĐẢNG CỘNG SẢN VIỆT NAM",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[\s\-–—_*=.…]*$")
_PAGE_NUMBER = re.compile(r"^\W*(?:trang\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?\W*$", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\w)Số\s*[:.]?\s*(?P<number>[\w./&\s-]*?/[\s-]*[A-ZĐ][\w.&/-]*)", re.UNICODE)
_SIGN = re.compile(r"\d{1,5}[A-Za-zĐđ]?(?:-\d{1,3})?/(?:\d{4}/)?[A-ZĐ][A-ZĐa-zđ]*[\w.&/-]*")
_BLANK = r"[\s.…_]*"
_PLACE_DATE = re.compile(
    rf"(?P<place>(?:[A-ZĐÀ-Ỹ][\w.]*\s*){{1,5}})[,.]?\s*ngày{_BLANK}(?P<day>\d{{0,2}}){_BLANK}tháng{_BLANK}(?P<month>\d{{0,2}})"
    rf"{_BLANK}năm{_BLANK}(?P<year>\d{{0,4}}){_BLANK}$"
)
# Minutes and reports of some bodies have the place line above the signature.
_TAIL = 25
_KINDS = (
    *(
        "quyết định",
        "kế hoạch",
        "thông báo",
        "báo cáo",
        "hướng dẫn",
        "tờ trình",
        "nghị quyết",
        "chỉ thị",
        "chương trình",
    ),
    *(
        "đề án",
        "phương án",
        "công điện",
        "giấy mời",
        "thư mời",
        "quy chế",
        "quy định",
        "kết luận",
        "đề cương",
        "thông tư",
    ),
    *("nghị định", "biên bản", "lịch công tác", "lịch tiếp công dân", "công văn", "thư ngỏ", "quy trình", "danh mục"),
)
# "SỞ KẾ HOẠCH VÀ ĐẦU TƯ" is an issuer whose name may be broken before the word.
_KIND = re.compile(rf"^\W*(?P<kind>{'|'.join(_KINDS)})\b(?! và đầu tư)(?P<rest>.*)$", re.IGNORECASE)
_ABOUT = re.compile(r"\bV/v:?\s*(?P<subject>.*)$", re.IGNORECASE)
_NOTICES = frozenset(("thông báo", "giấy mời", "thư mời", "lịch công tác", "lịch tiếp công dân", "thư ngỏ"))
_CONTINUES = re.compile(r"^(?:tỉnh|huyện|thành phố|thị xã|xã|phường|thị trấn|và|-|–|ban quản lý)\b", re.IGNORECASE)
# What a text begins with; subjects do not.
_BEGINS = re.compile(
    r"^\W*(?:căn cứ|thực hiện|kính gửi|theo |xét |để |nhằm |ngày \d|trong |trên cơ sở|thi hành|triển khai thực hiện"
    r"|[IVX]{1,4}\s*[.–-]|\d{1,2}\s*[.)]|[A-Z]\s*[.)]|điều \d|phần |chương "
    r"|(?:chủ tịch|giám đốc|hiệu trưởng|trưởng|bộ trưởng)\b"
    r"|(?:ỷ|ủ)y ban nhân dân|uỷ ban|ubnd|hội đồng|ban (?:chấp hành|thường vụ|giám hiệu)|sở )",
    re.IGNORECASE,
)
_SUBJECT_LINES = 5
# Share of the widest lines, and letters at most.
_NARROW, _SUBJECT_LETTERS = 0.8, 75
_RECIPIENTS = re.compile(r"^\W*nơi nhận\b", re.IGNORECASE)
_ANNEX = re.compile(r"^\W*(?:phụ lục|mẫu số|biểu số|danh sách)\b", re.IGNORECASE)
_MIN_TITLE_WORDS = 3


@dataclass(frozen=True, slots=True)
class Official:
    """A document's heading, read.

    Attributes:
        title: Kind and subject in one line; empty where there is neither.
        title_rule: `document:heading` (kind and subject), `document:subject` (V/v) or `document:first_line`.
        kind: Kind in lower case; empty where none is stated.
        number: Its sign, `1584/QĐ-UBND`; empty where it is blank or missing.
        issuer: Who issued it, as it stands there.
        signed_at: Midnight of the day of the place line; None where a part of it is blank.
        body: Lines of the text, without heading, page numbers and recipients.
    """

    title: str
    title_rule: str
    kind: str
    number: str
    issuer: str
    signed_at: datetime | None
    body: tuple[str, ...]

    @property
    def is_notice(self) -> bool:
        """Whether it announces or invites rather than rules."""
        return self.kind in _NOTICES


def read_official(lines: Sequence[str]) -> Official:
    """Read the heading of a document and part it from the text.

    Args:
        lines: Clean lines in reading order; what stands side by side on paper may share one.
    """
    shown = [line for line in lines if line and not _RULE.match(line) and not _PAGE_NUMBER.match(line)]
    head = shown[:_HEAD]
    number, signed_at = "", None
    has_number = has_place = False
    is_above = True
    rests: list[str] = []
    for line in head:
        rest = _MOTTO.sub("", line)
        if not has_number and (stated := _NUMBER.search(rest)):
            sign = _SIGN.search(re.sub(r"\s+", "", stated["number"]))
            number, has_number = sign[0] if sign else "", True
            rest = rest.replace(stated[0], "")
        is_above = is_above and (rest.isupper() or not _BEGINS.match(rest)) and _first_of_kind([rest]) is None
        if is_above and not has_place and (place := _PLACE_DATE.search(rest)):
            signed_at, has_place = _day(place), True
            rest = rest.replace(place[0], "")
        rests.append(rest.strip())
    if not has_place:
        signed_at = next((_day(m) for m in map(_PLACE_DATE.fullmatch, reversed(shown[-_TAIL:])) if m), None)
    widths = sorted(map(len, shown))
    room = min(_NARROW * widths[-max(1, len(widths) // 10)], _SUBJECT_LETTERS) if widths else 0.0
    start = _first_of_kind(rests)
    letter = next(
        (i for i, rest in enumerate(rests[: start if start is not None else None]) if _ABOUT.search(rest)), None
    )
    if start is not None and letter is None:
        match = _KIND.match(rests[start])
        assert match is not None
        kind = match["kind"].lower()
        subject, end = _subject(match["rest"], rests, start + 1, room)
        title, rule = f"{kind.capitalize()} {_about(subject)}".strip(), "document:heading"
        issuer = _issuer(rests[:start])
    elif letter is not None:
        about = _ABOUT.search(rests[letter])
        assert about is not None
        kind, rule = "công văn", "document:subject"
        subject, end = _subject(about["subject"], rests, letter + 1, room)
        title = f"Công văn về việc {subject}" if subject else ""
        issuer = _issuer(rests[:letter])
    else:
        kind, rule, issuer = "", "document:first_line", ""
        end = next((i for i, r in enumerate(rests) if len(r.split()) >= _MIN_TITLE_WORDS), len(rests))
        title = rests[end] if end < len(rests) else ""
        end += 1
    body = _without_recipients([*(r for r in rests[end:] if r), *shown[_HEAD:]])
    return Official(title, rule if title else "", kind, number, issuer, signed_at, tuple(body))


def _first_of_kind(lines: Sequence[str]) -> int | None:
    """Where the kind stands: a line of capitals."""
    for index, line in enumerate(lines):
        match = _KIND.match(line)
        if match and match["kind"].isupper() and (match["rest"].isupper() or not match["rest"].strip(" .:*")):
            return index
    return None


def _subject(begun: str, lines: Sequence[str], start: int, room: float) -> tuple[str, int]:
    """(subject, where the text begins)."""
    parts = [begun.strip(" .:*–-")] if begun.strip(" .:*–-") else []
    index = start
    while index < len(lines) and len(parts) < _SUBJECT_LINES:
        line = lines[index]
        if line and not _goes_on(line, parts, room):
            break
        index += 1
        parts += [line] if line else []
    return " ".join(parts).rstrip(" .;:"), index


def _goes_on(line: str, parts: Sequence[str], room: float) -> bool:
    """Whether a line belongs to a subject that has begun: subjects are set narrower than the text."""
    if _BEGINS.match(line) or line.endswith((".", ";", ":")):
        return False
    return not parts or line[0].islower() or (len(line) <= room and line[0] not in '“"-+')


def _about(subject: str) -> str:
    """The subject as it goes on after the kind."""
    return re.sub(r"^(?:V/v:?|Về việc|Về)\b", lambda m: "về" if m[0] == "Về" else "về việc", subject)


def _issuer(lines: Sequence[str]) -> str:
    """The last name above the number: what stands over it is the parent body."""
    named = [line.strip(" -–_*") for line in lines if line.strip(" -–_*") and line.upper() == line]
    if not named:
        return ""
    name = named.pop()
    while named and _CONTINUES.match(name):
        name = f"{named.pop()} {name}"
    return name


def _day(place: re.Match[str]) -> datetime | None:
    try:
        # A year of two figures is a form that was not filled in.
        if len(place["year"]) < 4:
            return None
        return datetime(int(place["year"]), int(place["month"]), int(place["day"]), tzinfo=VIETNAM)
    except ValueError:
        return None


def _without_recipients(lines: Sequence[str]) -> list[str]:
    kept, away = [], False
    for line in lines:
        if _RECIPIENTS.match(line):
            away = True
        elif _ANNEX.match(line) or _first_of_kind([line]) is not None:
            # What is issued by the document follows its signature.
            away = False
        if not away:
            kept.append(line)
    return kept
