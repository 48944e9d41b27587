"""Reading of made-up pages: each test builds the smallest page that shows one rule at work."""

import gzip
import unicodedata
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from transforms.article import Article, NotAnArticleError
from transforms.extract import extract_article
from transforms.extract.decoding import MAX_BYTES
from transforms.extract.special import special_section

URL = "https://bao.example/tin/hoc-nghe-1.html"
FETCHED = datetime(2024, 6, 30, tzinfo=UTC)
TITLE = "Mở lớp sửa máy nông nghiệp ở xã ven đê"
LEAD = "Mười tám thanh niên trong xã vừa hoàn thành lớp sửa máy cày, máy gặt kéo dài sáu tuần do huyện mở."
PARAGRAPHS = (
    "Lớp học dùng chính những chiếc máy hỏng của bà con. Sau khóa học, mười một chiếc đã chạy lại được.",
    "Anh lớp trưởng đang tính cùng ba người bạn mở tiệm sửa chữa ở đầu xã để kịp vụ mùa tới đây.",
    "Hợp tác xã cho mượn gian nhà kho và ứng trước tiền mua bộ đồ nghề cho cả nhóm dùng chung.",
)
DOCUMENT = "<p>Kính gửi: Ủy ban nhân dân các xã</p>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
DATE = "Thứ ba, 07/06/2022 10:30"


def build(
    *,
    title: str = f"<h1>{TITLE}</h1>",
    date: str = f"<p>{DATE}</p>",
    lead: str = f'<h2 class="sapo">{LEAD}</h2>',
    body: str = "".join(f"<p>{p}</p>" for p in PARAGRAPHS),
    head: str = "",
    end: str = "",
) -> str:
    return (
        f"<!DOCTYPE html><html lang='vi'><head><title>{TITLE} - Báo Bến Sông</title>{head}</head><body>"
        f"<main>{title}{date}{lead}<div class='noi-dung'>{body}</div>{end}</main>"
        "<footer><p>Giấy phép số 1/GP-TTĐT cấp ngày 01/02/2020</p></footer></body></html>"
    )


def read(html: str | bytes, **options: object) -> Article:
    return extract_article(html, URL, fetched_at=FETCHED, **options)  # type: ignore[arg-type]


def refusal(html: str | bytes, **options: object) -> str:
    with pytest.raises(NotAnArticleError) as caught:
        read(html, **options)
    return caught.value.reason


def test_everything_of_a_plain_page() -> None:
    article = read(build())
    assert (article.title, article.lead) == (TITLE, LEAD)
    assert article.text == "\n".join(PARAGRAPHS)
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2022-06-07T10:30:00+07:00"
    assert (article.date_rule, article.title_rule, article.lead_rule) == ("visible", "visible:h1", "visible:sapo")
    assert article.genre == "tin"


@pytest.mark.parametrize("platform", ["", "generic", "khong_biet", None])
def test_unknown_platforms_have_no_rules(platform: str | None) -> None:
    assert read(build(), platform=platform) == read(build())


# ---- charset


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_bytes_of_any_unicode_form(charset: str) -> None:
    assert read(build().encode(charset)).title == TITLE


@pytest.mark.parametrize(
    ("content_type", "meta"),
    list(
        product(
            ["", "text/html; charset=utf-8", "text/html; charset=iso-8859-1", "text/html; charset=khong-co"],
            [
                "",
                '<meta charset="utf-8">',
                '<meta charset="windows-1252">',
                '<meta charset="hex">',
                '<meta charset="utf-16">',
            ],
        )
    ),
)
def test_wrongly_declared_charsets(content_type: str, meta: str) -> None:
    assert read(build(head=meta).encode(), content_type=content_type).text == "\n".join(PARAGRAPHS)


def test_windows_1258_as_declared() -> None:
    # The code page writes most marks apart from their letter.
    ready = "".join(
        c if _fits(c) else unicodedata.normalize("NFD", c) if c not in "ơưƠƯđĐăâêôĂÂÊÔ" else c
        for c in _split_marks(build())
    )
    article = read(ready.encode("cp1258"), content_type="text/html; charset=windows-1258")
    assert article.title == TITLE
    assert unicodedata.is_normalized("NFC", article.text)


