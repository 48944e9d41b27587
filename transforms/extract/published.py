"""When it was published: platform rule, plausible machine date, visible line near the headline, address, htmldate."""

import logging
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import htmldate
from lxml.html import HtmlElement

from transforms.extract.apart import ends_text
from transforms.extract.blocks import Block
from transforms.extract.dates import (
    EARLIEST,
    VIETNAM,
    DateLine,
    Moment,
    parse_machine,
    plausible,
    read_date_line,
    split_trailing_date,
)
from transforms.extract.page import Page
from transforms.extract.platforms import Platform
from transforms.extract.wording import clean

logging.getLogger("htmldate").setLevel(logging.CRITICAL)

# Between headline and text stand by-line, share buttons, date and lead: a dozen lines on the busiest page seen.
_LINES_AFTER = 14
_LINES_BEFORE = 6
# Date, by-line, section and a counter in one line.
_LINE_WORDS = 16
# From here on a line is prose of the body; the first such line may be the lead.
_PROSE_WORDS = 30
_PARAGRAPH_WORDS = 12
_PROSE_BLOCKS = 2
_TEXT_BLOCKS = 4
# Links of fewer words lead to sections ("Khoa học và Công nghệ").
_TEASER_WORDS = 7
# The longest articles have some hundred lines.
_MOST_LINES = 2_000
# Where a date stands in the line too, already these are a headline.
_TITLE_WORDS = 4
# Clocks of pages are those of servers, readers or caches.
_CLOCK_ERROR = timedelta(minutes=10)
_TIME_ALONE = re.compile(
    r"(?:lúc\s*)?\d{1,2}\s?(?::|giờ|h|g)\s?\d{2}(?::\d{2}|'|\s?phút)?(?:\s?(?:am|pm|sa|ch))?(?:\s?\(?gmt\s?\+7\)?)?",
    re.IGNORECASE,
)
_COUNTER = re.compile(r"(?:lượt|đã|số lần|số lượt) (?:xem|đọc)\b|lượt truy cập", re.IGNORECASE)
# Letters that Vietnamese has and its neighbours on the web have not.
_VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
# A line in five words of Vietnamese has some; a Vietnamese name in a text of another language is one among many.
_VIETNAMESE_SHARE = 0.02
_ISO_DAY = re.compile(r"(?<!\d)(?:19|20)\d{2}-\d{2}-\d{2}(?!\d)")
_IN_PATH = re.compile(r"/(?P<y>(?:19|20)\d{2})/(?P<m>\d{1,2})/(?P<d>\d{1,2})(?=/|$)")


@dataclass(frozen=True, slots=True)
class Dating:
    """Publication and last edit, each with the rule that found it."""

    published: datetime | None
    rule: str
    modified: datetime | None
    modified_rule: str = ""


def choose_date(page: Page, platform: Platform | None, fetched_at: datetime | None) -> Dating:
    """Date the page; None rather than wrong."""
    claims = page.claims
    edits = [(rule, m) for rule, m in claims.modified if plausible(m.at, fetched_at)]
    machine = [(r, m) for r, m in claims.published if plausible(m.at, fetched_at)]
    if platform and not platform.machine_dates:
        machine, edits = [], []
    line = _platform_line(page, platform) if platform else None
    rule = f"platform:{platform.name}" if platform else ""
    if line is None:
        line = _near_headline(page, fetched_at)
        rule = "visible"
        machine_wins = line is None or _agrees_or_wins(machine, line, fetched_at)
        if machine and machine_wins:
            return _dating(machine[0][1], machine[0][0], edits)
    if line:
        shown = line.published or line.modified
        if shown and plausible(shown.at, fetched_at):
            shown = _with_time(shown, machine)
            return _dating(shown, rule, [(rule, line.modified)] if line.modified and line.published else edits)
    if machine:
        return _dating(machine[0][1], machine[0][0], edits)
    if (moment := _from_path(page.url)) and plausible(moment.at, fetched_at):
        return _dating(moment, "url", edits)
    if (moment := _from_htmldate(page, fetched_at)) is not None:
        return _dating(moment, "htmldate", edits)
    return Dating(None, "", None)


def _dating(moment: Moment, rule: str, edits: list[tuple[str, Moment]]) -> Dating:
    later = ((edit.at, stated) for stated, edit in edits if edit.at > moment.at)
    modified, modified_rule = next(later, (None, ""))
    return Dating(moment.at, rule, modified, modified_rule)


def _with_time(shown: Moment, machine: list[tuple[str, Moment]]) -> Moment:
    """The visible day, with the time of day that a machine date of the same day adds."""
    if not shown.has_time:
        for _, moment in machine:
            if moment.has_time and moment.at.date() == shown.at.date():
                return moment
    return shown


