"""What goes onto the pages of sites that nobody configured: made-up articles, people, neighbours, comments."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from html import escape

from demo.chance import Chance
from demo.page import LOCAL, slugify
from demo.sources import DISTRICTS
from demo.writing import Brief, compose
from demo.writing.material import words
from demo.writing.piece import Style

SEED = 3
# All pages are fetched on this day, and their clocks show it.
FETCHED_AT = datetime(2025, 12, 2, 9, 41, tzinfo=LOCAL)
_FIRST, _LAST = date(2021, 1, 4), date(2025, 11, 20)
WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
_SITES = ("Bến Sông", "Đồng Lau", "Gò Mây", "Cầu Đá", "Lũy Tre", "Đầm Sen", "Núi Voi", "Bãi Nổi")
_STYLES: tuple[Style, ...] = ("bao", "huyen", "nganh", "truong")
# One page in seven names nobody; one in ten is taken over from elsewhere.
_UNSIGNED, _TAKEN_OVER = 1 / 7, 0.1
_TWO_NAMES = 0.15
_PHOTOGRAPHER = 0.4
_DOCUMENT = 0.35
_COMMENTS = 0.5


@dataclass(frozen=True)
class Neighbour:
    """Another article of the site, as boxes list it."""

    title: str
    at: datetime


@dataclass(frozen=True)
class Draft:
    """One article before a layout makes a page of it; all texts are escaped for HTML.

    Attributes:
        title: Headline.
        lead: Summary.
        paragraphs: Body; some name days of their own.
        at: When it was published, to the minute.
        names: Who wrote it.
        credit: Where it was taken from.
        site: Name of the site.
        section: Section.
        neighbours: Other articles, older and newer.
        comments: (name, when, words).
        photographer: Who took the picture; empty without one.
        views: View counter.
        dated: Whether the page says when the article was published; its traps stay where it does not.
        rng: Chance for small things of the layout.
    """

    title: str
    lead: str
    paragraphs: tuple[str, ...]
    at: datetime
    names: tuple[str, ...]
    credit: str
    site: str
    section: str
    neighbours: tuple[Neighbour, ...]
    comments: tuple[tuple[str, datetime, str], ...]
    photographer: str
    views: int
    dated: bool
    rng: random.Random = field(repr=False)

    @property
    def weekday(self) -> str:
        """Name of the day of publication."""
        return WEEKDAYS[self.at.weekday()] if self.dated else ""

    @property
    def today(self) -> str:
        """What the clock in the head of the page shows."""
        return f"{WEEKDAYS[FETCHED_AT.weekday()]}, {FETCHED_AT:%d/%m/%Y, %H:%M}"

    def texts(self, tag: str = "p", css: str = "") -> str:
        """The body, one element per paragraph."""
        mark = f' class="{css}"' if css else ""
        return "\n".join(f"<{tag}{mark}>{p}</{tag}>" for p in self.paragraphs)

    def clock(self, form: str) -> str:
        """The time of publication by `strftime`, with `{d}`, `{m}`, `{h}` for figures without leading zero."""
        if not self.dated:
            return ""
        return self.at.strftime(form).format(d=self.at.day, m=self.at.month, h=self.at.hour)


@dataclass(frozen=True)
class Layout:
    """How one unknown site builds its article pages.

    Attributes:
        name: Key, host of its addresses.
        render: Makes the page; the second argument is the by-line as the site writes names, empty where there is none.
        has_time: Whether it shows the time of day.
        names: How names are written: `full`, `initials`, `capitals` or `body` (an office signs).
    """

    name: str
    render: Callable[[Draft, str], str]
    has_time: bool = True
    names: str = "full"


@dataclass(frozen=True)
class Made:
    """One page and what a careful reader says about it.

    Attributes:
        layout: Which layout.
        url: Address; tells no date.
        html: The page.
        at: Publication, local time; None where the page does not tell it.
        has_time: Whether the page shows the minute.
        authors: Names in their order.
    """

    layout: str
    url: str
    html: str
    at: datetime | None
    has_time: bool
    authors: tuple[str, ...]


def make(layouts: tuple[Layout, ...], articles: int, *, dated: bool = True) -> Iterator[Made]:
    """Pages of every layout, the same on every machine.

    Args:
        layouts: Which.
        articles: How many of each.
        dated: Whether they tell their date.
    """
    for layout in layouts:
        for number in range(articles):
            rng = Chance(SEED).of("unknown", layout.name, number)
            draft = _draft(rng, dated=dated)
            by_line, authors = _signed(draft, layout)
            html = layout.render(draft, by_line)
            url = f"https://{layout.name.replace('_', '-')}.example/{slugify(draft.title)}-{4100 + 7 * number}.html"
            yield Made(layout.name, url, html, draft.at if dated else None, layout.has_time, authors)


def _signed(draft: Draft, layout: Layout) -> tuple[str, tuple[str, ...]]:
    """By-line as shown, and the names as they are to be read."""
    names = draft.names
    if layout.names == "initials":
        names = tuple(".".join(word[0] for word in name.split()[-2:]) for name in names)
    elif layout.names == "body" and names and draft.rng.random() < 0.5:
        names = (
            draft.rng.choice(("Phòng Văn hóa và Thông tin", "Tổ Truyền thông", "Ban Tuyên giáo", "Đoàn Thanh niên")),
        )
    shown = draft.rng.choice((" - ", ", ", " – ")).join(names)
    return (shown.upper() if layout.names == "capitals" else shown), names


def _draft(rng: random.Random, *, dated: bool) -> Draft:
    at = _moment(rng, _FIRST, _LAST)
    style = rng.choice(_STYLES)
    piece = compose(Brief("none", (), "bao_mau", style, rng.choice(DISTRICTS), at.date(), "tin", "ordinary"), rng)
    paragraphs = [escape(p, quote=False) for p in piece.paragraphs]
    if rng.random() < _DOCUMENT:
        day = _moment(rng, date(2019, 1, 2), at.date() - timedelta(days=20))
        paragraphs.insert(
            rng.randrange(1, len(paragraphs) + 1),
            f"Việc này làm theo Kế hoạch số {rng.randint(11, 480)}/KH-UBND ngày {day:%d/%m/%Y}, bắt đầu từ"
            f" {day + timedelta(days=9):%d/%m/%Y} và tổng kết vào cuối năm.",
        )
    taken_over = rng.random() < _TAKEN_OVER
    unsigned = taken_over or rng.random() < _UNSIGNED
    names = () if unsigned else tuple(person(rng) for _ in range(2 if rng.random() < _TWO_NAMES else 1))
    credit = f"Báo {rng.choice(_SITES)}" if taken_over else ""
    return Draft(
        title=escape(piece.title, quote=False),
        lead=escape(piece.lead, quote=False),
        paragraphs=tuple(paragraphs),
        at=at,
        names=tuple(dict.fromkeys(names)),
        credit=credit,
        site=rng.choice(_SITES),
        section=piece.section,
        neighbours=tuple(_neighbour(rng) for _ in range(6)),
        comments=tuple(_comment(rng, at) for _ in range(3)) if rng.random() < _COMMENTS else (),
        photographer=person(rng) if rng.random() < _PHOTOGRAPHER else "",
        views=rng.randint(12, 9_400),
        dated=dated,
        rng=rng,
    )


def person(rng: random.Random) -> str:
    """A made-up name."""
    sex = rng.choice("mf")
    family, middle, given = (rng.choice(words()[kind]) for kind in ("family", f"middle_{sex}", f"given_{sex}"))
    return f"{family} {given}" if rng.random() < 0.3 else f"{family} {middle} {given}"


def _moment(rng: random.Random, first: date, last: date) -> datetime:
    day = first + timedelta(days=rng.randrange((last - first).days + 1))
    return datetime.combine(day, time(rng.randint(5, 22), rng.randrange(60)), LOCAL)


def _neighbour(rng: random.Random) -> Neighbour:
    at = _moment(rng, _FIRST, FETCHED_AT.date() - timedelta(days=1))
    brief = Brief("none", (), "bao_mau", rng.choice(_STYLES), rng.choice(DISTRICTS), at.date(), "tin", "ordinary")
    return Neighbour(escape(compose(brief, rng).title, quote=False), at)


def _comment(rng: random.Random, at: datetime) -> tuple[str, datetime, str]:
    said = rng.choice(
        (
            "Quê tôi cũng đang làm như vậy, rất thiết thực.",
            "Mong có thêm nhiều bài như thế này.",
            "Cần nhân rộng cách làm này.",
        )
    )
    return person(rng), at + timedelta(hours=rng.randint(1, 90)), said
