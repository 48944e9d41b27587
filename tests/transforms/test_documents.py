"""Documents published as files: PDF and .docx, official headings, and what cannot be read, by name."""

import io
import random
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from demo.documents import Notice, as_docx, as_pdf, docx_of, pdf_of
from tests.transforms.test_legacy import PROSE, typed
from transforms.article import Article, NotAnArticleError
from transforms.extract import document_instead, extract_article
from transforms.extract.documents import read_document
from transforms.extract.documents.official import read_official
from transforms.extract.documents.pdf import MAX_PAGES

URL = "https://xa.example/van-ban/12.pdf"
FETCHED = datetime(2024, 6, 30, tzinfo=UTC)
TEXT = (
    "Thực hiện Quyết định số 1584/QĐ-UBND, Ủy ban nhân dân tỉnh ban hành Kế hoạch tuyên truyền với nội dung sau đây:",
    "1. Nâng cao nhận thức của người dân về học nghề, gắn đào tạo với nhu cầu của doanh nghiệp trong khu công nghiệp.",
    "2. Các sở, ngành căn cứ nhiệm vụ được giao xây dựng kế hoạch chi tiết và tổ chức thực hiện.",
)
NOTICE = Notice(
    issuer=("ỦY BAN NHÂN DÂN", "TỈNH HẢI DƯƠNG"),
    number="238/KH-UBND",
    place_line="Hải Dương, ngày 07 tháng 6 năm 2022",
    heading=("KẾ HOẠCH", "Tuyên truyền Đề án đào tạo nguồn nhân lực", "đáp ứng yêu cầu xây dựng tỉnh công nghiệp"),
    paragraphs=TEXT,
)
TITLE = "Kế hoạch Tuyên truyền Đề án đào tạo nguồn nhân lực đáp ứng yêu cầu xây dựng tỉnh công nghiệp"


def refusal(data: bytes) -> str:
    with pytest.raises(NotAnArticleError) as caught:
        extract_article(data, URL, fetched_at=FETCHED)
    return caught.value.reason


def paragraph(text: str, font: str = "") -> str:
    look = f'<w:rPr><w:rFonts w:ascii="{font}"/></w:rPr>' if font else ""
    return f"<w:p><w:r>{look}<w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize("data", [as_pdf(NOTICE), as_docx(NOTICE)], ids=["pdf", "docx"])
def test_a_plan_is_read(data: bytes) -> None:
    article = extract_article(data, URL, fetched_at=FETCHED)
    assert article.title == TITLE
    assert article.text == "\n".join(TEXT)
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2022-06-07T00:00:00+07:00"
    assert (article.genre, article.document_number) == ("van_ban", "238/KH-UBND")
    assert article.issuer == "ỦY BAN NHÂN DÂN TỈNH HẢI DƯƠNG"
    assert (article.title_rule, article.date_rule) == ("document:heading", "document:place_line")
    assert article.text_rule in ("pdf", "docx")
    assert not article.authors


HEAD = ("UBND TỈNH HẢI DƯƠNG", "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            (
                *HEAD,
                "Số: 12/QĐ-SLĐTBXH Hải Dương, ngày 7 tháng 12 năm 2023",
                "QUYẾT ĐỊNH",
                "Về việc giao chỉ tiêu",
                *TEXT,
            ),
            {"title": "Quyết định về việc giao chỉ tiêu", "number": "12/QĐ-SLĐTBXH", "kind": "quyết định"},
        ),
        (
            (*HEAD, "Số: 96 /SLĐTBXH-DN", "V/v mở lớp đào tạo nghề", "Kính gửi: Các trường", *TEXT),
            {"title": "Công văn về việc mở lớp đào tạo nghề", "number": "96/SLĐTBXH-DN", "kind": "công văn"},
        ),
        (
            (*HEAD, "Số:       /TB-SLĐTBXH", "THÔNG BÁO", "Tuyển sinh lớp sửa máy nông nghiệp", *TEXT),
            {"title": "Thông báo Tuyển sinh lớp sửa máy nông nghiệp", "number": "", "kind": "thông báo"},
        ),
        (
            ("SỞ", "KẾ HOẠCH VÀ ĐẦU TƯ", "Số: 5/BC-SKHĐT", "BÁO CÁO KẾT QUẢ THU HÚT LAO ĐỘNG", *TEXT),
            {"title": "Báo cáo KẾT QUẢ THU HÚT LAO ĐỘNG", "number": "5/BC-SKHĐT", "kind": "báo cáo"},
        ),
        (("Lịch tiếp công dân tháng sáu", *TEXT), {"title": "Lịch tiếp công dân tháng sáu", "number": "", "kind": ""}),
    ],
)
def test_headings(lines: tuple[str, ...], expected: dict[str, str]) -> None:
    heading = read_official(lines)
    assert {name: getattr(heading, name) for name in expected} == expected
    assert heading.body[-len(TEXT) :] == TEXT


