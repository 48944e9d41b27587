"""Charsets from before Unicode: every letter there and back, and nothing proper is ever touched."""

import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import transforms.extract.legacy as legacy
from tests.pages.saved import all_pages
from transforms.article import NotAnArticleError
from transforms.extract import extract_article
from transforms.extract.decoding import decode
from transforms.extract.legacy import charsets, restore_lines, restore_page
from transforms.syllables import is_syllable

TABLES = yaml.safe_load(Path(legacy.__file__).with_name("legacy_charsets.yaml").read_text(encoding="utf-8"))
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
LETTERS = [
    letter
    for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in TONES
    if not (letter := unicodedata.normalize("NFC", base + tone)).isascii()
] + ["đ", "Đ"]

PROSE = (
    "Sáng nay, các học viên lớp hàn công nghệ cao của trường cao đẳng nghề bước vào kỳ thực tập tại doanh nghiệp. "
    "Nhà trường đã ký thỏa thuận với mười hai doanh nghiệp về đào tạo theo đơn đặt hàng. "
    "Người học được hỗ trợ chỗ ở, bữa ăn giữa ca và được nhận vào làm ngay sau khi tốt nghiệp."
)
FRENCH = (
    "À l'été dernier, l'école a été rénovée; les élèves préfèrent déjà les salles où ils étudient, là-bas, près du "
    "théâtre. Ça va être très apprécié, même à Noël: où êtes-vous, Zoë? «Très bien», répond-elle."
)
GERMAN = "Für die Schüler wäre es schön, wenn Übungsräume größer würden; die Bäume müssen dafür nicht gefällt werden."
SPANISH = "Más allá de la montaña está el corazón del niño; mañana él comerá piñas. ¿Qué será? ¡Así! «Según sé, sí.»"
ENGLISH = "The café © 2024 naïve résumé: 37 °C, 20 µg, £5 ½, ®, façade, jalapeño, Zoë, Björk, señor, São, Ångström."


def typed(text: str, charset: str) -> str:
    """The text as it reaches us when it was typed in an old charset and read as Latin letters."""
    if charset == "utf-8 twice":
        return "".join(bytes([b]).decode("windows-1252", "ignore") or chr(b) for b in text.encode())
    if charset == "windows-1258":
        parted = {bytes([b]).decode("windows-1258"): chr(b) for b in range(0xC0, 0x100)}
        out = []
        for letter in text:
            split = unicodedata.normalize("NFD", letter)
            tone = next((m for m in split if m in TONES[1:]), "")
            whole = unicodedata.normalize("NFC", split.replace(tone, "")) if tone else letter
            # The acute of a letter that Latin-1 has is part of it in this charset too.
            out += [parted[letter]] if letter in parted else [parted.get(whole, whole), parted[tone] if tone else ""]
        return "".join(out)
    if charset == "vni":
        letters = {**TABLES["vni"]["letters"], **{k.upper(): v.upper() for k, v in TABLES["vni"]["letters"].items()}}
        single = {v: k for k, v in letters.items()}
        marks = {v: k for k, v in TABLES["vni"]["marks"].items()}
        out = []
        for letter in text:
            split = unicodedata.normalize("NFD", letter)
            if letter not in LETTERS or letter in single or letter in "ìíÌÍ":
                out.append(single.get(letter, letter))
            elif split[0] in "ouOU" and "\u031b" in split:
                base, tone = single[unicodedata.normalize("NFC", split[0] + "\u031b")], split.replace("\u031b", "")[1:]
                out += [base, marks[tone].upper() if letter.isupper() else marks[tone]]
            else:
                order = sorted(split[1:], key=lambda m: m not in "\u0302\u0306")
                mark = marks["".join(order)]
                out += [split[0], mark.upper() if letter.isupper() else mark]
        return "".join(out)
    table = {letter: chr(int(code, 16)) for code, letter in TABLES[charset].items() if code != "A0"}
    return "".join(table.get(c, table.get(c.lower(), c)) for c in text)


def test_there_are_134_letters() -> None:
    assert len(LETTERS) == len(set(LETTERS)) == 134


CHARSETS = ("utf-8 twice", "tcvn3", "vni", "windows-1258", "viscii", "vps")


@pytest.mark.parametrize("charset", CHARSETS)
class TestEachCharset:
    def test_every_letter_goes_there_and_back(self, charset: str) -> None:
        capitals_of_font = charset == "tcvn3"
        for letter in LETTERS:
            if charset == "viscii" and letter == "Õ":
                continue
            back = charsets()[charset](typed(letter, charset))
            expected = letter.lower() if capitals_of_font and letter not in "ĂÂÊÔƠƯĐ" else letter
            assert back == expected, letter

    def test_prose_is_found_out_and_converted(self, charset: str) -> None:
        old = typed(PROSE, charset)
        assert old != PROSE
        assert restore_lines(old.split(". ")) == (charset, PROSE.split(". "))

    def test_a_sound_frame_around_an_old_body_stays(self, charset: str) -> None:
        frame = "<ul><li>Trang chủ</li><li>Tin tức © 2024</li><li>Người tốt, việc tốt</li></ul>"
        title, page = "Lễ bế giảng", "<html><title>{}</title>{}<div><h1>{}</h1><p>{}</p></div></html>"
        old = page.format(typed(title, charset), frame, typed(title, charset), typed(PROSE, charset))
        assert restore_page(old) == page.format(title, frame, title, PROSE)

    @pytest.mark.parametrize("text", [PROSE, FRENCH, GERMAN, SPANISH, ENGLISH])
    def test_sound_text_beside_old_text_stays(self, charset: str, text: str) -> None:
        page = f"<p>{text}</p><p>{typed(PROSE, charset)}</p>"
        assert restore_page(page) == f"<p>{text}</p><p>{PROSE}</p>"


