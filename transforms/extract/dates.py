"""Dates as Vietnamese pages write them: day before month, local time, words or figures.

No date rather than a wrong one: a line that is prose, a licence, a footer, or whose weekday contradicts its date gives
nothing.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# Viet Nam went online on 19 November 1997; no web page of ours is older.
EARLIEST = date(1997, 11, 19)
# Clocks of servers differ and zones get lost: one day of grace before a date counts as future.
GRACE = timedelta(days=1)

_MONTHS = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
# Months of the languages that papers abroad are written in, as they stand in dates; January first.
_ABROAD = (
    "january jan januar januari janvier janv enero ene gennaio gen janeiro jän jänner stycznia января січня ocak ledna",
    "february feb febr februar februari février fevrier févr febrero febbraio fevereiro fev lutego февраля şubat února",
    "march mar märz mär maart mrt mars marzo março marts marca марта березня mart března maret",
    "april apr avril avr abril abr aprile kwietnia апреля квітня nisan dubna",
    "may mai maj mayo maggio maio mei maja мая травня mayıs května mag",
    "june jun juni juin junio giugno giu junho czerwca июня червня haziran června jun",
    "july jul juli juillet juil julio luglio lug julho lipca июля липня temmuz července",
    "august aug augustus augusti août aout agosto ago sierpnia августа серпня ağustos srpna agustus",
    "september sep sept septembre septiembre settembre set setembro września сентября вересня eylül září",
    "october oct oktober okt octobre octubre ottobre ott outubro out października октября жовтня ekim října",
    "november nov novembre noviembre novembro listopada ноября листопада kasım listopadu",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro desember des grudnia декабря aralık",
)
_MONTHS_ABROAD = {name: number for number, names in enumerate(_ABROAD, 1) for name in names.split()}
_WEEKDAYS = {
    "hai": 0, "2": 0, "ba": 1, "3": 1, "tư": 2, "4": 2, "năm": 3, "5": 3, "sáu": 4, "6": 4, "bảy": 5, "bẩy": 5, "7": 5,
}  # fmt: skip

_MONTH_WORD = r"mười\s+một|mười\s+hai|một|giêng|hai|ba|tư|bốn|năm|sáu|bảy|bẩy|tám|chín|mười|chạp|\d{1,2}"
_ENGLISH_WORD = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_WORD_ABROAD = "|".join(sorted(_MONTHS_ABROAD, key=len, reverse=True))
# Not a piece of a longer figure, nor of a document's number such as 07/06/2022/TT-BLĐ.
_BEFORE = r"(?<![\w/])(?<!\d[.\-])"
_AFTER = r"(?!\d)(?!\s?/\s?\w)(?!-\w)"
_DATE = re.compile(
    rf"""{_BEFORE}(?:
      (?P<d1>\d{{1,2}})\s?(?P<sep>[/.\-])\s?(?P<m1>\d{{1,2}})\s?(?P=sep)\s?(?P<y1>\d{{4}}){_AFTER}
    | (?P<y2>\d{{4}})(?P<sep2>[/.\-])(?P<m2>\d{{1,2}})(?P=sep2)(?P<d2>\d{{1,2}})(?=t\d|\b){_AFTER}
    | (?P<d3>\d{{1,2}})[\s,/]*(?:tháng|thg|th)[\s.]*(?P<m3>{_MONTH_WORD})\b[\s,/]*(?:năm\s+)?(?P<y3>\d{{4}})\b
    | (?:tháng|thg|th)[\s.]*(?P<m4>{_MONTH_WORD})\b\s+(?P<d4>\d{{1,2}})\s*,\s*(?:năm\s+)?(?P<y4>\d{{4}})\b
    | (?P<d5>\d{{1,2}})(?:\.|st|nd|rd|th|er|º|ª)?[\s\-]+(?:de\s|of\s)?(?P<m5>{_WORD_ABROAD})\b[\s.,\-]+
      (?:de\s|del\s)?(?P<y5>\d{{4}})\b
    | (?P<m6>{_ENGLISH_WORD})\.?\s+(?P<d6>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|\s+)(?P<y6>\d{{4}})\b
    | (?P<y7>\d{{4}})\s?[年년]\s?(?P<m7>\d{{1,2}})\s?[月월]\s?(?P<d7>\d{{1,2}})\s?[日일]
    )""",
    re.VERBOSE,
)
_TIME = r"(?P<h>\d{1,2})\s?(?::|giờ|h|g)\s?(?:(?P<min>\d{2})(?:\s?(?::|phút|')\s?(?P<s>\d{2})?)?(?:\.\d+)?)?(?!\d)"
_HALF = r"(?:\s?(?P<half>a\.?m\.?|p\.?m\.?|sa|ch|sáng|chiều|tối)(?!\w))?"
_ZONE = r"(?:\s?\(?\s?(?:gmt|utc)?\s?(?P<zone>[+\-]\d{1,2}(?::?\d{2})?|z\b)\s?\)?)?"
# Bullets, dashes, icons; apart from the plain signs, so that there is one way only to match a run of them.
_SIGN = r"[^\x00-\xff\w\s]"
_TIME_AFTER = re.compile(
    rf"(?:[ ,;|·()\-]|{_SIGN}|(?:thứ\s?\w+|chủ\s?nhật)\b|lúc|vào|hồi|at\b|um\b|t(?=\d))*{_TIME}{_HALF}{_ZONE}"
)
_TIME_BEFORE = re.compile(
    rf"(?<![\d:]){_TIME}{_HALF}{_ZONE}(?:[ ,;|·)\-]|{_SIGN}|\bngày\b|(?:thứ\s?(?:\w+)|chủ\s?nhật|cn|t[2-7])\b)*$"
)
_WEEKDAY = re.compile(
    r"\b(?:(?:thứ|t\.)\s?(?P<word>hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|t(?P<short>[2-7])|(?P<sunday>ch(?:ủ|úa)\s?nhật|cn)"
    r"|(?P<english>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b"
)
_MODIFIED = re.compile(
    r"cập nhật|chỉnh sửa|sửa đổi|sửa lần cuối|lần sửa|thay đổi|updated?|modified"
    r"|aktualisiert|mis à jour|modifié|actualizado|atualizado|aggiornato|обновлено|güncelle|bijgewerkt|oppdatert"
)
_PUBLISHED = re.compile(
    r"đăng|xuất bản|ngày tạo|ngày viết|đưa tin|gửi lúc|published|posted|veröffentlicht|publi(?:é|cado)"
)
# Lines whose date is that of something else.
_FOREIGN = re.compile(
    r"giấy phép|\bgp\b|bản quyền|copyright|©|cấp ngày|ban hành|hiệu lực|hết hạn|hôm nay|bây giờ|hiện tại|sinh ngày"
    r"|thành lập|khai giảng|hạn nộp|khai mạc|có thể bạn|\btừ ngày\b|\bđến ngày\b|\bkể từ\b|quyết định|nghị quyết"
    r"|\b(?:từ|đến|tới) (?:ngày )?\d|công văn|\bhết ngày\b|\btrước ngày\b|\bsau ngày\b|diễn ra|tổ chức"
)
_LABELS = frozenset(
    (
        "ngày",
        "lúc",
        "đăng",
        "cập",
        "nhật",
        "lượt",
        "xem",
        "đã",
        "người",
        "gửi",
        "bởi",
        "tạo",
        "tác",
        "giả",
        "bài",
        "viết",
    )
)
_PROSE_START = re.compile(r"^(?:sáng|chiều|tối|trưa|đêm|vừa qua|trong ngày|vào|hôm)\b")
# A date line carries at most a place, a name, a section and a counter beside the date.
_MAX_RESIDUE = 10
# Places and names are capitalised; a section's name has at most four small words, a sentence more.
_SMALL_WORDS = 5
_TRAILING = re.compile(
    r"(?:[\s,|(–-]|(?:thứ\s\w+|chủ nhật)\b)*"
    r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?:[\s,|–-]+\d{1,2}:\d{2}(?::\d{2})?)?[\s)]*$",
    re.IGNORECASE,
)
_LONGEST_DATE = 60
_YEAR = re.compile(r"\d{4}")
# "Chủ nhật, ngày " before the figures, " (Chủ nhật)" behind them.
_WEEKDAY_ROOM = 16
_EDGE = " ,;:|•·()[]–—-"
_MACHINE = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"(?:[T\s]\s?(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?\s?(?P<zone>Z|[+\-]\d{2}:?\d{2}|[+\-]\d{1,2})?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date that was read.

    Attributes:
        at: Aware, in Asia/Ho_Chi_Minh; midnight where only the day is known.
        has_time: Whether the page states the time of day.
    """

    at: datetime
    has_time: bool