@pytest.mark.parametrize(
    ("place_line", "day"),
    [
        ("Hải Dương, ngày 07 tháng 6 năm 2022", "2022-06-07"),
        ("Chí Linh, ngày 12 tháng 10 năm 2023", "2023-10-12"),
        ("Tp. Hải Dương, ngày 1 tháng 02 năm 2024", "2024-02-01"),
        ("Hải Dương, ngày      tháng 6 năm 2022", None),
        ("Hải Dương, ngày … tháng … năm 2022", None),
        ("Hải Dương, ngày 31 tháng 02 năm 2022", None),
        ("Hải Dương, ngày 10 tháng 02 năm 20", None),
        ("", None),
    ],
)
def test_the_day_of_the_place_line(place_line: str, day: str | None) -> None:
    rest = "Căn cứ Quyết định ngày 03 tháng 4 năm 2021 của Chủ tịch Ủy ban nhân dân tỉnh"
    heading = read_official((*HEAD, "Số: 1/KH-UBND", place_line, "KẾ HOẠCH", "Mở lớp nghề", rest, *TEXT))
    found = heading.signed_at.date().isoformat() if heading.signed_at else None
    assert found == day


def test_recipients_are_no_text_and_what_is_attached_is() -> None:
    heading = read_official(
        ("KẾ HOẠCH", "Mở lớp nghề", *TEXT, "Nơi nhận:", "- Như trên;", "PHỤ LỤC I", "Danh mục nghề")
    )
    assert heading.body == (*TEXT, "PHỤ LỤC I", "Danh mục nghề")


def test_no_day_no_article() -> None:
    blank = Notice(NOTICE.issuer, NOTICE.number, "Hải Dương, ngày    tháng    năm 2022", NOTICE.heading, TEXT)
    assert refusal(as_docx(blank)) == "no_date"
    late = Notice(NOTICE.issuer, NOTICE.number, "Hải Dương, ngày 07 tháng 6 năm 2031", NOTICE.heading, TEXT)
    assert refusal(as_docx(late)) == "no_date"


class TestUnreadable:
    def test_a_picture_of_paper_is_named(self) -> None:
        import matplotlib as mpl
        from matplotlib.figure import Figure

        file = io.BytesIO()
        with mpl.rc_context({"pdf.fonttype": 42}):
            sheet = Figure()
            sheet.figimage([[0.0, 1.0], [1.0, 0.0]])
            sheet.text(0.1, 0.1, "Signed 07/06/2022")
            sheet.savefig(file, format="pdf")
        assert refusal(file.getvalue()) == "scanned_document"

    def test_a_locked_file_is_named_and_one_locked_against_changes_is_read(self) -> None:
        for password, reason in (("mat-khau", "encrypted_document"), ("", "")):
            writer = PdfWriter(clone_from=io.BytesIO(as_pdf(NOTICE)))
            writer.encrypt(user_password=password, owner_password="chu", algorithm="AES-128")
            file = io.BytesIO()
            writer.write(file)
            if reason:
                assert refusal(file.getvalue()) == reason
            else:
                assert extract_article(file.getvalue(), URL, fetched_at=FETCHED).title == TITLE

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_document"),
            (b"\xd0\xcf\x11\xe0" + bytes(64) + "EncryptedPackage".encode("utf-16-le"), "encrypted_document"),
            (b"%PDF-1.7\n%%EOF", "unreadable"),
            (b"PK\x03\x04 broken", "unreadable"),
            (docx_of(""), "no_text"),
        ],
    )
    def test_named(self, data: bytes, reason: str) -> None:
        assert refusal(data) == reason

    def test_a_spreadsheet_is_another_document(self) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
        assert refusal(file.getvalue()) == "other_document"

    def test_a_text_layer_of_nonsense(self) -> None:
        assert refusal(docx_of(paragraph("xqz wvk ptk " * 40))) == "unreadable"

    def test_a_zip_bomb(self) -> None:
        assert refusal(docx_of(paragraph("a" * 30_000_000))) == "unreadable"

    def test_more_pages_than_are_read(self) -> None:
        writer = PdfWriter()
        page = PdfReader(io.BytesIO(as_pdf(NOTICE))).pages[0]
        for _ in range(MAX_PAGES + 5):
            writer.add_page(page)
        file = io.BytesIO()
        writer.write(file)
        article = extract_article(file.getvalue(), URL, fetched_at=FETCHED)
        assert article.text_rule == f"pdf:{MAX_PAGES}_of_{MAX_PAGES + 5}_pages"

    def test_broken_files_end_as_named_refusals(self) -> None:
        draw = random.Random(7)
        read = 0
        for data in (as_pdf(NOTICE), as_docx(NOTICE)):
            for _ in range(60):
                broken = bytearray(data)
                for _ in range(draw.choice((1, 5, 30))):
                    at = draw.randrange(4, len(broken) - 400)
                    if draw.random() < 0.5:
                        broken[at] = draw.randrange(256)
                    else:
                        del broken[at : at + draw.randrange(1, 40)]
                try:
                    assert extract_article(bytes(broken), URL, fetched_at=FETCHED).title
                    read += 1
                except NotAnArticleError:
                    pass
        assert read


