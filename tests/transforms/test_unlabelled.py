"""Headline, date and name on pages that say nothing to machines: where a reader finds them, and what misleads."""

from datetime import UTC, datetime

import pytest

from transforms.article import Article, NotAnArticleError
from transforms.extract import extract_article
from transforms.extract.bylines import Strictness, has_prefix, is_label, looks_like_person, read_names
from transforms.extract.dates import read_date_line

URL = "https://xa.example/tin/12"
FETCHED = datetime(2024, 6, 30, 3, 0, tzinfo=UTC)
TITLE = "Mở lớp sửa máy nông nghiệp ở xã ven đê"
LEAD = "Mười tám thanh niên trong xã vừa hoàn thành lớp sửa máy cày, máy gặt kéo dài sáu tuần do huyện mở."
PARAGRAPHS = (
    "Lớp học dùng chính những chiếc máy hỏng của bà con. Sau khóa học, mười một chiếc đã chạy lại được.",
    "Anh lớp trưởng đang tính cùng ba người bạn mở tiệm sửa chữa ở đầu xã để kịp vụ mùa tới đây.",
    "Hợp tác xã cho mượn gian nhà kho và ứng trước tiền mua bộ đồ nghề cho cả nhóm dùng chung.",
)
TEXT = "".join(f"<p>{p}</p>" for p in (LEAD, *PARAGRAPHS))
DATE = "<div>07/06/2022 10:30</div>"
CLOCK = "<div>Chủ nhật, 30/06/2024 10:01</div>"


def read(body: str, title: str = f"{TITLE} - Trang tin xã Ven Đê") -> Article:
    return extract_article(
        f"<html><head><title>{title}</title></head><body>{body}</body></html>", URL, fetched_at=FETCHED
    )


def moment(body: str) -> str:
    try:
        at = read(body).published_at
    except NotAnArticleError as refusal:
        return refusal.reason
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


@pytest.mark.parametrize(
    ("body", "title"),
    [
        pytest.param(f"<div>{TITLE}</div>{DATE}{TEXT}", f"{TITLE} - Hội Nông dân xã Ven Đê", id="part of the title"),
        pytest.param(f"<h3>{TITLE}</h3>{DATE}{TEXT}", f"Thư viện Ven Đê - {TITLE}", id="last part of the title"),
        pytest.param(f"{DATE}<h3>{TITLE}</h3>{TEXT}", "Cổng thông tin Ven Đê", id="heading under the date"),
        pytest.param(f"<b>{TITLE}</b><br><i>(07/06/2022 | 10:30)</i>{TEXT}", "Trang tin xã", id="bold over the date"),
    ],
)
def test_the_headline_is_found_without_a_claim(body: str, title: str) -> None:
    article = read(body, title)
    assert article.title == TITLE
    assert article.published_at is not None
    assert f"{article.published_at:%Y-%m-%d %H:%M}" == "2022-06-07 10:30"


HEAD = f"<h1>{TITLE}</h1>"


