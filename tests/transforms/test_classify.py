"""What the rules must tell apart, on sentences made for each case."""

import time
import unicodedata
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.eval import pieces
from transforms.article import Article
from transforms.classify import AgencyName, Classifier, Labels, Lexicon, PlaceName, classify
from transforms.classify.reading import words_of
from transforms.classify.vocabulary import GAP
from transforms.syllables import fold_words

LOCAL_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
NAME = "Phát triển nguồn nhân lực đáp ứng yêu cầu sản xuất kinh doanh"
FILLER = "Các đại biểu đã trao đổi về việc triển khai trong thời gian tới và thống nhất một số nội dung cụ thể."


def article(text: str, title: str = "Họp bàn công tác", lead: str = "", day: date = date(2023, 8, 17)) -> Article:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL_TIME)
    return Article(url="http://127.0.0.1/bai", title=title, lead=lead, text=f"{FILLER}\n{text}", published_at=at)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(pieces.seeds_lexicon())


LOCAL = "Hội nghị diễn ra tại huyện Gia Lộc, tỉnh Hải Dương. "


@pytest.mark.parametrize(
    "mention",
    [
        f"Đề án “{NAME}, góp phần xây dựng Hải Dương trở thành tỉnh công nghiệp hiện đại vào năm 2030”",
        "Đề án Phát triển nguồn nhân lực đáp ứng yêu cầu sản xuất, kinh doanh",
        "đề án phát triển nguồn\nnhân lực đáp ứng yêu cầu\nsản xuất kinh doanh",
        'Đề án "Phát triển nguồn nhân lực"',
        "ĐỀ ÁN PHÁT TRIỂN NGUỒN NHÂN LỰC",
        "Ban Chỉ đạo thực hiện Đề án phát triển nguồn nhân lực",
        "Quyết định số 1584/QĐ-UBND ngày 07/6/2022 của UBND tỉnh Hải Dương",
        "Quyết định 1584/QĐ – UBND ngày 7-6-2022",
        "Kế hoạch số 238/KH-UBND ngày 02 tháng 02 năm 2023",
        "Kế hoạch 238/KH-UBND của Ủy ban nhân dân tỉnh Hải Dương về nhân lực",
        "Quyết định số 1584 của UBND tỉnh về nguồn nhân lực",
        "Đề án 1584 về đào tạo nghề, nhân lực",
    ],
)
def test_every_way_to_name_the_programme_is_met(mention: str, classifier: Classifier):
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, f"{LOCAL}{FILLER}\nĐại biểu nhắc tới {mention}.")
        labels = classifier.classify(article(text))
        assert labels.relevance == "explicit", form
        assert any(s.kind in {"programme", "document"} for s in labels.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "UBND tỉnh Thái Bình ban hành Quyết định số 1584/QĐ-UBND ngày 07/6/2022 về nguồn nhân lực.",
        LOCAL + "Quyết định số 1584/QĐ-UBND ngày 12/6/2023 của UBND tỉnh về nguồn nhân lực ngành y.",
        LOCAL + "UBND huyện Gia Lộc ban hành Kế hoạch số 238/KH-UBND về nguồn nhân lực y tế.",
        LOCAL + "Kế hoạch số 238/KH-UBND ngày 10/9/2023 của UBND huyện Gia Lộc về giải bóng chuyền.",
        LOCAL + "Số điện thoại 1584 và tổng đài 238 luôn sẵn sàng.",
        f"Tỉnh Bắc Ninh thực hiện Đề án {NAME} tỉnh Bắc Ninh.",
        LOCAL + "Sở lấy ý kiến về Đề án phát triển nguồn nhân lực du lịch.",
        LOCAL + "Bộ có Đề án phát triển nguồn nhân lực ngành công nghiệp bán dẫn.",
    ],
)
def test_the_same_words_of_another_body_are_not_the_programme(text: str, classifier: Classifier):
    assert classifier.classify(article(text), agency_id="bao_hai_duong").relevance != "explicit"


