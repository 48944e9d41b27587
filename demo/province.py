"""The sample province: which pieces stand on which site, when, and what is true about each."""

import hashlib
import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count, cycle

from demo.calendar import at_office_hours, draw_moment
from demo.page import LOCAL, Page
from demo.sites import bhd_legacy, haiduongtv, nukeviet, onecms, subportal, tandan_sharepoint, wordpress
from demo.sources import BY_ID, DISTRICTS, LAST_DAY, SOURCES, SourcePlan
from demo.writing import Brief, Piece, compose, revise
from demo.writing.piece import Genre, Relevance, Trap
from demo.writing.revision import How

DEFAULT_SEED = 1584

THEMES = ("c1_awareness", "c2_documents", "c3_gdnn_space", "c4_enterprise", "c5_training_offer", "c6_models")
# The plan of 2 February 2023 is what most pieces that name the programme are about.
_NAMED_FROM = date(2023, 2, 3)
_EXPLICIT_TRAPS: tuple[Trap, ...] = (
    "",
    "mention_late",
    "",
    "comma_variant",
    "",
    "no_xay_dung",
    "only_number",
    "",
    "quotes_nfd",
    "",
)
_NONE_TRAPS: dict[Trap, float] = {
    "ordinary": 10.0,
    "other_province": 2.0,
    "other_programme": 2.4,
    "oceanography": 1.0,
    "same_number": 1.2,
    "digest": 1.0,
}
_HARD_TOPICS = frozenset({"other_province", "other_programme", "same_number"})
# Forms that only make sense for work of the programme.
_WORK_FORMS = frozenset({"phong_van", "van_ban"})

# Who copies how much from the newspaper and the portal.
_REPRINTS = {"thanhmien": 11, "ninhgiang": 10, "haiduongtv": 10, "cong_ttdt": 10, "cdn": 3, "vienkiemsat": 2}
_CREDITS = {
    "bao_hai_duong": ("Theo Báo Hải Dương", "Theo Báo Hải Dương", "Nguồn: baohaiduong.vn"),
    "cong_ttdt_tinh": ("Theo Cổng thông tin điện tử tỉnh Hải Dương", "Nguồn: haiduong.gov.vn"),
}
_COPIED_WEIGHT = {"explicit": 2.4, "implicit": 2.0, "none": 0.7}
_MIGRATED = 25
_WITHDRAWN = {
    "bhd_cu": 1,
    "bao_hai_duong": 3,
    "cong_ttdt": 1,
    "vienkiemsat": 1,
    "cdn": 1,
    "thanhmien": 1,
    "ninhgiang": 1,
    "haiduongtv": 1,
}
_CLOSED = {"bhd_cu": (bhd_legacy.CLOSED_SECTION, 3), "vienkiemsat": (nukeviet.CLOSED_SECTION, 3)}
# Days outside the registry's interval of the source.
_OUTSIDE = {"bhd_cu": date(2023, 7, 20), "thanhmien": date(2021, 11, 5), "cdn": date(2021, 9, 14)}
_PINNED = ("bhd_cu", "cong_ttdt", "cdn", "thanhmien", "ninhgiang")
_DECOMPOSED = {"cong_ttdt": 2, "thanhmien": 3, "ninhgiang": 3, "haiduongtv": 2}
_DUPLICATED = {"bao_hai_duong": 2, "vienkiemsat": 3, "thanhmien": 1}
_PHOTO_ONLY = ("bao_hai_duong", "haiduongtv")
_CAPTIONS = (
    "Quang cảnh buổi làm việc tại {place}",
    "Các đại biểu chụp ảnh lưu niệm",
    "Đông đảo người dân {place} tham gia",
    "Một góc {place}. Ảnh minh họa",
    "Đoàn công tác kiểm tra thực tế",
)
_UPDATES = (
    "Thông tin trong bài được bổ sung số điện thoại liên hệ theo đề nghị của bạn đọc.",
    "Bài viết được cập nhật sau khi Ban Biên tập nhận thêm số liệu của địa phương.",
    "Tòa soạn đính chính tên một đại biểu ở bản đăng đầu tiên, mong bạn đọc thông cảm.",
)

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

    def of(self, source_id: str) -> list[Page]:
        """The addresses of one site."""
        return [p for p in self.pages if p.source_id == source_id]


def build_province(seed: int = DEFAULT_SEED, *, writer: Composer = compose) -> Province:
    """Draw the province.

    Args:
        seed: Where chance begins.
        writer: Writes the pieces; tests of the drawing put a plain one here.
    """
    return _Drawing(seed, writer).province()