@given(st.binary(max_size=200))
def test_any_bytes_after_a_known_beginning(rest: bytes) -> None:
    for begin in (b"%PDF-1.4\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        with pytest.raises(NotAnArticleError):
            read_document(begin + rest)


def test_docx_breaks_strikes_and_boxes() -> None:
    body = (
        "<w:p><w:r><w:t>KẾ HOẠCH</w:t><w:br/><w:t>Mở lớp nghề</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>Lớp</w:t></w:r><w:r><w:tab/><w:t>may</w:t></w:r><w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>"
        "<w:r><w:t xml:space='preserve"
        "'> mở ở ba xã.</w:t></w:r></w:p>" + "".join(paragraph(t) for t in TEXT)
    )
    heading = read_document(docx_of(body)).heading
    assert heading.title == "Kế hoạch Mở lớp nghề"
    assert heading.body[0] == "Lớp may mở ở ba xã."


def test_old_fonts_in_docx_and_pdf() -> None:
    old = [typed(t, "tcvn3") for t in (TEXT[0].lower(), PROSE.lower())]
    body = paragraph(typed("kế hoạch", "tcvn3"), ".VnTimeH") + paragraph(typed("mở lớp nghề", "tcvn3"), ".VnTime")
    document = read_document(docx_of(body + "".join(paragraph(t, ".VnTime") for t in old)))
    assert document.heading.title == "Kế hoạch mở lớp nghề"
    assert document.paragraphs == (TEXT[0].lower(), PROSE.lower())
    document = read_document(docx_of("".join(paragraph(t) for t in old)))
    assert document.rule == "docx+tcvn3"
    rows = [typed(" ".join(PROSE.lower().split()[i : i + 12]), "tcvn3") for i in range(0, len(PROSE.split()), 12)]
    document = read_document(pdf_of([rows]))
    assert document.rule == "pdf+tcvn3"
    assert PROSE.lower() in " ".join((document.heading.title, *document.paragraphs))


class TestPages:
    """A page with nothing but a link to a document."""

    @staticmethod
    def page(body: str, **more: Any) -> str:
        return (
            "<html><head><title>Kế hoạch mở lớp nghề - UBND xã</title></head><body><main><h1>Kế hoạch mở lớp nghề</h1>"
            f"<p>Thứ ba, 07/06/2022 10:30</p><div class='noi-dung'>{body}</div></main></body></html>"
        )

    LINK = "<p>Xem <a href='/files/ke-hoach.pdf'>văn bản</a></p>"

    def read(self, body: str, document: bytes = b"") -> Article:
        return extract_article(self.page(body), "https://xa.example/tin/1", fetched_at=FETCHED, document=document)

    def test_title_and_day_are_the_pages_and_the_text_is_the_documents(self) -> None:
        article = self.read(self.LINK, as_pdf(NOTICE))
        assert (article.title, article.text) == ("Kế hoạch mở lớp nghề", "\n".join(TEXT))
        assert article.published_at is not None
        assert article.published_at.isoformat() == "2022-06-07T10:30:00+07:00"
        assert (article.text_rule, article.genre) == ("document:pdf", "van_ban")
        assert article.document_url == "https://xa.example/files/ke-hoach.pdf"
        assert (article.document_number, article.issuer) == ("238/KH-UBND", "ỦY BAN NHÂN DÂN TỈNH HẢI DƯƠNG")

    def test_the_refusal_names_the_document(self) -> None:
        with pytest.raises(NotAnArticleError) as caught:
            self.read(self.LINK)
        assert (caught.value.reason, caught.value.document) == ("no_text", "https://xa.example/files/ke-hoach.pdf")

    def test_an_unreadable_document_is_the_pages_refusal(self) -> None:
        with pytest.raises(NotAnArticleError) as caught:
            self.read(self.LINK, b"\xd0\xcf\x11\xe0" + bytes(600))
        assert caught.value.reason == "old_document"

    @pytest.mark.parametrize(
        ("body", "found"),
        [
            (LINK, "/files/ke-hoach.pdf"),
            ("<p><a href='/a.pdf'>PDF</a> <a href='/a.docx'>Word</a></p>", "/a.docx"),
            ("<p><a href='/a.pdf'>Một</a> <a href='/b.pdf'>Hai</a></p>", ""),
            ("<p><a href='/a.zip'>Tải về</a></p>", ""),
            (LINK + "".join(f"<p>{t}</p>" for t in TEXT), ""),
            ("<p>Không có gì.</p>", ""),
        ],
    )
    def test_which_document_stands_for_the_text(self, body: str, found: str) -> None:
        told = document_instead(self.page(body), "https://xa.example/tin/1", fetched_at=FETCHED)
        assert told.removeprefix("https://xa.example") == found
