"""Who wrote it and whom it was taken from: by-lines and credit lines, told from ordinary short lines."""

import re
import unicodedata
from collections.abc import Collection
from enum import Enum, auto
from functools import lru_cache

from transforms.extract.wording import clean, folded

# Accounts and bodies that content systems put where a person should stand.
_NOBODY = re.compile(
    r"^(?:admin\w*|administrator|quản trị(?: viên)?|quan tri|quantri\w*|webmaster|editor|biên tập(?: viên)?"
    r"|user\d*|root|test|tác giả|guest|khách|super ?user|phóng viên|no author|unknown)$"
)
# Everybody who runs the site, so nobody who wrote the piece.
_EDITORS = re.compile(r"^(?:ban biên tập|bbt)$")
_MEDIA = re.compile(
    r"\b(?:báo|tạp chí|cổng thông tin|cổng ttđt|trang thông tin|website|online|portal|news|fanpage|toà soạn|tòa soạn"
    r"|press)\b|\.vn\b|\.com\b|https?:|www\.|@"
)
_CAPITAL = "[A-ZĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ]"
_PREFIX = re.compile(
    r"^(?:(?i:tin|bài|ảnh|video|clip|thực hiện|tác giả(?: bài viết)?|người viết|người đăng|biên soạn|tổng hợp|nội dung"
    r"|nhóm pv|nhóm phóng viên|(?:đăng|viết|gửi) bởi|written by|by)"
    r"(?i:\s*(?:,|và|&|-|–|\+|/)\s*(?:tin|bài|ảnh|video|clip|đồ họa))*\s*[:：]\s*"
    rf"|(?i:pv|phóng viên|(?:(?:được )?(?:đăng|viết|gửi) )?bởi|(?:written |posted )?by|von|par|por)\s+(?={_CAPITAL}))"
)
_ROLE = re.compile(rf"^(?i:biên tập|pv|phóng viên)\s*:?\s+(?={_CAPITAL})")
# They made the pictures, not the piece.
_CREW = re.compile(rf"^(?i:quay phim|kỹ thuật|dựng phim|đạo diễn|trình bày|đồ họa)\s*:?\s+(?={_CAPITAL})")
_ONLY_PICTURES = re.compile(r"^(?:ảnh|video|clip|đồ họa|nguồn ảnh)\s*[:：]", re.IGNORECASE)
# Without a colon only what goes on with a name: "Nguồn nhân lực" and "Theo kế hoạch" begin sentences.
_CREDIT = re.compile(
    r"^[\s(\[]*(?:"
    r"(?i:(?:dẫn )?theo|nguồn(?: tin| bài| bài viết)?|trích(?: từ| nguồn)?|sưu tầm|tổng hợp từ)\s*[:：]\s*\S"
    rf"|(?i:(?:dẫn )?theo|trích(?: từ)?|tổng hợp từ)\s+(?:{_CAPITAL}|(?i:báo|đài|cổng|trang|tạp chí|website)\b))"
)
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]{2,80})[)\]]\s*$")
# A by-line in brackets of its own: "(Bài, ảnh: …)".
_WRAPPED = re.compile(r"[(\[]([^()\[\]]+)[)\]][.]?")
# Pens, heads and ornaments before a name.
_ICON = re.compile(r"^[^\w(\[]+")
# A label in an element of its own, the name in the next.
_LABEL = re.compile(
    r"(?:tên )?(?:tác giả(?: bài viết)?|người (?:viết|đăng|thực hiện)|phóng viên|biên soạn|bài viết của)\s*[:：]?",
    re.IGNORECASE,
)
# Between a name and the date that shares its line: "Đăng bởi … vào lúc".
_TOWARDS_DATE = re.compile(r"\s+(?:vào(?: lúc| ngày)?|lúc|ngày|on|at)$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[;,&+/|·•]|\s[-–—]\s|\b(?:và|and|und|et|og|och)\b)\s*")
_TRAILING = re.compile(r"\s+và\s+\d+\s+tác giả khác$", re.IGNORECASE)
_INITIALS = re.compile(rf"(?:{_CAPITAL}{{1,4}}\.){{0,4}}{_CAPITAL}{{1,4}}\.?")
# Small words within names of other countries ("Michelle de Oliveira"); never first, never last.
_PARTICLES = frozenset((
    "de", "del", "della", "der", "den", "des", "di", "da", "das", "do", "dos", "du", "van", "von",
    "ten", "ter", "la", "le", "el", "al", "bin", "ibn", "y", "e",
))  # fmt: skip
_WORD_OF_NAME = re.compile(r"[^\W\d_]+(?:['’\-‐‑][^\W\d_]+)*\.?")
# Chinese, Japanese and Korean names are written without spaces and know no capitals.
_EAST_ASIAN = re.compile(r"[\u3400-\u9fff々]{2,4}(?:[ \u3000・][\u3400-\u9fff々]{1,3})?|[\uac00-\ud7a3]{2,4}")
# News agencies sign like authors; as an author who is claimed they are as good as a name.
_AGENCIES = frozenset((
    "ttxvn", "thông tấn xã việt nam", "afp", "agence france presse", "ap", "associated press", "the associated press",
    "reuters", "dpa", "deutsche presse agentur", "sda", "sid", "apa", "epd", "kna", "efe", "ansa", "lusa", "tass",
    "xinhua", "tân hoa xã", "kyodo", "yonhap", "bernama", "anadolu ajansı", "bloomberg", "pa media", "europa press",
))  # fmt: skip
# Words that begin the name of a body, not of a person.
_BODY_WORDS = frozenset((
    "ban", "bộ", "sở", "phòng", "trường", "trung", "hội", "đoàn", "công", "ủy", "uỷ", "ubnd", "hđnd", "đài", "viện",
    "cục", "chi", "tổng", "liên", "thành", "tỉnh", "huyện", "xã", "phường", "thị", "khu", "nhà", "văn", "kính", "nơi",
    "lưu", "nhóm", "tổ", "ảnh", "hình", "số", "mục", "phần", "chương", "điều", "bảng", "biểu", "xem", "tải", "tin",
    "bài", "theo", "nguồn",
))  # fmt: skip
# In capitals nothing but the words tells `ĐOÀN THANH NIÊN` from `ĐOÀN THANH MAI`.
_BODY_START = re.compile(
    r"đoàn (?:thanh niên|trường|xã|phường|huyện|tỉnh|khối|thể)"
    r"|hội (?:đồng|nông|cựu|phụ|chữ|người|liên|sinh|luật|khuyến|nhà)"
    r"|văn (?:phòng|hóa|hoá|thư|nghệ)|chi (?:bộ|hội|đoàn|cục|nhánh)|thành (?:phố|ủy|đoàn)|công (?:an|đoàn|ty|đồng|chức)"
)
_PLACES = frozenset((
    "an giang", "bà rịa", "bình dương", "bình phước", "bình thuận", "bình định", "bạc liêu", "bắc giang", "bắc kạn",
    "bắc ninh", "bến tre", "cao bằng", "cà mau", "cần thơ", "gia lai", "hà giang", "hà nam", "hà nội", "hà tĩnh",
    "hòa bình", "hưng yên", "hải dương", "hải phòng", "hậu giang", "hồ chí minh", "khánh hòa", "kiên giang",
    "kon tum", "lai châu", "long an", "lào cai", "lâm đồng", "lạng sơn", "nam định", "nghệ an", "ninh bình",
    "ninh thuận", "phú thọ", "phú yên", "quảng bình", "quảng nam", "quảng ngãi", "quảng ninh", "quảng trị",
    "sóc trăng", "sơn la", "thanh hóa", "thành phố hồ chí minh", "thái bình", "thái nguyên", "thừa thiên huế",
    "tiền giang", "tp hcm", "trà vinh", "tuyên quang", "tây ninh", "việt nam", "vĩnh long", "vĩnh phúc", "vũng tàu",
    "yên bái", "điện biên", "đà nẵng", "đắk lắk", "đắk nông", "đồng nai", "đồng tháp",
))  # fmt: skip
# Family names of nearly all Vietnamese, but those that rather begin names of places ("Ninh Giang", "Đồng Nai").
_FAMILIES = frozenset((
    "an", "bùi", "bạch", "cao", "chu", "châu", "chử", "cù", "diệp", "doãn", "dương", "giang", "giáp", "hoàng",
    "huỳnh", "hà", "hồ", "hứa", "khúc", "khương", "khổng", "kiều", "la", "lâm", "lã", "lê", "lò", "lý", "lưu",
    "lương", "lại", "lều", "lục", "mai", "mã", "mạc", "mẫn", "nghiêm", "nghê", "nguyễn", "ngô", "nhữ", "ninh",
    "nông", "phan", "phí", "phó", "phùng", "phạm", "quách", "sái", "thiều", "thái", "thân", "thạch", "thẩm", "tiêu",
    "triệu", "trương", "trần", "trịnh", "tào", "tô", "tôn", "tăng", "tưởng", "tạ", "tống", "từ", "ung", "uông",
    "vi", "võ", "vũ", "vương", "âu", "ông", "đinh", "đoàn", "đàm", "đào", "đặng", "đồng", "đỗ", "đới", "ứng",
))  # fmt: skip
# A by-line is short; four full names with "và" take about twenty words.
_MAX_WORDS = 20
# Longer lines are text; not to be searched for names at all.
_MAX_LETTERS = 300
# "Trung tâm Văn hóa - Thông tin và Thể thao huyện Ninh Giang" has twelve.
_BODY_LENGTH = 14
_EDGE = " .,:;-–—|*"