@pytest.mark.parametrize(
    "text", ["Viện Hải dương học khảo sát rạn san hô.", "Tàu Hải Dương Địa chất 8 rời vùng biển.", "Nhà hải dương học."]
)
def test_the_ocean_is_not_the_province(text: str, classifier: Classifier):
    assert "hai_duong" not in classifier.classify(article(text)).places


def test_people_are_not_places(classifier: Classifier):
    labels = classifier.classify(article("Chị Nguyễn Thanh Hà mở lớp. Thanh Hà dạy nghề may tại nhà."))
    assert "huyen_thanhha" not in labels.places
    assert "huyen_thanhha" in classifier.classify(article("Lớp nghề mở ở huyện Thanh Hà.")).places


def test_a_district_of_no_list_is_elsewhere(classifier: Classifier):
    text = "Trung tâm dịch vụ việc làm mở phiên giao dịch việc làm, các công ty tuyển 300 công nhân."
    lead = "Sáng 3/5, tại huyện {} diễn ra phiên giao dịch việc làm."
    here = classifier.classify(article(text, "Phiên giao dịch việc làm", lead.format("Tứ Kỳ")), agency_id="x")
    there = classifier.classify(article(text, "Phiên giao dịch việc làm", lead.format("Yên Thế")), agency_id="x")
    assert (here.relevance, there.relevance) == ("implicit", "none")
    assert here.score > 0.8 > 0.2 > there.score


def named(labels: Labels) -> set[tuple[str, str]]:
    return {(a.agency_id, a.role) for a in labels.agencies}


def test_agencies_are_named_by_any_variant_with_their_place_in_the_text(classifier: Classifier):
    piece = article(
        "Sở LĐTB&XH phối hợp với Ủy ban nhân dân huyện Gia Lộc; Hội Nông dân huyện Gia Lộc cùng dự.",
        title="SỞ LAO ĐỘNG, THƯƠNG BINH VÀ XÃ HỘI tổ chức hội nghị ở Hải Dương",
        lead="Đài Phát thanh - Truyền hình tỉnh đưa tin.",
    )
    labels = classifier.classify(piece, agency_id="bao_hai_duong")
    assert named(labels) == {
        ("bao_hai_duong", "own_site"),
        ("so_ldtbxh", "title"),
        ("so_ldtbxh", "text"),
        ("dai_ptth_hai_duong", "lead"),
        ("ubnd_gialoc", "text"),
    }
    spans = {a.role: getattr(piece, a.field)[a.start : a.end] for a in labels.agencies if a.agency_id == "so_ldtbxh"}
    assert spans == {"title": "SỞ LAO ĐỘNG, THƯƠNG BINH VÀ XÃ HỘI", "text": "Sở LĐTB&XH"}


def test_the_department_of_another_province_is_not_ours(classifier: Classifier):
    labels = classifier.classify(article("Sở Nội vụ tỉnh Bắc Ninh và Sở Tài chính Hưng Yên dự họp ở TP Hải Dương."))
    assert not labels.agencies


def test_a_department_that_had_ended_is_its_successors(classifier: Classifier):
    text = LOCAL + "Sở Lao động, Thương binh và Xã hội báo cáo."
    assert named(classifier.classify(article(text, day=date(2025, 2, 28)))) == {("so_ldtbxh", "text")}
    after = named(classifier.classify(article(text, day=date(2025, 4, 1))))
    assert after == {("so_noi_vu", "text"), ("so_gddt", "text")}


