"""The sample province: which pieces stand on which site, when, and what is true about each."""

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count, cycle

from demo.addresses import AddressBook
from demo.calendar import at_office_hours, draw_moment
from demo.chance import Chance
from demo.copies import double_posts, migrated, reprints, twins
from demo.edits import CAPTIONS, edited, marked
from demo.page import LOCAL, Page
from demo.sites import bhd_legacy, nukeviet
from demo.sources import BY_ID, DISTRICTS, SOURCES, SourcePlan
from demo.writing import Brief, Piece, compose
from demo.writing.piece import Genre, Relevance, Trap

DEFAULT_SEED = 1584

THEMES = ("c1_awareness", "c2_documents", "c3_gdnn_space", "c4_enterprise", "c5_training_offer", "c6_models")
# The plan of 2 February 2023 is what most pieces that name the programme are about.
_NAMED_FROM = date(2023, 2, 3)
_EXPLICIT_TRAPS: tuple[Trap, ...] = (
    "",
    "mention_late",
    "",
    "comma_variant",
    "no_xay_dung",
    "",
    "only_number",
    "",
    "quotes_nfd",
)
_NONE_TRAPS: dict[Trap, float] = {
    "ordinary": 10.0,
    "other_province": 2.0,
    "other_programme": 2.4,
    "oceanography": 1.0,
    "same_number": 1.2,
    "digest": 1.0,
}
# Topics that an editor would file under labour although they have nothing to do with the programme.
_HARD_TOPICS = frozenset({"other_province", "other_programme", "same_number"})
# Forms that only make sense for work of the programme.
_WORK_FORMS = frozenset({"phong_van", "van_ban"})
_SECOND_THEME = 0.3
_SIDE_MENTION = 0.25
_DAY_ONLY = 0.2

# Pieces in a section that robots.txt closes, and pieces dated outside the registry's interval of their source.
_CLOSED = {"bhd_cu": bhd_legacy.CLOSED_SECTION, "vienkiemsat": nukeviet.CLOSED_SECTION}
_CLOSED_RELEVANCES: tuple[Relevance, ...] = ("implicit", "none", "none")
_OUTSIDE = {"bhd_cu": date(2023, 7, 20), "thanhmien": date(2021, 11, 5), "cdn": date(2021, 9, 14)}

Composer = Callable[[Brief, random.Random], Piece]


@dataclass(frozen=True, slots=True)
class Province:
    """All article addresses of the sample.

    Attributes:
        seed: What it was drawn from; the same seed gives the same province.
        pages: Every article address, sites in the order of `demo.sources.SOURCES`, each site by time.
    """

    seed: int
    pages: tuple[Page, ...]


def build_province(seed: int = DEFAULT_SEED, *, writer: Composer = compose) -> Province:
    """Draw the province.

    Args:
        seed: Where chance begins.
        writer: Writes the pieces; tests of the drawing put a plain one here.
    """
    chance, book = Chance(seed), AddressBook()
    newsroom = _Newsroom(chance, book, writer)
    pages = [page for plan in SOURCES for page in newsroom.own(plan)]
    pages += [page for source_id, section in _CLOSED.items() for page in newsroom.closed(BY_ID[source_id], section)]
    pages += [newsroom.outside(BY_ID[source_id], day) for source_id, day in _OUTSIDE.items()]
    pages = [edited(page, chance) for page in pages]
    pages += reprints(pages, newsroom.pieces, book, chance)
    pages = marked(pages, chance)
    pages += [*migrated(pages, chance), *double_posts(pages, book, chance)]
    pages += [twin for page in pages for twin in twins(page, chance)]
    return Province(seed, _ordered(pages))


def _ordered(pages: Sequence[Page]) -> tuple[Page, ...]:
    order = {plan.source_id: n for n, plan in enumerate(SOURCES)}
    return tuple(sorted(pages, key=lambda p: (order[p.source_id], p.published_at, bool(p.twin), p.path)))