def is_credit(line: str) -> bool:
    """Whether the line names where the text was taken from ("Theo …", "Nguồn: …") and says nothing else."""
    text = unicodedata.normalize("NFC", line).strip()
    if len(text) > _MAX_LETTERS or len(text.split()) > 14 or not _CREDIT.match(text):
        return False
    # "Theo kế hoạch, lớp học khai giảng vào tháng sau." is a sentence.
    return not re.search(r"[,;:]\s+\w+\s+\w+\s+\w+", text.partition(":")[2] or text) and not re.search(r"[.!?…]$", text)


def split_credit(line: str) -> tuple[str, str]:
    """Part a by-line from a credit behind it: `Hà Thu (theo Reuters)` gives `Hà Thu` and `theo Reuters`.

    A remark in brackets that is no credit, such as `(tổng hợp)`, is dropped.
    """
    match = _BRACKET.search(line)
    if not match:
        return line, ""
    return line[: match.start()].strip(), match[1] if is_credit(match[1]) else ""


def bare_credit(line: str) -> str:
    """The credit without a label before it: `Nguồn tin: Theo TTXVN` gives `Theo TTXVN`."""
    inner = line.partition(":")[2].strip()
    return inner if is_credit(inner) else line.strip()


def unwrapped(line: str) -> str:
    """The line without brackets around the whole of it."""
    match = _WRAPPED.fullmatch(line)
    return match[1].strip() if match else line


