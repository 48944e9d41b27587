"""Special sections: a column, page or dossier (chuyên mục, chuyên trang, chuyên đề) that a site keeps for one subject.

The report counts them apart from ordinary sections, though a site calls both by one word: a special section is named as
such together with a name of its own.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from transforms.extract.wording import clean, count_syllables

# "Cùng chuyên mục", "Chuyên mục khác" head lists; "Chuyên đề: a, b, c" in a sentence is no name.
_NAMED = re.compile(
    r"^\W*(?P<kind>chuyên (?:mục|trang|đề))(?P<sep>\s*[:：–—|-]\s*|\s+)(?P<name>[\"“”‘’«]?[^\W_].*)$", re.IGNORECASE
)
_IN_TEXT = re.compile(
    r"(?:thuộc|trong|của|trên)\s+(?P<kind>chuyên (?:mục|trang|đề))\s*[:：]?\s*[“\"«](?P<name>[^“”\"«»]{3,120})[”\"»]",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:khác|liên quan|nổi bật|mới|chính|con|cha|này|tin(?: tức)?|bài viết|xem thêm|trước|sau)\b", re.IGNORECASE
)
# Slug of the folder, then that of the section: /chuyen-de/cai-cach-hanh-chinh/…
_FOLDER = re.compile(r"/(?P<kind>chuyen-(?:trang|de))[-/](?P<name>[a-z0-9-]{3,80})(?:/|\.|$)", re.IGNORECASE)
_KINDS = {"chuyen-trang": "Chuyên trang", "chuyen-de": "Chuyên đề"}
# Names are short; what is longer is a sentence that begins alike.
_LONGEST_NAME = 16


def special_section(
    *, section: str, breadcrumb: Iterable[str], tags: Iterable[str], lines: Iterable[str], url: str
) -> str:
    """The special section that a piece stands in, as its page names it.

    Args:
        section: Section as the page names it.
        breadcrumb: Names on the way from the home page.
        tags: Tags as the page names them.
        lines: Headline, lead and paragraphs: some sites name the section in a line of the text.
        url: Address of the page.

    Returns:
        Kind and name, e.g. `Chuyên đề: Cải cách hành chính`; empty where it stands in none. Where only the address
        tells, the name is its slug.
    """
    for label in (section, *breadcrumb, *tags):
        if found := _label(label):
            return found
    for line in lines:
        if match := _IN_TEXT.search(line):
            return _shown(match["kind"], match["name"])
    folder = _FOLDER.search(unquote(urlsplit(url).path)[:500])
    return f"{_KINDS[folder['kind'].lower()]}: {folder['name']}" if folder else ""


def _label(text: str) -> str:
    match = _NAMED.match(clean(text))
    if match is None or count_syllables(match["name"]) > _LONGEST_NAME:
        return ""
    name = match["name"].strip(' “”"‘’«».,;')
    # Without a sign between them the name begins with a capital: "chuyên mục khác" does not.
    if _NO_NAME.match(name) or not (match["sep"].strip() or name[:1].isupper() or match["kind"].isupper()):
        return ""
    return _shown(match["kind"], name)


def _shown(kind: str, name: str) -> str:
    return f"{kind.capitalize()}: {clean(name)}"