def test_successors_are_followed_to_the_one_that_stands_even_in_a_circle():
    lexicon = Lexicon(
        (
            AgencyName("a", ("Sở A",), None, date(2020, 1, 1), ("b",)),
            AgencyName("b", ("Sở B",), date(2020, 1, 2), date(2021, 1, 1), ("c", "a")),
            AgencyName("c", ("Sở C",), date(2021, 1, 2)),
        )
    )
    assert lexicon.standing("a", date(2019, 1, 1)) == ("a",)
    assert lexicon.standing("a", date(2020, 6, 1)) == ("b",)
    assert lexicon.standing("a", date(2022, 1, 1)) == ("c",)
    assert lexicon.standing("c", date(2019, 1, 1)) == ()
    assert lexicon.standing("a", None) == ("a",)


def test_places_of_the_registry_join_those_of_the_vocabulary():
    lexicon = Lexicon(places=(PlaceName("xa_moi", ("xã Đồng Bưởi",), in_province=True),))
    labels = Classifier(lexicon).classify(article("Lớp học mở ở xã Đồng Bưởi, huyện Nam Sách."))
    assert labels.places == ("xa_moi", "huyen_namsach")


def test_after_the_merger_only_the_western_part_counts(classifier: Classifier):
    text = "Phiên giao dịch việc làm thành phố Hải Phòng tuyển 900 lao động, công nhân cho các nhà máy ở {}."
    title = "Phiên giao dịch việc làm ở {}"

    def relevance(place: str, day: date) -> str:
        piece = article(text.format(place), title.format(place), day=day)
        return classifier.classify(piece, agency_id="bao_ptth_hai_phong").relevance

    assert relevance("Chí Linh", date(2025, 9, 1)) == "implicit"
    assert relevance("Thủy Nguyên", date(2025, 9, 1)) == "none"


def test_the_module_works_alone_and_names_no_agencies_but_the_own_site():
    piece = article("Sở Nội vụ dự.", "Hải Dương thực hiện Đề án phát triển nguồn nhân lực")
    assert classify(piece).relevance == "explicit"
    assert [(a.agency_id, a.role) for a in classify(piece, agency_id="cdn").agencies] == [("cdn", "own_site")]


def test_relevant_articles_have_themes_and_evidence_and_others_no_themes(classifier: Classifier):
    relevant = 0
    for piece in pieces.load():
        labels = classifier.classify(piece.article, agency_id=piece.agency_id)
        assert 0 <= labels.score <= 1
        if labels.relevance == "none":
            assert labels.themes == ()
        else:
            relevant += 1
            assert labels.themes
            assert labels.evidence
            assert labels.score >= 0.5
    assert relevant >= 30


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_evidence_points_at_the_words_that_were_met(form: str, classifier: Classifier):
    spans = 0
    for piece in pieces.load():
        texts = {f: unicodedata.normalize(form, getattr(piece.article, f)) for f in ("title", "lead", "text")}
        labels = classifier.classify(replace(piece.article, **texts), agency_id=piece.agency_id)
        for span in labels.evidence:
            if span.kind not in {"subject", "programme", "rival"}:
                continue
            words = words_of(texts[span.field][span.start : span.end])
            left, *right = [words_of(part) for part in span.what.split(GAP)]
            assert words[: len(left)] == left
            assert words[len(words) - len((right or [left])[0]) :] == (right or [left])[0]
            spans += 1
    assert spans > 200


VARIANTS = {
    "NFD": lambda t: unicodedata.normalize("NFD", t),
    "breaks": lambda t: t.replace(" nhân", "\nnhân"),
    "spaces": lambda t: t.replace(" ", "  "),
    "dashes": lambda t: t.replace("-", "–"),
    "quotes": lambda t: t.replace("“", '"').replace("”", '"'),
    "tones": lambda t: t.replace("hóa", "hoá").replace("ủy", "uỷ").replace("kỹ", "kĩ"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_way_of_typing_decides_nothing(variant: str, classifier: Classifier):
    change = VARIANTS[variant]
    for piece in pieces.load():
        typed = replace(piece.article, **{f: change(getattr(piece.article, f)) for f in ("title", "lead", "text")})
        one = classifier.classify(piece.article, agency_id=piece.agency_id)
        two = classifier.classify(typed, agency_id=piece.agency_id)
        assert (one.relevance, one.themes) == (two.relevance, two.themes), piece.piece_id


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60), st.sampled_from([None, "bao_hai_duong"]))
def test_any_text_is_labelled_and_every_span_lies_inside_its_field(text: str, title: str, agency_id: str | None):
    piece = Article(url="u", title=title, text=text)
    labels = classify(piece, agency_id=agency_id)
    for span in (*labels.evidence, *labels.agencies):
        assert 0 <= span.start <= span.end <= len(getattr(piece, span.field))
    assert classify(piece, agency_id=agency_id) == labels