def is_picture_credit(line: str) -> bool:
    """Whether the line names the photographer only."""
    return bool(_ONLY_PICTURES.match(unwrapped(line))) and len(line.split()) <= 12


def has_prefix(line: str) -> bool:
    """Whether the line says in words that it is a by-line ("Bài, ảnh: …")."""
    return bool(_PREFIX.match(_ICON.sub("", unwrapped(line)))) and not is_picture_credit(line)


def looks_like_person(name: str) -> bool:
    """Whether it reads like a personal or pen name: two to five capitalised words, no body, no place."""
    words = name.split()
    if not 2 <= sum(w not in _PARTICLES for w in words) <= 5 or len(name) > 40 or folded(name) in _PLACES:
        return False
    if words[0].casefold() in _BODY_WORDS and not _surname(words):
        return False
    if not (words[0][0].isupper() and words[-1][0].isupper()):
        return False
    return all(_WORD_OF_NAME.fullmatch(w) and (w[0].isupper() or w in _PARTICLES) for w in words)


def looks_like_initials(name: str) -> bool:
    """Whether it is one short pen name or initials: `PV`, `T.H`, `NT`."""
    return bool(_INITIALS.fullmatch(name)) and sum(c.isalpha() for c in name) >= 2


def is_agency(name: str) -> bool:
    """Whether it is a news agency."""
    return folded(name) in _AGENCIES


def begins_like_body(line: str) -> bool:
    """Whether the first word is one that begins the name of a body ("Ban …", "Trung tâm …")."""
    return line.split(maxsplit=1)[0].casefold() in _BODY_WORDS


def is_label(line: str) -> bool:
    """Whether the line only says that a name comes next ("Tác giả:")."""
    return bool(_LABEL.fullmatch(line.strip()))


class Strictness(Enum):
    """What counts as a name, by how sure the place is that it holds one."""

    PERSON = auto()
    """Only what reads like a personal name: the place may hold anything."""
    CLAIMED = auto()
    """Personal names of any script, and news agencies: a field for machines that says that it names the author."""
    FULL_NAME = auto()
    """Only a personal name with its family name, and nothing else in the line: nothing says that it is a by-line."""
    PEN_NAME = auto()
    """Initials and `PV` too: the line is set apart as by-lines are."""
    ANY = auto()
    """Bodies too: the place is there for by-lines."""