# The bytes of text encoded twice are UTF-8, so that a page of them has no other charset to be found.
@pytest.mark.parametrize("charset", [c for c in CHARSETS if c != "utf-8 twice"])
def test_a_whole_page_of_bytes(charset: str) -> None:
    body = "".join(f"<p>{line}</p>" for line in PROSE.split(". "))
    page = f"<html><head><title>Lớp học nghề</title></head><body>{body}</body></html>"
    data = "".join(typed(page, charset)).encode("latin-1")
    for content_type in ("", "text/html; charset=utf-8", "text/html; charset=iso-8859-1"):
        shown = unicodedata.normalize("NFC", decode(data, content_type))
        assert shown == page, content_type


def test_the_words_that_a_detector_must_know() -> None:
    """Proper words are syllables."""
    words = {w.strip(".,;:").lower() for w in PROSE.split()}
    assert len(words) > 40
    assert [w for w in words if not is_syllable(w)] == []


@pytest.mark.parametrize("word", ["gì", "giếng", "quyết", "khuỷu", "nghiêng", "Quốc", "thuở", "yến", "ốc"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize("word", ["héi", "ngµy", "coâng", "xã̀", "các̉", "tot", "strength", "", "à" * 9, "cỏc"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize("text", [PROSE, FRENCH, GERMAN, SPANISH, ENGLISH, unicodedata.normalize("NFD", PROSE)])
def test_proper_text_is_not_touched(text: str) -> None:
    assert restore_lines([text, *text.split(" ")]) == ("", [text, *text.split(" ")])
    assert restore_page(f"<p title='{text}'>{text}</p>") == f"<p title='{text}'>{text}</p>"


@given(st.lists(st.sampled_from((PROSE + FRENCH + ENGLISH + GERMAN + SPANISH).split()), max_size=60))
def test_no_mixture_of_proper_words_is_touched(words: list[str]) -> None:
    text = " ".join([*words, "µ ¸ ø ï"])
    assert restore_lines([text]) == ("", [text])


@given(st.text(max_size=300))
def test_any_text_passes(text: str) -> None:
    restore_page(text)
    restore_lines(text.splitlines())


def test_no_saved_page_is_touched() -> None:
    pages = [p for p in all_pages() if p.file.suffix == ".html"]
    assert len(pages) > 10
    for page in pages:
        text = page.file.read_bytes().decode("utf-8", "replace")
        assert restore_page(text) is text or restore_page(text) == text, page.name


def test_a_font_of_capitals() -> None:
    old = typed(PROSE, "tcvn3")
    title = typed("uỷ ban nhân dân tỉnh", "tcvn3")
    page = f'<p><font face=".VnTimeH">{title} <font>a</font></font></p><p>{old}</p>'
    assert restore_page(page).startswith('<p><font face=".VnTimeH">UỶ BAN NHÂN DÂN TỈNH <font>a</font></font></p>')


@pytest.mark.parametrize("tag", ["< >", "<//>", "<>", "</ >", "< / >"])
def test_tags_without_a_name_pass(tag: str) -> None:
    assert restore_page(f"<p>{typed(PROSE, 'tcvn3')}</p>{tag}") == f"<p>{PROSE}</p>{tag}"


def test_letters_written_as_references() -> None:
    old = "".join(f"&#{ord(c)};" if ord(c) > 127 else c for c in typed(PROSE, "tcvn3"))
    assert restore_page(f"<p>{old}</p><p>1 &lt; 2 &amp; 3&nbsp;</p>") == f"<p>{PROSE}</p><p>1 &lt; 2 &amp; 3&nbsp;</p>"


def test_the_headers_default_gives_way_to_what_the_page_says() -> None:
    page = f'<html><head><meta charset="windows-1258"></head><body><p>{PROSE}</p></body></html>'
    data = typed(page, "windows-1258").encode("latin-1")
    shown = decode(data, "text/html; charset=ISO-8859-1")
    assert unicodedata.normalize("NFC", shown) == page


def test_another_language_keeps_its_declared_charset() -> None:
    page = f"<html><body><p>{FRENCH}</p></body></html>"
    assert decode(page.encode("latin-1", "replace"), "text/html; charset=iso-8859-1") == page
    greek = "<html><body><p>Καλημέρα σας, τι κάνετε σήμερα;</p></body></html>"
    assert decode(greek.encode("iso-8859-7"), "text/html; charset=iso-8859-7") == greek


def test_an_article_in_abc_is_read_like_any_other() -> None:
    lead = "Sáng 15/5/2024, huyện khai giảng lớp đào tạo nghề cho lao động nông thôn."
    page = (
        '<html><head><meta property="article:published_time" content="2024-05-15T08:00:00+07:00"></head><body><article>'
        f"<h1>{typed('Khai giảng lớp nghề', 'tcvn3')}</h1><p>{typed(lead, 'tcvn3')}</p>"
        f"<p>{typed(PROSE, 'tcvn3')}</p></article></body></html>"
    )
    try:
        article = extract_article(page, "https://huyen.example/tin/1")
    except NotAnArticleError as refusal:
        pytest.fail(str(refusal))
    assert article.title == "Khai giảng lớp nghề"
    assert PROSE in article.text