class _Drawing:
    """One drawing: own pieces, then what grows out of them (migration, reprints, edits, withdrawals, twins)."""

    def __init__(self, seed: int, writer: Composer) -> None:
        self._seed = seed
        self._writer = writer
        self._themes = self._shuffled_cycle("themes", THEMES)
        self._traps = cycle(_EXPLICIT_TRAPS)
        self._numbers: set[tuple[str, int]] = set()
        self._paths: set[tuple[str, str]] = set()
        self._titles: set[tuple[str, str]] = set()
        self._pieces: dict[str, Piece] = {}

    def _rng(self, *what: object) -> random.Random:
        return random.Random("/".join(map(str, (self._seed, *what))))

    def _shuffled_cycle(self, name: str, items: Sequence[str]) -> Iterator[str]:
        shuffled = list(items)
        self._rng(name).shuffle(shuffled)
        return cycle(shuffled)

    def province(self) -> Province:
        """Everything, in a fixed order."""
        pages = [page for plan in SOURCES for page in self._own(plan)]
        pages += self._closed_sections() + self._outside_validity()
        pages = self._edited(pages)
        pages += self._reprints(pages)
        pages = self._marked(pages)
        pages += self._migrated(pages) + self._duplicates(pages)
        pages += [twin for page in pages for twin in self._twins(page)]
        order = {plan.source_id: n for n, plan in enumerate(SOURCES)}
        pages.sort(key=lambda p: (order[p.source_id], p.published_at, bool(p.twin), p.path))
        return Province(self._seed, tuple(pages))

    # -- pieces of a site's own ------------------------------------------------------------------------------------

    def _own(self, plan: SourcePlan) -> list[Page]:
        rng = self._rng("own", plan.source_id)
        n_explicit, n_implicit = round(plan.count * plan.explicit), round(plan.count * plan.implicit)
        n_none = plan.count - n_explicit - n_implicit
        kinds: list[Relevance] = [*["explicit"] * n_explicit, *["implicit"] * n_implicit, *["none"] * n_none]
        return [
            self._page(plan, self._brief(plan, kind, rng), f"{plan.source_id}-{n:03d}")
            for n, kind in enumerate(kinds, start=1)
        ]

    def _brief(self, plan: SourcePlan, relevance: Relevance, rng: random.Random) -> tuple[Brief, datetime]:
        moment = draw_moment(plan, rng, _NAMED_FROM if relevance == "explicit" else None)
        themes: tuple[str, ...] = ()
        trap: Trap = ""
        if relevance == "none":
            weights = {t: w for t, w in _NONE_TRAPS.items() if t != "digest" or plan.style == "bao"}
            trap = rng.choices(list(weights), weights=list(weights.values()))[0]
        else:
            themes = (next(self._themes),)
            if rng.random() < 0.3:
                themes = (*themes, rng.choice([t for t in THEMES if t not in themes]))
        if relevance == "explicit":
            trap = next(self._traps)
        genre: Genre = rng.choices(list(plan.genres), weights=list(plan.genres.values()))[0]
        if relevance == "none" and (genre in _WORK_FORMS or trap == "digest"):
            genre = "tin"
        place = rng.choice(plan.places or DISTRICTS)
        return Brief(relevance, themes, plan.agency_id, plan.style, place, moment.date(), genre, trap), moment

    def _page(self, plan: SourcePlan, ordered: tuple[Brief, datetime], key: str, section: str = "") -> Page:
        brief, moment = ordered
        piece = self._write(brief, key)
        self._pieces[key] = piece
        rng = self._rng("page", key)
        section = section or self._section(plan, piece, brief, rng)
        page = self._placed(plan, section, piece.title, moment)
        whole_day = plan.platform == "haiduong_subportal_v2" and rng.random() < 0.2
        decomposed = brief.trap == "quotes_nfd"
        return replace(
            page,
            article_key=key,
            cluster=key,
            shown_title=unicodedata.normalize("NFD", piece.title) if decomposed else piece.title,
            decomposed=decomposed,
            lead=piece.lead,
            paragraphs=piece.paragraphs,
            author=piece.author,
            tags=piece.tags,
            genre=brief.genre,
            relevance=brief.relevance,
            themes=brief.themes,
            published_at=datetime.combine(moment.date(), datetime.min.time(), LOCAL) if whole_day else moment,
            date_precision="day" if whole_day else "minute",
            traps=(brief.trap,) if brief.trap else (),
            captions=tuple(c.format(place=brief.place) for c in rng.sample(_CAPTIONS, rng.choice((0, 1, 1, 2)))),
            side_mention=brief.relevance == "none" and rng.random() < 0.25,
            template=int(rng.random() < 0.5),
            place=brief.place,
        )

    def _write(self, brief: Brief, key: str) -> Piece:
        # Two pieces of one agency must not share a headline, or their truth could not be told apart.
        for attempt in count():
            piece = self._writer(brief, self._rng("piece", key, attempt))
            if (brief.agency_id, piece.title) not in self._titles:
                self._titles.add((brief.agency_id, piece.title))
                return piece
        raise AssertionError

    def _section(self, plan: SourcePlan, piece: Piece, brief: Brief, rng: random.Random) -> str:
        named = next((slug for slug, name in plan.sections.items() if name == piece.section), "")
        about_work = brief.relevance != "none" or (brief.trap in _HARD_TOPICS and rng.random() < 0.5)
        others = [s for s in plan.sections if s != plan.work_section]
        return named or (plan.work_section if about_work and rng.random() < 0.8 else rng.choice(others))

    def _placed(self, plan: SourcePlan, section: str, title: str, moment: datetime) -> Page:
        """An otherwise empty page with a free number and a free address."""
        number = self._number(plan, moment)
        for suffix in count(1):
            path = _address(plan.platform, section, title if suffix == 1 else f"{title} {suffix}", number, moment)
            if (plan.source_id, path) not in self._paths:
                break
        self._paths.add((plan.source_id, path))
        return Page(
            source_id=plan.source_id,
            agency_id=plan.agency_id,
            path=path,
            number=number,
            article_key="",
            cluster="",
            is_original=True,
            title=title,
            shown_title=title,
            lead="",
            paragraphs=(),
            author="",
            tags=(),
            section=section,
            genre="tin",
            relevance="none",
            themes=(),
            published_at=moment,
        )

    def _number(self, plan: SourcePlan, moment: datetime) -> int:
        first, origin, daily = _NUMBERING[plan.platform]
        days = (moment - datetime.combine(origin, datetime.min.time(), LOCAL)) / timedelta(days=1)
        number = max(first, first + int(days * daily))
        while (plan.source_id, number) in self._numbers:
            number += 1
        self._numbers.add((plan.source_id, number))
        return number

    # -- what robots.txt closes, what the registry's intervals leave out ------------------------------------------------

    def _closed_sections(self) -> list[Page]:
        pages = []
        for source_id, (section, number) in _CLOSED.items():
            plan, rng = BY_ID[source_id], self._rng("closed", source_id)
            for n in range(1, number + 1):
                brief = self._brief(plan, "none" if n > 1 else "implicit", rng)
                page = self._page(plan, brief, f"{source_id}-noi-bo-{n}", section)
                pages.append(replace(page, reachable="robots", traps=(*page.traps, "closed_section")))
        return pages

    def _outside_validity(self) -> list[Page]:
        pages = []
        for source_id, day in _OUTSIDE.items():
            plan, rng = BY_ID[source_id], self._rng("outside", source_id)
            brief, _ = self._brief(plan, "implicit", rng)
            moment = at_office_hours(day, plan, rng)
            page = self._page(plan, (replace(brief, day=day), moment), f"{source_id}-ngoai")
            pages.append(replace(page, reachable="out_of_validity", traps=(*page.traps, "outside_validity")))
        return pages

    # -- edits and marks --------------------------------------------------------------------------------------------

    def _edited(self, pages: list[Page]) -> list[Page]:
        return [self._edit(page) for page in pages]

    def _edit(self, page: Page) -> Page:
        rng = self._rng("edit", page.source_id, page.path)
        platform = BY_ID[page.source_id].platform
        if platform == "nukeviet":
            # Every NukeViet page claims its last edit as its publication.
            share, trap = 1.0, "wrong_machine_date"
        elif platform in {"onecms", "wordpress"}:
            share, trap = 0.12, "updated"
        else:
            return page
        modified = page.published_at + timedelta(minutes=rng.randint(25, 60 * 24 * 12))
        if rng.random() >= share or modified.date() > LAST_DAY:
            return page
        update = rng.choice(_UPDATES) if trap == "updated" or rng.random() < 0.15 else ""
        traps = (*page.traps, trap, *(("updated",) if update and trap != "updated" else ()))
        return replace(page, modified_at=modified, update=update, traps=traps)

    def _marked(self, pages: list[Page]) -> list[Page]:
        """Withdraw, pin, decompose and empty some pages, each at most once."""
        done = {(p.source_id, p.path): p for p in pages}
        taken: set[tuple[str, str]] = set()

        def some(name: str, source_id: str, number: int, fits: Callable[[Page], bool]) -> list[Page]:
            free = [
                p
                for k, p in done.items()
                if p.source_id == source_id and k not in taken and p.reachable == "yes" and fits(p)
            ]
            chosen = self._rng(name, source_id).sample(free, number)
            taken.update((p.source_id, p.path) for p in chosen)
            return chosen

        def put(page: Page, trap: str, **changes: object) -> None:
            done[page.source_id, page.path] = replace(page, traps=(*page.traps, trap), **changes)  # type: ignore[arg-type]

        clusters = [p.cluster for p in pages]
        for source_id, number in _WITHDRAWN.items():
            for n, page in enumerate(some("withdrawn", source_id, number, lambda p: clusters.count(p.cluster) == 1)):
                gone_on = min(page.published_at.date() + timedelta(days=9), LAST_DAY)
                put(page, "withdrawn", gone_on=gone_on, gone_status=(404, 410)[n % 2], reachable="withdrawn")
        for source_id in _PINNED:
            for page in some("pinned", source_id, 1, lambda p: p.section != BY_ID[p.source_id].work_section):
                put(page, "pinned", pinned=True)
        for source_id, number in _DECOMPOSED.items():
            for page in some("nfd", source_id, number, lambda p: not p.decomposed):
                put(page, "nfd_title", shown_title=unicodedata.normalize("NFD", page.title))
        for source_id in _PHOTO_ONLY:
            for page in some("photo", source_id, 1, lambda p: p.traps in {(), ("ordinary",)} and p.relevance == "none"):
                captions = tuple(c.format(place=page.place) for c in _CAPTIONS)
                put(page, "photo_only", genre="anh", paragraphs=(), captions=captions)
        return [replace(p, traps=(*p.traps, "sidebox")) if p.side_mention else p for p in done.values()]

    # -- second addresses -------------------------------------------------------------------------------------------

    def _reprints(self, pages: list[Page]) -> list[Page]:
        originals = [
            p
            for p in pages
            if p.agency_id in _CREDITS
            and p.reachable == "yes"
            and "digest" not in p.traps
            and p.genre in {"tin", "bai"}
        ]
        ways: Iterator[How] = cycle(("light", "headline", "cut"))
        made = []
        for source_id, number in _REPRINTS.items():
            plan, rng = BY_ID[source_id], self._rng("reprint", source_id)
            foreign = [
                p
                for p in originals
                if p.agency_id != plan.agency_id and p.published_at.date() <= LAST_DAY - timedelta(days=5)
            ]
            chosen: list[Page] = []
            while len(chosen) < number:
                page = rng.choices(foreign, weights=[_COPIED_WEIGHT[p.relevance] for p in foreign])[0]
                if page not in chosen:
                    chosen.append(page)
            made += [self._reprint(plan, original, n, next(ways), rng) for n, original in enumerate(chosen, start=1)]
        return made

    def _reprint(self, plan: SourcePlan, original: Page, n: int, way: How, rng: random.Random) -> Page:
        piece = revise(self._pieces[original.article_key], rng, way)
        moment = at_office_hours(original.published_at.date() + timedelta(days=rng.choice((1, 1, 2, 3, 4))), plan, rng)
        section = plan.work_section if original.relevance != "none" else rng.choice(list(plan.sections)[:-1])
        key = f"{plan.source_id}-sao-{n:02d}"
        credited = rng.random() < 0.75
        return replace(
            self._placed(plan, section, piece.title, moment),
            article_key=key,
            cluster=original.cluster,
            is_original=False,
            lead=piece.lead,
            paragraphs=piece.paragraphs,
            author="" if credited else original.author,
            credit=rng.choice(_CREDITS[original.agency_id]) if credited else "",
            tags=piece.tags,
            genre=original.genre,
            relevance=original.relevance,
            themes=original.themes,
            traps=(
                *[t for t in original.traps if t not in {"updated", "wrong_machine_date", "quotes_nfd"}],
                "reprint",
                f"reprint_{way}",
            ),
            template=int(rng.random() < 0.5),
            place=original.place,
        )

    def _migrated(self, pages: list[Page]) -> list[Page]:
        """Pieces of the old site under new numbers, which run without order; the day stays that of the first publication."""
        rng, plan = self._rng("migrated"), BY_ID["bao_hai_duong"]
        sections = list(plan.sections)
        old = [p for p in pages if p.source_id == "bhd_cu" and p.reachable == "yes" and p.gone_on is None]
        made = []
        for page in rng.sample(old, _MIGRATED):
            number = rng.randint(120_000, 210_000)
            slug = page.section.replace("---", "-")
            made.append(
                replace(
                    page,
                    source_id=plan.source_id,
                    path=onecms.address(page.title, number),
                    number=number,
                    section=slug if slug in sections else sections[0],
                    # Published before the registry's first day of the new site, so it never counts there.
                    reachable="out_of_validity",
                    traps=(*page.traps, "migrated"),
                    is_original=False,
                    pinned=False,
                    template=int(rng.random() < 0.5),
                )
            )
        return made

    def _duplicates(self, pages: list[Page]) -> list[Page]:
        """The same post in a second section, at a second address."""
        made = []
        for source_id, number in _DUPLICATED.items():
            plan, rng = BY_ID[source_id], self._rng("duplicate", source_id)
            fitting = [
                p
                for p in pages
                if p.source_id == source_id
                and p.reachable == "yes"
                and p.section in plan.sections
                and p.modified_at is None
            ]
            fitting = fitting or [
                p for p in pages if p.source_id == source_id and p.reachable == "yes" and p.section in plan.sections
            ]
            for page in rng.sample(fitting, number):
                section = rng.choice([s for s in plan.sections if s != page.section])
                placed = self._placed(plan, section, page.title, page.published_at)
                made.append(
                    replace(
                        page,
                        path=placed.path,
                        number=placed.number,
                        section=section,
                        traps=(*page.traps, "same_text"),
                        is_original=False,
                        pinned=False,
                    )
                )
        return made

    def _twins(self, page: Page) -> Iterator[Page]:
        platform = BY_ID[page.source_id].platform
        second = replace(page, reachable="denied", is_original=False, pinned=False, side_mention=False)
        if platform == "nukeviet":
            path = nukeviet.print_address(page.section, page.path)
            yield replace(second, path=path, twin="print", traps=("print_twin",))
        if platform != "onecms" or page.reachable not in {"yes", "out_of_validity"}:
            return
        yield replace(second, path=onecms.print_address(page.number), twin="print", traps=("print_twin",))
        # About one in nine is translated by machine, one in fourteen read aloud: enough to meet, too few to matter.
        share = int(hashlib.sha256(page.path.encode()).hexdigest(), 16)
        if share % 9 == 0:
            yield _translated(second)
        if share % 14 == 0:
            title = f"[Audio] {page.title}"
            yield replace(
                second,
                path=onecms.audio_address(page.title, page.number),
                twin="audio",
                title=title,
                shown_title=title,
                traps=("audio_twin",),
            )


