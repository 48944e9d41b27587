"""The written pieces carry the labels they were ordered with, and share little text."""

import itertools
import random
import re
import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from demo.writing import Brief, Piece, compose, revise
from demo.writing.material import places, stock, thesaurus
from demo.writing.overlap import Overlap, frames, measure, realistic_mix, shingles
from demo.writing.revision import How

THEMES = ("c1_awareness", "c2_documents", "c3_gdnn_space", "c4_enterprise", "c5_training_offer", "c6_models")
STYLES = {
    "bao": "bao_hai_duong",
    "cong": "cong_ttdt_tinh",
    "nganh": "vksnd_tinh",
    "truong": "cdn_hai_duong",
    "huyen": "ubnd_ninhgiang",
    "dai": "dai_ptth_hai_duong",
}
GENRES = ("tin", "bai", "phong_su", "anh", "video", "phong_van", "van_ban", "thong_bao")
TRAPS = {
    "explicit": ("", "mention_late", "comma_variant", "no_xay_dung", "only_number", "quotes_nfd"),
    "implicit": ("",),
    "none": ("", "other_province", "other_programme", "oceanography", "digest", "same_number", "ordinary"),
}
NAME = r"đề án [“\"]?phát triển nguồn nhân lực|phát triển nguồn nhân lực đáp ứng yêu cầu sản xuất,? kinh doanh"
NUMBER = r"\b1584/QĐ-UBND|\b238/KH-UBND"


def text_of(piece: Piece) -> str:
    return "\n".join((piece.title, piece.lead, *piece.paragraphs))


def names(text: str) -> bool:
    return re.search(f"{NAME}|{NUMBER}", text, re.IGNORECASE) is not None


def orders() -> list[Brief]:
    """Every relevance, theme, register, form and trap at least once; places and days go round."""
    rounds = itertools.count()
    briefs = []
    for relevance, traps in TRAPS.items():
        themes = [()] if relevance == "none" else [(theme,) for theme in THEMES]
        for theme, (style, agency), trap in itertools.product(themes, STYLES.items(), traps):
            turn = next(rounds)
            briefs.append(
                Brief(
                    relevance=relevance,
                    themes=theme,
                    agency_id=agency,
                    style=style,
                    place=tuple(places())[turn % len(places())],
                    day=date(2023 + turn % 2, turn % 12 + 1, turn % 28 + 1),
                    genre=GENRES[turn % len(GENRES)],
                    trap=trap,
                )
            )
    return briefs


@pytest.fixture(scope="module")
def written() -> list[tuple[Brief, Piece]]:
    return [(brief, compose(brief, random.Random(number))) for number, brief in enumerate(orders())]


@pytest.fixture(scope="module")
def province() -> list[Piece]:
    return [
        compose(brief, random.Random(f"mix-{number}"))
        for number, brief in enumerate(realistic_mix(200, random.Random(7)))
    ]


def test_same_state_same_piece() -> None:
    for brief in orders()[::17]:
        assert compose(brief, random.Random(5)) == compose(brief, random.Random(5))
    first = orders()[0]
    assert compose(first, random.Random(5)) != compose(first, random.Random(6))


def test_every_order_is_written_whole(written: list[tuple[Brief, Piece]]) -> None:
    assert len(written) == 6 * 6 * 6 + 6 * 6 + 6 * 7
    for brief, piece in written:
        text = text_of(piece)
        assert not re.search(r"[\[\]{}<>~|@]|=>", text), (brief, text)
        assert unicodedata.is_normalized("NFC", "\n".join((text, piece.author, piece.section, *piece.tags)))
        assert piece.title
        assert not piece.title.endswith(".")
        assert 5 <= len(piece.paragraphs) <= 12, brief
        assert all(paragraph.strip() for paragraph in piece.paragraphs)
        assert 3 <= len(piece.tags) <= 5
        assert 130 <= len(text.split()) <= 470, (brief, len(text.split()))
        assert not re.search(r" [,.;:]|,,|\.\.|  ", text), text


def test_explicit_pieces_name_the_programme(written: list[tuple[Brief, Piece]]) -> None:
    explicit = [(brief, piece) for brief, piece in written if brief.relevance == "explicit"]
    assert explicit
    for brief, piece in explicit:
        text = text_of(piece)
        assert names(text), text
        assert "Hải Dương" in text or re.search(NUMBER, text), text
        if brief.trap == "mention_late":
            assert not names("\n".join((piece.title, piece.lead, *piece.paragraphs[:-1])))
        if brief.trap == "only_number":
            assert "Quyết định số 1584/QĐ-UBND ngày 07/6/2022" in text
            assert not re.search(NAME, text, re.IGNORECASE)
            assert "Đề án" not in text
        if brief.trap == "comma_variant":
            assert "sản xuất, kinh doanh, góp phần xây dựng Hải Dương" in text
        if brief.trap == "no_xay_dung":
            assert "góp phần Hải Dương trở thành tỉnh công nghiệp hiện đại" in text
        if brief.trap == "quotes_nfd":
            assert "“Phát triển nguồn nhân lực" in text