def _split_marks(text: str) -> str:
    """Letters of the code page followed by its combining tone marks."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = []
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        tone = "".join(m for m in parts if m in tones)
        out.append(unicodedata.normalize("NFC", "".join(m for m in parts if m not in tones)) + tone)
    return "".join(out)


def _fits(char: str) -> bool:
    try:
        char.encode("cp1258")
    except UnicodeEncodeError:
        return False
    return True


def test_a_few_broken_bytes_do_not_change_the_charset() -> None:
    broken = build().encode()[:-40] + b"\xe1\xba"
    assert read(broken).title == TITLE


# ---- refusals


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (b"", "empty_page"),
        ("   \n ", "empty_page"),
        (b"\x00" * 4000, "empty_page"),
        ("<html></html>", "no_title"),
        (b"%PDF-1.7 abc", "unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 50, "not_html"),
        (gzip.compress(b"<html></html>"), "not_html"),
        ('{"status": "ok"}', "not_html"),
        ("Không có thẻ nào ở đây cả.", "not_html"),
        ('<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>', "not_html"),
        ('<?xml version="1.0"?><urlset><url><loc>http://x</loc></url></urlset>', "not_html"),
        ("<p>" + "a" * MAX_BYTES + "</p>", "unreadable"),
        (build(date=""), "no_date"),
        (build(body="", lead=""), "no_text"),
        (build(body="<p>Ngắn quá.</p>", lead=""), "no_text"),
    ],
)
def test_named_refusals(html: str | bytes, reason: str) -> None:
    assert refusal(html) == reason


LOCK = '<div class="alert">{}</div><form action="/login/"><input name="u"><input type="password" name="p"></form>'


@pytest.mark.parametrize(
    "notice",
    [
        "Nội dung được bảo vệ, vui lòng đăng nhập để xem",
        "Bài này được bảo vệ bằng mật khẩu. Để xem, hãy nhập mật khẩu vào ô bên dưới:",
        "This post is password protected.",
    ],
)
def test_a_page_that_asks_for_a_password_instead_of_its_text_is_locked(notice: str) -> None:
    sidebar = "<p>" + "Chuyên mục giới thiệu các làng nghề của huyện. " * 20 + "</p>"
    assert refusal(build(lead="", body=LOCK.format(notice)).replace("</body>", f"{sidebar}</body>")) == "locked"


def test_a_form_for_comments_or_for_readers_locks_nothing() -> None:
    text = "<p>Lớp nghề may công nghiệp khai giảng với ba mươi học viên của xã. </p>" * 8
    for notice in ("Vui lòng đăng nhập để bình luận", "Đăng nhập để xem tin đã lưu"):
        assert read(build(body=text + LOCK.format(notice))).text


def test_a_page_from_the_future_has_no_date() -> None:
    assert refusal(build(date="<p>07/06/2031 10:30</p>")) == "no_date"


def test_pictures_or_a_programme_stand_for_text() -> None:
    pictures = "".join(f'<figure><img src="/{i}.jpg"><figcaption>Ảnh {i}</figcaption></figure>' for i in range(6))
    page = build(title=f'<h1 class="title">{TITLE}</h1>', lead="", body="").replace(
        "<div class='noi-dung'></div>", f'<div class="news-content">{pictures}</div>'
    )
    article = read(page, platform="haiduongtv")
    assert article.genre == "anh"
    assert len(article.images) == 6
    video = page.replace(pictures, "<video src='/a.mp4'></video>")
    assert read(video, platform="haiduongtv").genre == "video"


def test_listing_pages() -> None:
    items = "".join(
        f'<div><h3><a href="/{i}">Khai giảng lớp nghề cho lao động nông thôn đợt {i}</a></h3><p>{LEAD}</p></div>'
        for i in range(12)
    )
    for head in ("", '<meta property="og:type" content="website">', '<meta property="og:type" content="article">'):
        page = build(title="<h1>Xã hội</h1>", date="", lead="", body=items, head=head)
        assert refusal(page) == "listing_page"
    # The teaser's date is not the page's own.
    dated = items.replace("</h3>", "</h3><span>07/06/2022 10:30</span>")
    assert refusal(build(title="<h1>Xã hội</h1>", date="", lead="", body=dated)) == "listing_page"


def test_an_article_among_many_links_is_no_listing() -> None:
    links = "".join(
        f'<li><a href="/{i}">Khai giảng lớp nghề cho lao động nông thôn đợt {i}</a></li>' for i in range(40)
    )
    assert read(build(end=f"<ul>{links}</ul>")).text == "\n".join(PARAGRAPHS)


# ---- title


@pytest.mark.parametrize(
    "title",
    [
        f"<h1>{TITLE} - Báo Bến Sông</h1>",
        f"<h1>  {unicodedata.normalize('NFD', TITLE)} </h1>",
        f"<h1>{TITLE.replace(' ', '&nbsp;', 1)}&#8203;</h1>",
        f"<h1>Báo Bến Sông</h1><h1>{TITLE}</h1>",
        f"<h1>{TITLE}<span>07/06/2022 10:30</span></h1>",
        f"<h2>{TITLE}</h2>",
        f"<div class='tieude'>{TITLE}</div>",
    ],
)
def test_titles(title: str) -> None:
    head = '<meta property="og:site_name" content="Báo Bến Sông">'
    assert read(build(title=title, head=head)).title == TITLE


def test_title_from_the_claims_when_nothing_shows_it() -> None:
    head = (
        f'<meta property="og:title" content="{TITLE} | Báo Bến Sông">'
        '<meta property="article:published_time" content="2022-06-07T10:30:00+07:00">'
    )
    article = read(build(title="", head=head))
    assert (article.title, article.title_rule) == (TITLE, "meta:og:title")


# ---- dates


def test_claims_before_the_visible_line_and_the_edit_apart() -> None:
    head = (
        '<meta property="article:published_time" content="2022-06-07T10:30:42+07:00">'
        '<meta property="article:modified_time" content="2022-06-08T09:00:00+07:00">'
    )
    article = read(build(head=head))
    assert article.published_at is not None
    assert article.modified_at is not None
    assert article.published_at.isoformat() == "2022-06-07T10:30:42+07:00"
    assert article.date_rule == "meta:article:published_time"
    assert article.modified_at.isoformat() == "2022-06-08T09:00:00+07:00"


@pytest.mark.parametrize(
    "claimed",
    [
        "2022-07-06T00:00:00+07:00",  # day and month swapped
        "2022-06-09T14:00:00+07:00",  # the last edit
        "2022-06-07T16:45:00+07:00",  # the last edit, on the same day
        "2022-06-07+0710:30:00",  # malformed
        "2031-01-01T00:00:00+07:00",  # the future
        "1970-01-01T00:00:00Z",  # a forgotten field
    ],
)
def test_what_readers_see_against_wrong_claims(claimed: str) -> None:
    article = read(build(head=f'<meta property="article:published_time" content="{claimed}">'))
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2022-06-07T10:30:00+07:00"
    assert article.date_rule == "visible"


def test_a_clock_is_no_date() -> None:
    clock = '<div class="clock">Chủ nhật, 30/06/2024 - 07:00:00</div>'
    assert refusal(build(date="").replace("<main>", f"{clock}<main>")) == "no_date"
    near = build(
        date="<p>Chủ nhật, 30/06/2024 07:00</p>",
        head='<meta property="article:published_time" content="2022-06-07T10:30:00+07:00">',
    )
    article = read(near)
    assert article.published_at is not None
    assert article.published_at.year == 2022


def test_dates_of_footers_prose_and_other_pieces_do_not_count() -> None:
    body = "".join(
        f"<p>{p}</p>" for p in (*PARAGRAPHS, "Ngày 12 tháng 5 năm 2022, huyện đã duyệt kinh phí cho lớp học này.")
    )
    side = "<div><a href='/x'>Lịch cắt điện các xã trong tuần tới của huyện</a> <span>01/06/2022</span></div>"
    assert refusal(build(date="", body=body, end=side)) == "no_date"


def test_day_in_the_address_as_a_last_hint() -> None:
    article = extract_article(build(date=""), "https://bao.example/2022/06/07/lop-nghe/", fetched_at=FETCHED)
    assert article.published_at is not None
    assert (article.published_at.isoformat(), article.date_rule) == ("2022-06-07T00:00:00+07:00", "url")


def test_words_are_never_left_to_htmldate() -> None:
    article = read(build(date="<p>Ngày đăng: ngày 07 tháng 6 năm 2022</p>"))
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2022-06-07T00:00:00+07:00"


# ---- lead


def test_lead_by_the_summary_of_the_page() -> None:
    head = f'<meta name="description" content="{LEAD} - Báo Bến Sông">'
    article = read(build(lead=f"<p>{LEAD}</p>", head=head))
    assert (article.lead, article.lead_rule) == (LEAD, "visible:summary")
    assert LEAD not in article.text


def test_lead_in_bold() -> None:
    article = read(build(lead="", body=f"<p><b>{LEAD}</b></p>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)))
    assert (article.lead, article.lead_rule) == (LEAD, "visible:bold")
    assert article.text == "\n".join(PARAGRAPHS)


def test_no_lead_rather_than_the_first_paragraph() -> None:
    article = read(build(lead=""))
    assert article.lead == ""
    assert article.text == "\n".join(PARAGRAPHS)


# ---- authors and credits


@pytest.mark.parametrize(
    ("line", "authors", "credit"),
    [
        ("<p style='text-align:right'><b>Hà Thu</b></p>", ("Hà Thu",), ""),
        ("<p><b>Hà Thu</b> <i>(tổng hợp)</i></p>", ("Hà Thu",), ""),
        ("<p><b>Hà Thu</b> (theo Reuters)</p>", ("Hà Thu",), "theo Reuters"),
        ("<p>Hà Thu</p>", ("Hà Thu",), ""),
        ("<p><strong>HÀ THU - VŨ MINH ĐỨC</strong></p>", ("Hà Thu", "Vũ Minh Đức"), ""),
        ("<p>Bài, ảnh: Hà Thu, Minh Đức</p>", ("Hà Thu", "Minh Đức"), ""),
        ("<p>Tin và ảnh: Trung tâm Văn hóa - Thông tin huyện</p>", ("Trung tâm Văn hóa - Thông tin huyện",), ""),
        ("<p align='right'><b>PV</b></p>", ("PV",), ""),
        ("<p align='right'>Hà Thu</p><p align='right'><i>Theo TTXVN</i></p>", ("Hà Thu",), "Theo TTXVN"),
        ("<p align='right'>Hà Thu - Quay phim Minh Đức</p>", ("Hà Thu",), ""),
        ("<p align='right'>Hà Thu - Văn phòng tổng hợp</p>", ("Hà Thu",), ""),
        ("<p align='right'>Hà Thu (Đài Phát thanh Thanh Miện)</p>", ("Hà Thu",), ""),
        ("<p>Nguồn: Báo Hải Dương</p>", (), "Nguồn: Báo Hải Dương"),
        ("<p>(Theo báo Nhân Dân)</p>", (), "(Theo báo Nhân Dân)"),
        ("<p>Ảnh: Minh Đức</p>", (), ""),
        ("<p align='right'><b>Báo Bến Sông</b></p>", (), ""),
    ],
)
def test_closing_lines(line: str, authors: tuple[str, ...], credit: str) -> None:
    head = '<meta property="og:site_name" content="Báo Bến Sông"><meta name="author" content="Báo Bến Sông">'
    article = read(build(body="".join(f"<p>{p}</p>" for p in PARAGRAPHS) + line, head=head))
    assert article.authors == authors
    assert article.credit == credit
    if authors or credit:
        assert article.text == "\n".join(PARAGRAPHS)


def test_a_sentence_in_quotes_is_no_signature() -> None:
    last = "Cứ dẫn tới xưởng của chị Liên.”"
    page = build(body="".join(f"<p>{p}</p>" for p in (*PARAGRAPHS, last)))
    article = read(page.replace("class='noi-dung'", 'class="fck"'), platform="bhd_legacy")
    assert article.authors == ()
    assert article.text.endswith(last)


@pytest.mark.parametrize("line", ["Nguồn nhân lực TP Hải Dương", "Theo kế hoạch năm 2024", "đã", "Tiếp tục đổi mới"])
def test_short_lines_that_only_begin_like_credits_or_names(line: str) -> None:
    article = read(build(body="".join(f"<p>{p}</p>" for p in (*PARAGRAPHS, line))))
    assert (article.authors, article.credit) == ((), "")
    assert article.text.endswith(line)


def test_a_list_of_names_is_text() -> None:
    names = "".join(f"<li>{n}</li>" for n in ("Nguyễn Văn An", "Trần Thị Bích", "Lê Minh Châu"))
    article = read(build(body="".join(f"<p>{p}</p>" for p in PARAGRAPHS) + f"<p>Ban tổ chức gồm:</p><ul>{names}</ul>"))
    assert article.authors == ()
    assert article.text.endswith("Lê Minh Châu")


@pytest.mark.parametrize(
    "claimed",
    ["Báo Bến Sông", "admin", "bao.example", "https://facebook.com/bensong", "Ban biên tập", "toasoan@bao.example"],
)
def test_the_site_is_no_author(claimed: str) -> None:
    head = f'<meta property="og:site_name" content="Báo Bến Sông"><meta name="author" content="{claimed}">'
    assert read(build(head=head)).authors == ()


def test_author_of_the_claims_and_of_the_byline() -> None:
    people = '[{"@type":"Person","name":"Hà Thu"},{"@type":"Organization","name":"Báo Bến Sông"}]'
    node = f'{{"@type":"NewsArticle","headline":"x","author":{people}}}'
    claimed = f'<script type="application/ld+json">{node}</script>'
    assert read(build(head=claimed)).authors == ("Hà Thu",)
    shown = read(build(date=f'<p>{DATE}</p><div class="author-info"><a href="/t">Hà Thu</a></div>'))
    assert (shown.authors, shown.author_rule) == (("Hà Thu",), "visible:byline")


# ---- claims


def test_broken_and_hostile_json_ld() -> None:
    deep = "[" * 5000 + "]" * 5000
    broken = '{"@type": "NewsArticle", "headline": "' + TITLE + '", "datePublished": "2022-06-07T10:30:00+07:00",}'
    for text in (
        deep,
        broken,
        "null",
        "[1, 2]",
        '{"@graph": 3, "author": {"name": {"x": 1}}}',
        '{"@type": ["Article"], "author": [[]]}',
    ):
        article = read(build(head=f'<script type="application/ld+json">{text}</script>'))
        assert article.title == TITLE
    rescued = read(build(date="", head=f'<script type="application/ld+json">{broken}</script>'))
    assert rescued.date_rule == "jsonld"


def test_canonical_section_and_tags() -> None:
    head = (
        '<link rel="canonical" href="/tin/hoc-nghe-1.html"><meta property="article:section" content="Xã hội">'
        '<meta name="keywords" content="học nghề, việc làm; học nghề">'
    )
    article = read(build(head=head))
    assert article.canonical_url == URL
    assert article.section == "Xã hội"
    assert article.tags == ("học nghề", "việc làm")


# ---- body


def test_what_stands_apart_from_the_text() -> None:
    apart = (
        '<div class="c-audio"><span>00:00</span> / <span>03:12</span></div>',
        "<p>00:00 / 03:12</p>",
        '<figure><img src="/a.jpg"><figcaption>Học viên bên máy gặt</figcaption></figure>',
        '<p align="center"><img src="/b.jpg"></p><p style="text-align:center"><em>Xưởng thực hành</em></p>',
        '<div class="related"><ul><li><a href="/x">Tuyên truyền Đề án phát triển nguồn nhân lực</a></li></ul></div>',
        '<p><a href="/y">Gần tám mươi lao động được tuyển ngay tại phiên giao dịch</a></p>',
        "<p>&gt;&gt; Xem thêm: Lịch học nghề tháng bảy</p>",
        "<!-- ghi chú --><script>var x = 'Đề án';</script><style>p{}</style>",
        '<p style="display:none">Dòng ẩn không ai thấy trên trang này.</p>',
    )
    body = "".join(
        f"<p>{p}</p>{a}"
        for p, a in zip(PARAGRAPHS, ("".join(apart[:3]), "".join(apart[3:6]), "".join(apart[6:])), strict=True)
    )
    tail = '<h4>Tin cùng chuyên mục</h4><ul><li><a href="/z">Hội thi chèo toàn tỉnh</a></li></ul><p>Bình luận</p>'
    page = build(title=f'<h1 class="title-detail">{TITLE}</h1>', body="").replace(
        "<div class='noi-dung'></div>", f'<div class="fck">{body}{tail}</div>'
    )
    article = read(page, platform="bhd_legacy")
    assert article.text == "\n".join(PARAGRAPHS)
    assert article.images == ("https://bao.example/a.jpg", "https://bao.example/b.jpg")
    assert not article.has_video


def test_invisible_characters_and_tails_of_comments() -> None:
    body = "<p>Hải\u200bDương\u00a0có <!-- x -->nhiều\u00ad lớp nghề.</p>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    page = build(body="").replace("<div class='noi-dung'></div>", f'<div class="fck">{body}</div>')
    assert read(page, platform="bhd_legacy").text.startswith("HảiDương có nhiều lớp nghề.")


def test_known_platforms_never_wake_the_general_extractor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trafilatura.bare_extraction", None)
    page = build().replace("class='noi-dung'", 'class="fck"')
    assert read(page, platform="bhd_legacy").text_rule == "platform:bhd_legacy"


@pytest.mark.parametrize(
    ("changes", "genre"),
    [
        ({}, "tin"),
        ({"body": "".join(f"<p>{p}</p>" for p in PARAGRAPHS * 5)}, "bai"),
        ({"title": "<h1>Thông báo tuyển sinh lớp sửa máy nông nghiệp</h1>"}, "thong_bao"),
        ({"title": "<h1>Phóng sự: Những người giữ nghề bên sông</h1>"}, "phong_su"),
        ({"title": "<h1>Phóng sự ảnh: Những người giữ nghề bên sông</h1>"}, "anh"),
        ({"title": "<h1>[Chùm ảnh] Những người giữ nghề bên sông</h1>"}, "anh"),
        ({"title": "<h1>Liên hoan phóng sự truyền hình toàn tỉnh</h1>"}, "tin"),
        ({"title": "<h1>Tọa đàm: Doanh nghiệp cần thợ giỏi</h1>"}, "phong_van"),
        ({"title": "<h1>Tọa đàm về nhu cầu thợ giỏi của doanh nghiệp</h1>"}, "tin"),
        ({"body": "<video src='/a.mp4'></video>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)}, "video"),
        ({"body": "<video src='/a.mp4'></video>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS * 5)}, "bai"),
        ({"title": "<h1>Kế hoạch số 15/KH-UBND về đào tạo nghề</h1>", "body": DOCUMENT}, "van_ban"),
        ({"title": "<h1>Kế hoạch số 15/KH-UBND về đào tạo nghề đi vào đời sống</h1>"}, "tin"),
        ({"title": "<h1>Triển khai Quyết định 1584/QĐ-UBND ở các xã</h1>"}, "tin"),
        ({"body": "".join(f"<p><b>PV:</b> Vì sao?</p><p>{p}</p>" for p in PARAGRAPHS)}, "phong_van"),
    ],
)
def test_genres(changes: dict[str, str], genre: str) -> None:
    title = changes.get("title", f"<h1>{TITLE}</h1>")
    page = build(**changes).replace(f"<title>{TITLE}", f"<title>{title[4:-5]}")  # type: ignore[arg-type]
    assert read(page).genre == genre


@pytest.mark.parametrize(
    ("players", "count"),
    [
        ("", 0),
        ("<video src='/a.mp4'></video>", 1),
        ("<div class='video-js'><video><source src='/a.mp4'></video></div>", 1),
        ("<video src='/a.mp4'></video><video src='/b.mp4'></video>", 2),
        (
            "<iframe src='https://www.youtube.com/embed/a'></iframe><iframe src='https://www.youtube.com/embed/a'></iframe>",
            1,
        ),
        ("<iframe src='https://www.youtube.com/embed/a'></iframe><audio src='/c.mp3'></audio>", 2),
        ("<iframe src='https://ban-do.example/x'></iframe>", 0),
    ],
)
def test_programmes_are_counted_once_each(players: str, count: int) -> None:
    body = players + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    page = build(body="").replace("<div class='noi-dung'></div>", f'<div class="fck">{body}</div>')
    article = read(page, platform="bhd_legacy")
    assert (article.video_count, article.has_video) == (count, count > 0)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Chuyên đề: Cải cách hành chính", "Chuyên đề: Cải cách hành chính"),
        ("CHUYÊN ĐỀ CẢI CÁCH HÀNH CHÍNH", "Chuyên đề: CẢI CÁCH HÀNH CHÍNH"),
        ("Chuyên trang Đào tạo nghề", "Chuyên trang: Đào tạo nghề"),
        ("Chuyên mục “Nguồn nhân lực tỉnh công nghiệp”", "Chuyên mục: Nguồn nhân lực tỉnh công nghiệp"),
        ("Chuyên mục", ""),
        ("Chuyên mục khác", ""),
        ("Chuyên mục: Tin tức", ""),
        ("Chuyên đề cập đến nhiều việc", ""),
        ("Lao động - Việc làm", ""),
    ],
)
def test_special_sections(label: str, name: str) -> None:
    nothing: dict[str, Any] = {
        "section": "",
        "breadcrumb": (),
        "tags": (),
        "lines": (),
        "url": "https://a.example/tin/1",
    }
    assert special_section(**{**nothing, "section": label}) == name
    assert special_section(**{**nothing, "breadcrumb": ("Trang chủ", label)}) == name
    assert special_section(**{**nothing, "tags": ("lớp nghề", label)}) == name


def test_special_sections_that_a_line_or_the_address_tells() -> None:
    nothing: dict[str, Any] = {
        "section": "",
        "breadcrumb": (),
        "tags": (),
        "lines": (),
        "url": "https://a.example/tin/1",
    }
    line = "Bài viết thuộc chuyên mục “Học nghề để lập nghiệp” do Sở phối hợp thực hiện."
    assert special_section(**{**nothing, "lines": (TITLE, line)}) == "Chuyên mục: Học nghề để lập nghiệp"
    assert special_section(**{**nothing, "lines": ("Ông mở chuyên đề dạy nghề ở ba xã.",)}) == ""
    url = "https://a.example/chuyen-de/hoc-nghe-de-lap-nghiep/lop-hoc-123.html"
    assert special_section(**{**nothing, "url": url}) == "Chuyên đề: hoc-nghe-de-lap-nghiep"
    for other in ("https://a.example/chuyen-de.html", "https://a.example/chuyen-muc/xa-hoi/tin-1.html"):
        assert special_section(**{**nothing, "url": other}) == ""


def test_the_documents_that_a_body_links() -> None:
    body = (
        "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
        + '<p><a href="/files/ke hoach.pdf">Kế hoạch</a> <a href="x.docx">x</a></p>'
    )
    page = build(body="").replace("<div class='noi-dung'></div>", f'<div class="fck">{body}</div>')
    article = read(page, platform="bhd_legacy")
    assert [a.rsplit("/", 1)[1] for a in article.attachments] == ["ke hoach.pdf", "x.docx"]
    assert all(a.startswith("https://") for a in article.attachments)


@pytest.mark.parametrize("platform", [None, "bhd_legacy"])
def test_words_at_line_ends_and_between_inline_elements_stay_apart(platform: str | None) -> None:
    line = (
        "Lớp mở ở nhà văn hóa<br>của xã ven đê<br/>trong <b>sáu</b><i> tuần</i> với <u>hai</u><span> chục</span> người."
    )
    page = build(body="".join(f"<p>{p}</p>" for p in PARAGRAPHS) + f"<p>{line}</p>")
    text = read(page.replace("class='noi-dung'", 'class="fck"'), platform=platform).text
    assert text.split("\n")[-3:] == ["Lớp mở ở nhà văn hóa", "của xã ven đê", "trong sáu tuần với hai chục người."]