# First number of the site, its day, and how many numbers go by in a day; the newspaper's as seen on its real pages.
_NUMBERING = {
    "bhd_legacy": (219_939, date(2022, 11, 22), 81.7),
    "onecms": (344_751, date(2023, 6, 9), 108.6),
    "tandan_sharepoint": (4_179, date(2022, 6, 7), 11.9),
    "nukeviet": (1_012, date(2022, 6, 7), 1.7),
    "wordpress": (2_101, date(2021, 9, 1), 2.3),
    "haiduong_subportal_v1": (18_200, date(2021, 11, 1), 3.1),
    "haiduong_subportal_v2": (7_400, date(2022, 6, 7), 2.2),
    "haiduongtv": (139_700, date(2022, 6, 7), 30.1),
}


def _address(platform: str, section: str, title: str, number: int, moment: datetime) -> str:
    match platform:
        case "bhd_legacy":
            return bhd_legacy.address(section, title, number)
        case "onecms":
            return onecms.address(title, number)
        case "tandan_sharepoint":
            return tandan_sharepoint.address(title, number)
        case "nukeviet":
            return nukeviet.address(section, title, number)
        case "wordpress":
            return wordpress.address(f"{moment:%Y/%m/%d}", title)
        case "haiduong_subportal_v1":
            return subportal.address_v1(title, number)
        case "haiduong_subportal_v2":
            return subportal.address_v2(title)
        case "haiduongtv":
            return haiduongtv.address(title, number)
        case _:
            raise ValueError(platform)


def _translated(page: Page) -> Page:
    """A machine-made English form; its wording is poor on purpose."""
    title = " ".join(page.path.strip("/").removesuffix(".html").split("-")[:-1]).title() + " (translated)"
    lead = f"According to the information of the locality {page.place}, Hai Duong, the activity was held with the participation of many units."
    texts = (
        "The representatives of the units said that the work was deployed in time and reached the set plan.",
        "In the coming time, the locality continues to coordinate with the units to well implement the assigned tasks.",
        "The people and the workers of the locality expressed their agreement with the activity.",
    )
    return replace(
        page,
        path=f"/en{page.path}",
        twin="en",
        title=title,
        shown_title=title,
        lead=lead,
        paragraphs=texts,
        captions=(),
        update="",
        tags=(),
        traps=("en_twin",),
        decomposed=False,
    )