@dataclass(frozen=True, slots=True)
class DateLine:
    """What a visible date line says.

    Attributes:
        published: Date of publication.
        modified: Date of the last edit.
        labelled: Whether the line says in words that this is the publication.
        rest: What the line says beside its dates, as written.
    """

    published: Moment | None
    modified: Moment | None
    labelled: bool = False
    rest: tuple[str, ...] = ()


def plausible(at: datetime, fetched_at: datetime | None) -> bool:
    """Whether a page fetched then can have been published at this time."""
    if at.astimezone(VIETNAM).date() < EARLIEST:
        return False
    if fetched_at is None:
        return True
    limit = fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC)
    return at <= limit + GRACE


def parse_machine(text: str) -> Moment | None:
    """Read a date meant for machines: ISO 8601 with small liberties, or RFC 822; day-first figures as a last resort.

    A time without a zone is local. Anything malformed gives nothing.
    """
    text = unicodedata.normalize("NFC", text).strip()
    if match := _MACHINE.fullmatch(text):
        part = match.groupdict()
        has_time = part["h"] is not None
        return _moment(
            int(part["y"]), int(part["m"]), int(part["d"]), int(part["h"] or 0), int(part["min"] or 0),
            int(part["s"] or 0), part["zone"], has_time=has_time,
        )  # fmt: skip
    if re.match(r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{4} \d", text):
        try:
            at = parsedate_to_datetime(text)
            at = at if at.tzinfo else at.replace(tzinfo=VIETNAM)
            return Moment(at.astimezone(VIETNAM), has_time=True)
        except (ValueError, OverflowError, TypeError):
            return None
    if re.match(r"\d{4}", text) or len(text) > 60:
        return None
    line = read_date_line(text)
    return line.published if line else None


def read_date_line(text: str) -> DateLine | None:
    """Read a visible line that is there to tell the date; prose and foreign dates give nothing.

    Args:
        text: One line, e.g. `Thứ năm - 31/08/2023 22:11` or `Đăng ngày 07 tháng 6 năm 2022`.
    """
    # Nearly every line shows without further ado that it tells no year.
    return _read_line(text) if len(text) <= 200 and _YEAR.search(text) else None


# Rules for title, date, lead and author ask of the same lines.
@lru_cache(maxsize=2048)
def _read_line(text: str) -> DateLine | None:
    shown = " ".join(unicodedata.normalize("NFC", text).split())
    # Lower case of the same length, so that spans hold in both.
    line = shown.lower()
    if len(line) != len(shown):
        line = "".join(c.lower() if len(c.lower()) == 1 else c for c in shown)
    matches = list(_DATE.finditer(line))
    if not matches or _FOREIGN.search(line):
        return None
    residue, published, modified, labelled, last = [], None, None, False, 0
    for match in matches:
        read = _read_match(line, match, last)
        if read is None:
            return None
        moment, start, end = read
        label = line[last:start]
        residue.append(shown[last:start])
        last = end
        if _MODIFIED.search(label):
            modified = modified or moment
        elif published is None:
            published, labelled = moment, bool(_PUBLISHED.search(label))
        elif published.at != moment.at:
            # Two unlabelled dates on one line are a period, not a publication.
            return None
    if _is_prose(" ".join([*residue, shown[last:]]).strip(_EDGE), full_stop=shown.endswith(".")):
        return None
    rest = (part.strip(_EDGE) for part in (*residue, shown[last:]))
    return DateLine(published, modified, labelled, tuple(part for part in rest if part))


def _is_prose(rest: str, *, full_stop: bool) -> bool:
    """Whether what is left of a line without its dates is a sentence."""
    words = [w for w in re.findall(r"[^\W\d_]+", rest) if w.lower() not in _LABELS]
    small = sum(w[0].islower() for w in words)
    return (
        len(words) > _MAX_RESIDUE
        or small >= (2 if full_stop else _SMALL_WORDS)
        or bool(_PROSE_START.match(rest.lower()) or re.search(r"\w{3,}[.!?]\s+\w{3,}", rest))
    )


def split_trailing_date(text: str) -> tuple[str, DateLine | None]:
    """Part a headline from the date that some sites glue behind it."""
    start = max(0, len(text) - _LONGEST_DATE)
    match = _TRAILING.search(text, start)
    line = read_date_line(match[0]) if match and match.start() else None
    return (text[: match.start()].strip(), line) if match and line else (text, None)


def _read_match(line: str, match: re.Match[str], floor: int) -> tuple[Moment, int, int] | None:
    """One date with its time and weekday: the moment and the span it takes; None if they contradict each other."""
    part = {k[0]: v for k, v in match.groupdict().items() if v is not None and not k.startswith("sep")}
    year, month, day = int(part["y"]), _month(part["m"]), int(part["d"])
    start, end = match.span()
    hour = minute = second = 0
    zone: str | None = None
    has_time = False
    time = _TIME_AFTER.match(line, end) or _TIME_BEFORE.search(line, floor, start)
    if time and (time["min"] or re.search(r"\d\s?(?:h|giờ)", time[0])):
        hour, minute, second = int(time["h"]), int(time["min"] or 0), int(time["s"] or 0)
        if (time["half"] or "").replace(".", "") in {"pm", "ch", "chiều", "tối"} and hour < 12:
            hour += 12
        zone, has_time = time["zone"], True
        start, end = min(start, time.start()), max(end, time.end())
    moment = _moment(year, month, day, hour, minute, second, zone, has_time=has_time)
    if moment is None:
        return None
    around = [
        *_WEEKDAY.finditer(line, max(floor, start - _WEEKDAY_ROOM), match.start()),
        *_WEEKDAY.finditer(line, match.end(), end + _WEEKDAY_ROOM),
    ]
    for weekday in around:
        # "Thu" is a name too, "Sun" a company: English short forms go with English months.
        if weekday["english"] and not weekday[0].endswith("day") and not match["m5"] and not match["m6"]:
            continue
        if _weekday(weekday) != date(year, month, day).weekday():
            return None
        start, end = min(start, weekday.start()), max(end, weekday.end())
    return moment, start, end


def _month(word: str) -> int:
    word = " ".join(word.split())
    if word.isdigit():
        return int(word)
    return _MONTHS[word] if word in _MONTHS else _MONTHS_ABROAD.get(word) or _MONTHS_ABROAD[word[:3]]


def _weekday(match: re.Match[str]) -> int:
    if match["sunday"]:
        return 6
    if match["english"]:
        return ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(match["english"][:3])
    return _WEEKDAYS[match["word"] or match["short"]]


def _moment(
    year: int, month: int, day: int, hour: int, minute: int, second: int, zone: str | None, *, has_time: bool
) -> Moment | None:
    try:
        at = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_zone(zone)).astimezone(VIETNAM)
    except (ValueError, OverflowError):
        return None
    return Moment(at, has_time) if at.date() >= EARLIEST else None


def _zone(text: str | None) -> timezone | ZoneInfo:
    if not text:
        return VIETNAM
    if text.casefold() == "z":
        return UTC
    figures = text[1:].replace(":", "")
    hours, minutes = (int(figures), 0) if len(figures) <= 2 else (int(figures[:-2]), int(figures[-2:]))
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