def _agrees_or_wins(machine: list[tuple[str, Moment]], line: DateLine, fetched_at: datetime | None) -> bool:
    """Whether the machine date is to be believed although a visible line stands near the headline.

    Content systems write the last edit or the draft's date where the publication belongs; what readers see is then
    right. A line of the day of fetching is a clock.
    """
    if not machine:
        return False
    claimed, shown = machine[0][1].at.date(), (line.published.at.date() if line.published else None)
    if shown is None:
        return True
    if claimed == shown:
        # Another minute of the same day is that of an edit.
        moment = line.published
        return moment is None or not moment.has_time or abs(machine[0][1].at - moment.at) < timedelta(minutes=1)
    if fetched_at is not None and shown == fetched_at.astimezone(VIETNAM).date():
        return True
    swapped = (claimed.year, claimed.day, claimed.month) == (shown.year, shown.month, shown.day)
    return claimed < shown and not swapped


def _platform_line(page: Page, platform: Platform) -> DateLine | None:
    for element in page.select_each(platform.date):
        if stated := parse_machine(element.get("datetime") or ""):
            return DateLine(stated, None)
        line = read_date_line(clean(element.text_content()))
        if line and (line.published or line.modified):
            return line
    return None


def _near_headline(page: Page, fetched_at: datetime | None) -> DateLine | None:
    """The best date line around the headline: one that says it is the publication, else the nearest."""
    if page.anchor is None:
        return None
    under, below, behind = _lines_after(page)
    glued = split_trailing_date(page.anchor.text)[1]
    near = [*([glued] if glued else []), *under, *_lines_above(page, fetched_at)]
    for group in (near, below, behind):
        lines = [line for line in group if (m := line.published or line.modified) and plausible(m.at, fetched_at)]
        labelled = [line for line in lines if line.labelled]
        stated = [line for line in lines if line.published]
        if best := next(iter(labelled or stated or lines), None):
            edits = (line.modified for line in lines if line.modified)
            return best if best.modified or not best.published else replace(best, modified=next(edits, None))
    return None


def _lines_after(page: Page) -> tuple[list[DateLine], list[DateLine], list[DateLine]]:
    """Date lines after the headline: before the text begins, in its first paragraphs, and behind it.

    Further down a line must call itself the publication or count readers: others date neighbours and comments.
    """
    under: list[DateLine] = []
    below: list[DateLine] = []
    behind: list[DateLine] = []
    paragraphs = prose = 0
    after = _own(page)
    for index, block in enumerate(after):
        if paragraphs and _is_teaser(block):
            continue
        if line := _timed(page, _read(page, block), after[max(0, index - 1) : index], after[index + 1 : index + 2]):
            if index < 3 * _LINES_AFTER and prose < _PROSE_BLOCKS and paragraphs < _TEXT_BLOCKS:
                (under if paragraphs < _PROSE_BLOCKS else below).append(line)
            elif line.labelled or any(_COUNTER.search(part) for part in line.rest):
                behind.append(line)
        else:
            paragraphs += block.words >= _PARAGRAPH_WORDS
            prose += block.words >= _PROSE_WORDS
    return under, below, behind


def _lines_above(page: Page, fetched_at: datetime | None) -> Iterator[DateLine]:
    before = page.before_anchor()
    for index, block in enumerate(before[:_LINES_BEFORE]):
        above = before[index + 1 : index + 2]
        if page.is_furniture(block.element) or block.is_mostly_linked or any(map(_is_teaser, (block, *above))):
            continue
        under = before[index - 1 : index] if index else page.after_anchor(1)
        line = _timed(page, _read(page, block), above, under)
        if line and not _is_clock(line, index, fetched_at):
            yield line


def _own(page: Page) -> list[Block]:
    """Lines after the headline until the headline of another piece or of a list of them, without furniture."""
    own: list[Block] = []
    has_text = False
    for block in page.after_anchor()[:_MOST_LINES]:
        if page.is_furniture(block.element):
            continue
        # What follows belongs to that one, and so does a date right above it.
        if page.is_other_headline(block):
            if has_text and own and (line := read_date_line(own[-1].text)) and not line.labelled:
                own.pop()
            break
        if has_text and ends_text(block):
            break
        has_text = has_text or (block.words >= _PARAGRAPH_WORDS and not read_date_line(block.text))
        own.append(block)
    return own


def _is_teaser(block: Block) -> bool:
    """Whether the line leads to another piece, whose date then stands behind or under it."""
    if block.is_mostly_linked and block.words >= _TEASER_WORDS:
        return True
    line = read_date_line(block.text) if block.linked else None
    said = "".join(line.rest) if line else ""
    return len(said.split()) >= _TITLE_WORDS and block.linked >= 0.8 * sum(not c.isspace() for c in said)