def read_names(line: str, sites: Collection[str], strictness: Strictness, section: str = "") -> tuple[str, ...]:
    """Names of a by-line in its order; empty when the line is none.

    Args:
        line: The line as shown or claimed.
        sites: Folded names of the site and its publisher.
        strictness: What counts as a name.
        section: Name of the section, which often stands beside the name.
    """
    if len(line) > _MAX_LETTERS:
        return ()
    text = _TRAILING.sub("", split_credit(unwrapped(clean(line)))[0])
    if not text or is_credit(text) or is_picture_credit(text):
        return ()
    text = _TOWARDS_DATE.sub("", _PREFIX.sub("", _ICON.sub("", text))).strip(_EDGE)
    if not text or len(text.split()) > _MAX_WORDS or re.search(r"\w{3,}[.!?]\s+\w", text):
        return ()
    parts = [p for part in _BETWEEN.split(text) if (p := part.strip(_EDGE))]
    if _EDITORS.match(text.casefold()):
        return ()
    parts = [part for p in parts if not _CREW.match(p) and (part := _ROLE.sub("", p))]
    if strictness is Strictness.FULL_NAME:
        parts = [p for p in parts if folded(p) != folded(section)]
    pen_names = strictness in (Strictness.PEN_NAME, Strictness.ANY)
    claimed = strictness is Strictness.CLAIMED
    named = [p for p in parts if _is_name(p, sites, section, pen_names=pen_names) or (claimed and _signs(p, sites))]
    if strictness is Strictness.FULL_NAME and (named != parts or not all(map(_begins_with_family, named))):
        return ()
    # "Nguyễn An - Trung tâm Văn hoá": the person first, then the house; "Phòng Văn hoá và Thông tin" is one body.
    if named and parts and named[0] == parts[0]:
        return tuple(dict.fromkeys(_cased(n) for n in named))
    return (text,) if strictness is Strictness.ANY and _is_body(text, sites, section) else ()


def _signs(name: str, sites: Collection[str]) -> bool:
    return not _is_house(name, sites) and (is_agency(name) or bool(_EAST_ASIAN.fullmatch(name)))


def _is_name(name: str, sites: Collection[str], section: str, *, pen_names: bool) -> bool:
    if _is_nobody(name, sites, section):
        return False
    return looks_like_person(name) or (pen_names and looks_like_initials(name))


def _is_body(name: str, sites: Collection[str], section: str) -> bool:
    words = name.split()
    return (
        not _is_nobody(name, sites, section)
        and name[0].isupper()
        and len(words) <= _BODY_LENGTH
        and not re.search(r"\d{2,}", name)
    )


def _is_nobody(name: str, sites: Collection[str], section: str) -> bool:
    low, words = name.casefold(), folded(name)
    return bool(
        not words or _NOBODY.match(low) or _MEDIA.search(low) or words == folded(section) or _is_house(name, sites)
    )


def _is_house(name: str, sites: Collection[str]) -> bool:
    """Whether it is the site's own name; `Tuổi Trẻ` is that of `tuoitre.vn`."""
    return folded(name) in sites or _bare_letters(name) in map(_bare_letters, sites)


@lru_cache(maxsize=4096)
def _bare_letters(name: str) -> str:
    """The letters without marks and spaces, as hosts write names."""
    apart = unicodedata.normalize("NFD", folded(name).replace("đ", "d"))
    return "".join(c for c in apart if c.isalnum())


def _begins_with_family(name: str) -> bool:
    return name.split()[0].casefold() in _FAMILIES


def _surname(words: list[str]) -> bool:
    """`Đoàn Thị Mai` and `Văn Tuấn` are people although the first word also begins the names of bodies."""
    if words[0].casefold() not in {"đoàn", "hội", "văn", "hà", "chi", "thành", "công"}:
        return False
    return all(w[0].isupper() for w in words) and not (
        words[0].isupper() and _BODY_START.match(folded(" ".join(words)))
    )


def _cased(name: str) -> str:
    """Names set in capitals for looks are given back as names; initials stay."""
    words = name.split()
    if len(words) >= 2 and name.isupper() and all(w.isalpha() for w in words) and any(len(w) > 2 for w in words):
        return " ".join(w.capitalize() for w in words)
    return name