def test_implicit_pieces_are_about_the_province_and_never_name_the_programme(
    written: list[tuple[Brief, Piece]],
) -> None:
    implicit = [(brief, piece) for brief, piece in written if brief.relevance == "implicit"]
    assert implicit
    for brief, piece in implicit:
        text = text_of(piece)
        assert not names(text), text
        assert "đề án" not in text.lower().replace("đề án tuyển sinh", "")
        assert "Hải Dương" in text or brief.place in text


def test_other_pieces_never_name_the_programme_of_this_province(written: list[tuple[Brief, Piece]]) -> None:
    others = [(brief, piece) for brief, piece in written if brief.relevance == "none"]
    assert others
    for brief, piece in others:
        text = text_of(piece)
        if names(text):
            assert brief.trap in {"other_province", "same_number"}
            assert "Hải Dương" not in text
        if brief.trap == "same_number":
            assert "1584/QĐ-UBND" in text
            assert "07/6/2022" not in text
        if brief.trap == "oceanography":
            assert "hải dương học" in text.lower()
            assert not re.search(r"Hải Dương(?! học)", text)
        if brief.trap == "other_programme":
            assert re.search(r"\b(1161|1914|2826)\b", text)
        if brief.trap == "other_province":
            assert "Hải Dương" not in text


def test_leads_are_leads(province: list[Piece]) -> None:
    lengths = sorted(len(piece.lead.split()) for piece in province)
    assert lengths[0] >= 20
    assert 28 <= lengths[len(lengths) // 2] <= 45
    assert lengths[-1] <= 80


def test_pieces_share_little_text(province: list[Piece]) -> None:
    overlap = measure(province)
    assert overlap.pairs == 200 * 199 // 2
    # Bounds of the order: less than 0.15 for more than 99.9 % of the pairs, never 0.40.
    assert overlap.at_least_015 < 0.001 * overlap.pairs
    assert overlap.largest < 0.40
    assert overlap.short < 0.01


def test_measure_tells_copies_from_strangers() -> None:
    piece = compose(orders()[0], random.Random(1))
    stranger = replace(piece, lead="", paragraphs=("Một hai ba bốn năm sáu bảy tám chín mười.",))
    assert measure([piece, piece]).largest == 1
    assert measure([piece, stranger]) == Overlap(1, (0, 0, 0), 0, 0, 0.5, 6)


def test_material_is_large_enough() -> None:
    assert sum(frames().values()) >= 900
    for theme in THEMES:
        material = stock(theme)
        assert len(material.subjects) >= 3
        assert len(material.interview) >= 4
        assert len(material.tasks) >= 6
        every = [frame for subject in material.subjects for frame in (*subject.leads, *subject.body, *subject.voices)]
        assert len(every) == len(set(every))


def test_every_lead_has_a_headline() -> None:
    for name in (*THEMES, "explicit", "ordinary_life", "ordinary_economy", "ordinary_state", "procuracy"):
        for subject in stock(name).subjects:
            for number in range(len(subject.leads)):
                assert any(not leads or number in leads for leads, _ in subject.titles), (subject.name, number + 1)


def test_no_interchangeable_word_is_part_of_the_programmes_name() -> None:
    name = (
        "Đề án “Phát triển nguồn nhân lực đáp ứng yêu cầu sản xuất, kinh doanh, góp phần xây dựng Hải Dương "
        "trở thành tỉnh công nghiệp hiện đại vào năm 2030” Quyết định số 1584/QĐ-UBND Kế hoạch số 238/KH-UBND "
        "Ban Chỉ đạo Trung tâm Giáo dục nghề nghiệp - Giáo dục thường xuyên Sở Lao động, Thương binh và Xã hội "
        "Đoàn Thanh niên Ủy ban nhân dân Viện kiểm sát nhân dân"
    )
    varied = thesaurus().vary(name, random.Random(3), 1)
    assert varied.lower() == name.lower()


@pytest.mark.parametrize(("how", "least"), [("light", 0.6), ("headline", 0.5), ("cut", 0.75)])
def test_a_revision_stays_recognisable(how: How, least: float, written: list[tuple[Brief, Piece]]) -> None:
    checked = 0
    for number, (brief, piece) in enumerate(written[::5]):
        revised = revise(piece, random.Random(number), how)
        assert revised == revise(piece, random.Random(number), how)
        a, b = shingles(piece), shingles(revised)
        containment = len(a & b) / min(len(a), len(b))
        assert least <= containment <= 1, (how, brief)
        assert names(text_of(revised)) == names(text_of(piece)), (how, brief)
        assert unicodedata.is_normalized("NFC", text_of(revised))
        if how == "headline":
            assert revised.title != piece.title
            assert revised.lead != piece.lead
        if how == "cut":
            assert len(text_of(revised)) < len(text_of(piece))
        if how == "light":
            assert revised != piece
            assert revised.title == piece.title
        checked += 1
    assert checked > 40


def test_numbers_of_documents_survive_a_light_revision() -> None:
    brief = replace(orders()[0], trap="only_number")
    for number in range(40):
        revised = revise(compose(brief, random.Random(number)), random.Random(number), "light")
        assert "Quyết định số 1584/QĐ-UBND ngày 07/6/2022" in text_of(revised)