@pytest.mark.parametrize(
    ("body", "at"),
    [
        pytest.param(f"{HEAD}<ul><li>07/06/2022</li><li>10:30</li></ul>{TEXT}", "2022-06-07 10:30", id="time beside"),
        pytest.param(f"{HEAD}<ul><li>10:30</li><li>07/06/2022</li></ul>{TEXT}", "2022-06-07 10:30", id="time before"),
        pytest.param(
            f"<p>07/06/2022</p>{HEAD}<p><span>10:30</span><span>45 lượt xem</span></p>{TEXT}",
            "2022-06-07 10:30",
            id="day over the headline, time under it",
        ),
        pytest.param(
            f"{HEAD}<p>07/06/2022</p><p>10:30 Thể dục</p>{TEXT}", "2022-06-07 00:00", id="a programme is no time"
        ),
        pytest.param(f"{HEAD}{TEXT}<p>Ngày đăng: 07/06/2022 10:30</p>", "2022-06-07 10:30", id="behind, labelled"),
        pytest.param(f"{HEAD}{TEXT}<p>07/06/2022 10:30 - Lượt xem: 45</p>", "2022-06-07 10:30", id="behind, counted"),
        pytest.param(f"{CLOCK}{HEAD}{TEXT}<p>Ngày đăng: 07/06/2022</p>", "2022-06-07 00:00", id="clock and behind"),
        pytest.param(f"{CLOCK}{HEAD}<p>Đăng lúc</p>{TEXT}", "no_date", id="a clock dates nothing"),
        pytest.param(
            f"<div>30/06/2024</div><div>Giới thiệu</div>{HEAD}{TEXT}", "no_date", id="today in the head dates nothing"
        ),
        pytest.param(f"<div>30/06/2024 07:15</div>{HEAD}{TEXT}", "2024-06-30 07:15", id="an article of today"),
        pytest.param(f"{HEAD}<div>30/06/2024 10:01</div>{TEXT}", "2024-06-30 10:01", id="an article of this minute"),
        pytest.param(
            f"{HEAD}{TEXT}<p>Tin đã đưa</p><p><a href='/1'>Họp thôn Đông</a> (01/02/2022)</p>",
            "no_date",
            id="neighbours",
        ),
        pytest.param(
            f"{HEAD}{TEXT}<p><a href='/1'>Họp dân thôn Đông</a> (01/02/2022)</p>",
            "no_date",
            id="neighbours, no heading",
        ),
        pytest.param(
            f"{HEAD}{TEXT}<p>01/02/2022</p><h4><a href='/1'>Họp dân thôn Đông bàn việc</a></h4>",
            "no_date",
            id="date over one",
        ),
        pytest.param(f"{HEAD}{TEXT}<p>3 nhận xét:</p><p>An <i>01/02/2022</i></p>", "no_date", id="comments"),
        pytest.param(
            f"<p><a href='/1'>Hội nghị tổng kết công tác năm của xã</a></p><p>01/02/2022</p>{HEAD}{TEXT}",
            "no_date",
            id="the date over the headline is that of a teaser",
        ),
        pytest.param(
            f"<div>{HEAD}Đăng lúc<br>{'<br>'.join((LEAD, *PARAGRAPHS))}<br><small>01/02/2022</small> Họp thôn</div>",
            "no_date",
            id="an element of the same holder",
        ),
    ],
)
def test_when_it_was_published(body: str, at: str) -> None:
    assert moment(body) == at


