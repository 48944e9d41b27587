"""Second lives of a text: reprints on other sites, the newspaper's migration, double posts, print and other twins."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from demo.addresses import AddressBook
from demo.calendar import at_office_hours
from demo.chance import Chance
from demo.page import Page
from demo.sites import nukeviet, onecms
from demo.sources import BY_ID, LAST_DAY, SourcePlan
from demo.writing import Piece, revise
from demo.writing.revision import How

# Who copies how many pieces of the newspaper and the portal.
_REPRINTS = {"thanhmien": 11, "ninhgiang": 10, "haiduongtv": 10, "cong_ttdt": 10, "cdn": 3, "vienkiemsat": 2}
_CREDITS = {
    "bao_hai_duong": ("Theo Báo Hải Dương", "Theo Báo Hải Dương", "Nguồn: baohaiduong.vn"),
    "cong_ttdt_tinh": ("Theo Cổng thông tin điện tử tỉnh Hải Dương", "Nguồn: haiduong.gov.vn"),
}
_CREDITED = 0.75
_WAYS: tuple[How, ...] = ("light", "headline", "cut")
_DELAYS = (1, 1, 2, 3, 4)
# What concerns the programme is copied more often than the rest.
_WEIGHT = {"explicit": 2.4, "implicit": 2.0, "none": 0.7}
# Traps that belong to the page they stand on and not to the text.
_OF_THE_PAGE = frozenset({"updated", "wrong_machine_date", "quotes_nfd", "sidebox"})
_MIGRATED = 25
# The real migration gave the old pieces numbers of this range, without order in time.
_MIGRATED_NUMBERS = (120_000, 210_000)
_DUPLICATED = {"bao_hai_duong": 2, "vienkiemsat": 3, "thanhmien": 1}
_TRANSLATED = 0.11
_READ_ALOUD = 0.07
_ENGLISH = (
    "The representatives of the units said that the work was deployed in time and reached the set plan.",
    "In the coming time, the locality continues to coordinate with the units to well implement the assigned tasks.",
    "The people and the workers of the locality expressed their agreement with the activity.",
)


def reprints(pages: Sequence[Page], pieces: Mapping[str, Piece], book: AddressBook, chance: Chance) -> list[Page]:
    """Pieces of the newspaper and the portal as other sites run them.

    Args:
        pages: What is there to copy.
        pieces: The texts by article key.
        book: Gives the copies their addresses.
        chance: Decides who copies what, when and how.
    """
    originals = [
        p
        for p in pages
        if p.agency_id in _CREDITS
        and p.reachable == "yes"
        and p.genre in {"tin", "bai"}
        and "digest" not in p.traps
        and p.published_at.date() <= LAST_DAY - timedelta(days=max(_DELAYS))
    ]
    ways = chance.rota("reprint ways", _WAYS)
    made = []
    for source_id, number in _REPRINTS.items():
        plan, rng = BY_ID[source_id], chance.of("reprint", source_id)
        foreign = [p for p in originals if p.agency_id != plan.agency_id]
        for n, original in enumerate(_weighted(foreign, number, rng), start=1):
            way = next(ways)
            piece = revise(pieces[original.article_key], rng, way)
            made.append(_reprint(plan, original, piece, way, f"{source_id}-sao-{n:02d}", book, rng))
    return made


def _weighted(pages: Sequence[Page], number: int, rng: random.Random) -> list[Page]:
    """Some pages, none twice, by their weight."""
    keyed = [(rng.random() ** (1 / _WEIGHT[p.relevance]), n) for n, p in enumerate(pages)]
    return [pages[n] for _, n in sorted(keyed, reverse=True)[:number]]


def _reprint(
    plan: SourcePlan, original: Page, piece: Piece, way: How, key: str, book: AddressBook, rng: random.Random
) -> Page:
    moment = at_office_hours(original.published_at.date() + timedelta(days=rng.choice(_DELAYS)), plan, rng)
    section = plan.work_section if original.relevance != "none" else rng.choice(list(plan.sections)[:-1])
    address = book.give(plan, section, piece.title, moment)
    credited = rng.random() < _CREDITED
    return Page(
        source_id=plan.source_id,
        agency_id=plan.agency_id,
        path=address.path,
        number=address.number,
        article_key=key,
        cluster=original.cluster,
        is_original=False,
        title=piece.title,
        shown_title=piece.title,
        lead=piece.lead,
        paragraphs=piece.paragraphs,
        author="" if credited else original.author,
        credit=rng.choice(_CREDITS[original.agency_id]) if credited else "",
        tags=piece.tags,
        section=section,
        genre=original.genre,
        relevance=original.relevance,
        themes=original.themes,
        published_at=moment,
        traps=(*(t for t in original.traps if t not in _OF_THE_PAGE), "reprint", f"reprint_{way}"),
        template=rng.randrange(2),
        place=original.place,
    )


def migrated(pages: Sequence[Page], chance: Chance) -> list[Page]:
    """Pieces of the old newspaper site on the new one: new numbers, the day that of the first publication.

    The same text of the same agency is one article, so each counts once, with two addresses.
    """
    rng, plan = chance.of("migrated"), BY_ID["bao_hai_duong"]
    old = [p for p in pages if p.source_id == "bhd_cu" and p.reachable == "yes"]
    numbers = rng.sample(range(*_MIGRATED_NUMBERS), _MIGRATED)
    made = []
    for page, number in zip(rng.sample(old, _MIGRATED), numbers, strict=True):
        section = page.section.replace("---", "-")
        made.append(
            replace(
                page,
                source_id=plan.source_id,
                path=onecms.address(page.title, number),
                number=number,
                section=section if section in plan.sections else plan.work_section,
                traps=(*page.traps, "migrated"),
                is_original=False,
                pinned=False,
                template=rng.randrange(2),
            )
        )
    return made


def double_posts(pages: Sequence[Page], book: AddressBook, chance: Chance) -> list[Page]:
    """The same post in a second section, at a second address, at the same time."""
    made = []
    for source_id, number in _DUPLICATED.items():
        plan, rng = BY_ID[source_id], chance.of("double", source_id)
        posts = [p for p in pages if p.source_id == source_id and p.reachable == "yes"]
        for page in rng.sample(posts, number):
            section = rng.choice([s for s in plan.sections if s != page.section])
            address = book.give(plan, section, page.title, page.published_at)
            made.append(
                replace(
                    page,
                    path=address.path,
                    number=address.number,
                    section=section,
                    traps=(*page.traps, "same_text"),
                    is_original=False,
                    pinned=False,
                )
            )
    return made


def twins(page: Page, chance: Chance) -> Iterator[Page]:
    """Print, translated and read-aloud forms of a page, none of which is to be asked for."""
    platform = BY_ID[page.source_id].platform
    second = replace(page, reachable="denied", is_original=False, pinned=False, side_mention=False)
    if platform == "nukeviet":
        path = nukeviet.print_address(page.section, page.path)
        yield replace(second, path=path, twin="print", traps=("print_twin",))
    if platform != "onecms" or page.reachable == "withdrawn":
        return
    yield replace(second, path=onecms.print_address(page.number), twin="print", traps=("print_twin",))
    rng = chance.of("twins", page.path)
    if rng.random() < _TRANSLATED:
        yield _translated(second)
    if rng.random() < _READ_ALOUD:
        title, path = f"[Audio] {page.title}", onecms.audio_address(page.title, page.number)
        yield replace(second, path=path, twin="audio", title=title, shown_title=title, traps=("audio_twin",))


def _translated(page: Page) -> Page:
    """A machine-made English form; its wording is poor on purpose."""
    words = page.path.strip("/").removesuffix(".html").split("-")[:-1]
    title = " ".join(words).title() + " (translated)"
    return replace(
        page,
        path=f"/en{page.path}",
        twin="en",
        title=title,
        shown_title=title,
        lead=f"According to the locality {page.place}, Hai Duong, the activity was held with many participating units.",
        paragraphs=_ENGLISH,
        captions=(),
        update="",
        tags=(),
        traps=("en_twin",),
        decomposed=False,
    )