class _Newsroom:
    """Orders pieces and puts them on the sites."""

    def __init__(self, chance: Chance, book: AddressBook, writer: Composer) -> None:
        self.pieces: dict[str, Piece] = {}
        self._chance = chance
        self._book = book
        self._writer = writer
        self._titles: set[tuple[str, str]] = set()
        self._themes = chance.rota("themes", THEMES)
        self._explicit_traps = cycle(_EXPLICIT_TRAPS)

    def own(self, plan: SourcePlan) -> list[Page]:
        """A site's own pieces."""
        n_explicit, n_implicit = round(plan.count * plan.explicit), round(plan.count * plan.implicit)
        numbers: dict[Relevance, int] = {
            "explicit": n_explicit,
            "implicit": n_implicit,
            "none": plan.count - n_explicit - n_implicit,
        }
        kinds = [kind for kind, number in numbers.items() for _ in range(number)]
        rng = self._chance.of("own", plan.source_id)
        return [
            self._page(plan, *self._order(plan, k, rng), f"{plan.source_id}-{n:03d}") for n, k in enumerate(kinds, 1)
        ]

    def closed(self, plan: SourcePlan, section: str) -> list[Page]:
        """Pieces in a section that robots.txt closes though the site links them."""
        rng, pages = self._chance.of("closed", plan.source_id), []
        for n, relevance in enumerate(_CLOSED_RELEVANCES, start=1):
            page = self._page(plan, *self._order(plan, relevance, rng), f"{plan.source_id}-noi-bo-{n}", section)
            pages.append(replace(page, reachable="robots", traps=(*page.traps, "closed_section")))
        return pages

    def outside(self, plan: SourcePlan, day: date) -> Page:
        """A piece of a day on which the registry does not know the site."""
        rng = self._chance.of("outside", plan.source_id)
        brief, _ = self._order(plan, "implicit", rng)
        page = self._page(plan, replace(brief, day=day), at_office_hours(day, plan, rng), f"{plan.source_id}-ngoai")
        return replace(page, reachable="out_of_validity", traps=(*page.traps, "outside_validity"))

    def _order(self, plan: SourcePlan, relevance: Relevance, rng: random.Random) -> tuple[Brief, datetime]:
        moment = draw_moment(plan, rng, _NAMED_FROM if relevance == "explicit" else None)
        genre: Genre = rng.choices(list(plan.genres), weights=list(plan.genres.values()))[0]
        themes: tuple[str, ...] = ()
        trap: Trap = ""
        if relevance == "none":
            # Digests of tomorrow's paper are a habit of newspapers.
            weights = {t: w for t, w in _NONE_TRAPS.items() if t != "digest" or plan.style == "bao"}
            trap = rng.choices(list(weights), weights=list(weights.values()))[0]
            genre = "tin" if genre in _WORK_FORMS or trap == "digest" else genre
        else:
            themes = (next(self._themes),)
            if rng.random() < _SECOND_THEME:
                themes = (*themes, rng.choice([t for t in THEMES if t not in themes]))
            trap = next(self._explicit_traps) if relevance == "explicit" else ""
        place = rng.choice(plan.places or DISTRICTS)
        return Brief(relevance, themes, plan.agency_id, plan.style, place, moment.date(), genre, trap), moment

    def _page(self, plan: SourcePlan, brief: Brief, moment: datetime, key: str, section: str = "") -> Page:
        piece = self.pieces[key] = self._write(brief, key)
        rng = self._chance.of("page", key)
        section = section or _section(plan, piece, brief, rng)
        address = self._book.give(plan, section, piece.title, moment)
        day_only = plan.platform == "haiduong_subportal_v2" and rng.random() < _DAY_ONLY
        decomposed = brief.trap == "quotes_nfd"
        side_mention = brief.relevance == "none" and rng.random() < _SIDE_MENTION
        return Page(
            source_id=plan.source_id,
            agency_id=plan.agency_id,
            path=address.path,
            number=address.number,
            article_key=key,
            cluster=key,
            is_original=True,
            title=piece.title,
            shown_title=unicodedata.normalize("NFD", piece.title) if decomposed else piece.title,
            lead=piece.lead,
            paragraphs=piece.paragraphs,
            author=piece.author,
            tags=piece.tags,
            section=section,
            genre=brief.genre,
            relevance=brief.relevance,
            themes=brief.themes,
            published_at=datetime.combine(moment.date(), datetime.min.time(), LOCAL) if day_only else moment,
            date_precision="day" if day_only else "minute",
            traps=(*((brief.trap,) if brief.trap else ()), *(("sidebox",) if side_mention else ())),
            captions=tuple(c.format(place=brief.place) for c in rng.sample(CAPTIONS, rng.choice((0, 1, 1, 2)))),
            side_mention=side_mention,
            template=rng.randrange(2),
            decomposed=decomposed,
            place=brief.place,
        )

    def _write(self, brief: Brief, key: str) -> Piece:
        """Write until the headline is new: two pieces of one agency with one headline could not be told apart."""
        for attempt in count():
            piece = self._writer(brief, self._chance.of("piece", key, attempt))
            if (brief.agency_id, piece.title) not in self._titles:
                self._titles.add((brief.agency_id, piece.title))
                return piece
        raise AssertionError("count() never ends")


def _section(plan: SourcePlan, piece: Piece, brief: Brief, rng: random.Random) -> str:
    """Slug of the section: the one that the writer named, where the site has it."""
    for slug, name in plan.sections.items():
        if name == piece.section:
            return slug
    about_work = brief.relevance != "none" or (brief.trap in _HARD_TOPICS and rng.random() < 0.5)
    if about_work and rng.random() < 0.8:
        return plan.work_section
    return rng.choice([slug for slug in plan.sections if slug != plan.work_section])