def test_a_long_article_takes_no_disproportionate_time(classifier: Classifier):
    once = pieces.load()[0].article
    long = replace(once, text="\n".join([once.text] * 400))
    start = time.process_time()
    assert classifier.classify(long, agency_id="cong_ttdt_tinh").relevance == "explicit"
    # About 50,000 syllables; linear reading takes a fifth of a second, anything quadratic minutes.
    assert time.process_time() - start < 5


ODD = {
    "empty": "",
    "two megabytes": "Trung tâm mở lớp hàn cho lao động huyện Gia Lộc, tỉnh Hải Dương. " * 25_000,
    "another language": "The province opened a training fair in Hai Duong. 河内市举办招聘会。 Ярмарка вакансий.",
    "capitals": "PHIÊN GIAO DỊCH VIỆC LÀM TẠI THÀNH PHỐ HẢI DƯƠNG CÓ 42 DOANH NGHIỆP",
    "read by a machine": "Tr ung tâ m d1ch vu v1ec lam t1nh Ha1 Duong t o chuc ph1en g1ao d1ch v1ec l@m",
    "markup": "<script>alert('Đề án 1584')</script> {{ đào tạo nghề }} ${jndi:ldap} -- '; drop table article",
    "controls": "Hải\x00 Dương\u202e đào tạo\ufffd nghề\u200b \ud7ff",
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("field", ["title", "lead", "text"])
def test_whatever_stands_in_an_article_it_is_labelled_and_shown_where(classifier: Classifier, name: str, field: str):
    given = replace(article(""), **{field: ODD[name]})
    labels = classifier.classify(given)
    assert sum(labels.scores.values()) == pytest.approx(1, abs=2e-4)
    assert labels.score == pytest.approx(labels.scores["explicit"] + labels.scores["implicit"], abs=2e-4)
    assert bool(labels.themes) == (labels.relevance != "none")
    for span in labels.evidence:
        assert 0 <= span.start < span.end <= len(getattr(given, span.field))


@given(st.text(max_size=300), st.text(max_size=100))
def test_any_text_is_labelled(text: str, title: str):
    labels = classify(Article(url="http://127.0.0.1/bai", title=title, text=text))
    assert 0 <= labels.score <= 1


def test_the_model_cannot_tell_one_place_from_another(classifier: Classifier):
    told = "Sáng 14/3, phiên giao dịch việc làm ở {} có 42 doanh nghiệp; Sở Nội vụ tỉnh {} cho biết còn thiếu thợ hàn."
    ours, theirs = (
        classifier.look(article(told.format(*names)), own_site=False).seen
        for names in (("Kinh Môn", "Hải Dương"), ("Phổ Yên", "Thái Nguyên"))
    )
    assert "#nơi" in ours.syllables
    assert ours == theirs


def test_folding_unites_spellings_and_changes_nothing_when_repeated():
    assert fold_words("Hoà HÒA ho\u0300a") == ["hòa"] * 3
    assert fold_words("kĩ kỹ quí quý lí lý 1.500 1500") == ["kỹ", "kỹ", "qúy", "qúy", "lý", "lý", "1500", "1500"]


@given(st.text(max_size=200))
def test_folding_is_idempotent(text: str):
    folded = " ".join(fold_words(text))
    assert " ".join(fold_words(folded)) == folded