@pytest.mark.parametrize(
    ("body", "names"),
    [
        pytest.param(f"{HEAD}<p>Nguyễn Văn An | 07/06/2022 10:30</p>{TEXT}", ("Nguyễn Văn An",), id="before the date"),
        pytest.param(f"{HEAD}<p>07/06/2022 - Lê Thu Hà</p>{TEXT}", ("Lê Thu Hà",), id="behind the date"),
        pytest.param(f"{HEAD}<p>Nguyễn An, Lê Thu</p>{DATE}{TEXT}", ("Nguyễn An", "Lê Thu"), id="a line of its own"),
        pytest.param(
            f"{HEAD}<p>Đăng bởi Lê Thu, Hồ Bá Nam lúc 10:30 ngày 07/06/2022</p>{TEXT}",
            ("Lê Thu", "Hồ Bá Nam"),
            id="sentence",
        ),
        pytest.param(
            f"{HEAD}{DATE}<table><tr><th>Tác giả:</th><td>Lê Thu Hà</td></tr></table>{TEXT}", ("Lê Thu Hà",), id="label"
        ),
        pytest.param(
            f"{HEAD}{DATE}<p>{LEAD}</p><p>– Lê Thu Hà –</p>{TEXT[len(LEAD) + 7 :]}", ("Lê Thu Hà",), id="under the lead"
        ),
        pytest.param(f"{HEAD}{DATE}{TEXT}<p>(Bài, ảnh: Lê Thu Hà)</p>", ("Lê Thu Hà",), id="in brackets"),
        pytest.param(f"{HEAD}{DATE}{TEXT}<p><b>ĐOÀN THU HÀ</b></p>", ("Đoàn Thu Hà",), id="capitals"),
        pytest.param(f"{HEAD}{DATE}{TEXT}<p>✍ Lê Thu Hà</p>", ("Lê Thu Hà",), id="icon"),
        pytest.param(f"{HEAD}<p>Hà Nam, 07/06/2022</p>{TEXT}", (), id="a province"),
        pytest.param(f"{HEAD}<p>Thời Sự | 07/06/2022</p>{TEXT}", (), id="a section"),
        pytest.param(f"{HEAD}<p>Cẩm Bình | 07/06/2022</p>{TEXT}", (), id="no family name"),
        pytest.param(f"{HEAD}{DATE}<p>{LEAD}</p><h3>Nguyễn Văn An</h3>{TEXT}", (), id="a subhead"),
        pytest.param(f"{HEAD}{DATE}<p>{LEAD}</p><img src='a.jpg'><p>Nguyễn Văn An</p>{TEXT}", (), id="a caption"),
        pytest.param(f"<p><a href='/'>Đào Viên</a></p>{HEAD}{DATE}{TEXT}", (), id="the name of the site"),
        pytest.param(f"{HEAD}{DATE}{TEXT}<footer>Trưởng ban: Nguyễn Văn An</footer>", (), id="an editor"),
        pytest.param(f"{HEAD}{DATE}{TEXT}<p>Ảnh: Nguyễn Văn An</p>", (), id="a photographer"),
    ],
)
def test_who_wrote_it(body: str, names: tuple[str, ...]) -> None:
    assert read(body).authors == names


def test_a_cell_with_line_breaks_is_text() -> None:
    text = "<br><br>".join((LEAD, *PARAGRAPHS, LEAD.upper()))
    article = read(f"<table><tr><td>{HEAD}07/06/2022<br><br>{text}<br><br><b>Lê Thu Hà</b></td></tr></table>")
    assert article.authors == ("Lê Thu Hà",)
    assert set(PARAGRAPHS) <= set(article.text.split("\n"))


def test_what_stands_beside_a_date() -> None:
    line = read_date_line("Lê Thu Hà | Thứ ba, ngày 07/06/2022, 10:30 | Lượt xem: 45")
    assert line is not None
    assert line.rest == ("Lê Thu Hà", "Lượt xem: 45") or line.rest[0].startswith("Lê Thu Hà")


@pytest.mark.parametrize("name", ["ĐOÀN THỊ MAI", "Đoàn Thị Mai", "Văn Tuấn", "CHI MAI LAN"])
def test_a_person_whose_family_name_begins_bodies_too(name: str) -> None:
    assert looks_like_person(name)


@pytest.mark.parametrize(
    "name", ["ĐOÀN THANH NIÊN", "HỘI NÔNG DÂN", "CHI BỘ HAI", "Đoàn Thanh niên", "Thái Bình", "Hà Nội"]
)
def test_a_body_or_place_is_no_person(name: str) -> None:
    assert not looks_like_person(name)


def test_a_full_name_is_all_there_is_or_nothing() -> None:
    assert read_names("Lê Thu Hà - Kinh tế", (), Strictness.FULL_NAME, "Kinh tế") == ("Lê Thu Hà",)
    assert read_names("Lê Thu Hà - Trung tâm Văn hóa", (), Strictness.FULL_NAME) == ()
    assert read_names("Ngọc Diệp", (), Strictness.FULL_NAME) == ()
    assert read_names("Ngọc Diệp", (), Strictness.PERSON) == ("Ngọc Diệp",)


def test_labels_and_prefixes() -> None:
    assert is_label("Người viết :")
    assert not is_label("Người viết: Lê Thu")
    assert has_prefix("Viết bởi Lê Thu")
    assert not has_prefix("Viết bởi một người thợ")