def _is_clock(line: DateLine, distance: int, fetched_at: datetime | None) -> bool:
    """Whether a line above the headline tells the time of fetching.

    The pages of a site carry its clock or today's date in their heads; an article of today may be dated above its
    headline too, right above it and with another minute.
    """
    moment = line.published
    if moment is None or line.labelled or fetched_at is None:
        return False
    if moment.at.date() != fetched_at.astimezone(VIETNAM).date():
        return False
    return bool(distance) or (moment.has_time and abs(moment.at - fetched_at) <= _CLOCK_ERROR)


def _timed(page: Page, line: DateLine | None, before: list[Block], after: list[Block]) -> DateLine | None:
    """The line with the time of day that stands alone beside it, in an item of its own."""
    if line is None or line.published is None or line.published.has_time:
        return line
    for block in (*after, *before):
        # A counter may share the line with the time, each in an element of its own.
        for text in (block.text, *(part for part in page.inline_parts(block.element) if part in block.text)):
            joined = read_date_line(f"{line.published.at:%d/%m/%Y} {text}") if _TIME_ALONE.fullmatch(text) else None
            if joined and joined.published:
                return replace(line, published=joined.published)
    return line


def _read(page: Page, block: Block) -> DateLine | None:
    # A caption dates its picture.
    if block.element.tag == "figcaption" or next(block.element.iterancestors("figure"), None) is not None:
        return None
    line = read_date_line(block.text)
    if line and (line.published is None or line.published.has_time or not len(block.element)):
        return line
    if block.words > _LINE_WORDS or block.is_mostly_linked:
        return None
    for stated, shown in page.times(block.element):
        if shown in block.text:
            return line or DateLine(stated, None)
    # By-line and date often share a line, each in an element of its own; an element may hold many lines.
    lines = (read_date_line(text) for text in page.inline_parts(block.element) if text in block.text)
    apart = [found for found in lines if found]
    if line and line.published:
        # A counter in the next element may be glued to the time of day.
        day = line.published.at.date()
        timed = (f for f in apart if f.published and f.published.has_time and f.published.at.date() == day)
        return next(timed, line)
    return line or next(iter(apart), None)


def _from_path(url: str) -> Moment | None:
    match = _IN_PATH.search(urlsplit(url).path)
    return parse_machine("-".join(match.group("y", "m", "d"))) if match else None


def _from_htmldate(page: Page, fetched_at: datetime | None) -> Moment | None:
    """Last resort, and only what the page states outside its footer in a form that htmldate reads without error."""
    tree: HtmlElement = deepcopy(page.tree)
    for element in list(tree.iter("footer", "nav", "aside", "script")):
        if element.tag != "script" and element.getparent() is not None:
            element.drop_tree()
    try:
        found = htmldate.find_date(
            tree, extensive_search=False, original_date=True, url=page.url, min_date=EARLIEST.isoformat(),
            max_date=fetched_at.astimezone(VIETNAM).date().isoformat() if fetched_at else None,
        )  # fmt: skip
    except (ValueError, TypeError, AttributeError, OverflowError, IndexError):
        return None
    moment = parse_machine(found) if found else None
    if moment is None or not plausible(moment.at, fetched_at):
        return None
    return moment if _is_stated(page, moment) or not _is_vietnamese(page) else None


def _is_vietnamese(page: Page) -> bool:
    """Whether the page is in Vietnamese; our rules for its lines are better then than those of any library."""
    text = " ".join(block.text for block in page.blocks).casefold()
    return len(_VIETNAMESE.findall(text)) >= _VIETNAMESE_SHARE * len(text)


def _is_stated(page: Page, moment: Moment) -> bool:
    """Whether the page itself states the day: in its head, in a script that knows no other, or on a line of its own.

    Prose does not date a page, nor do the teasers of other pieces.
    """
    day = moment.at.date()
    if any(day.isoformat() in (meta.get("content") or "") for meta in page.tree.iter("meta")):
        return True
    if any(set(_ISO_DAY.findall(script.text or "")) == {day.isoformat()} for script in page.tree.iter("script")):
        return True
    lines = (line for block in _own(page) if not _is_teaser(block) and (line := _read(page, block)))
    stated = (line for line in lines if line.published and line.published.at.date() == day)
    # Beside it at most a place or a name: "Họp thôn 01/02/2022" dates the meeting.
    return any(line.labelled or all(word[0].isupper() for word in " ".join(line.rest).split()) for line in stated)
