"""Documents that a site publishes as files: listed by themselves, or behind a page that shows nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from demo.documents import Notice, as_docx, as_pdf
from tests.faulty_server import FaultySite, body, page, serving
from tests.theodoi.test_crawl import World
from theodoi import lake
from theodoi.archive import read_capture
from theodoi.steps.attachments import Attachments
from theodoi.steps.process import process

LISTING = "/vi/news/tin/"
NOTICE = Notice(
    issuer=("ỦY BAN NHÂN DÂN", "XÃ MẪU"),
    number="12/KH-UBND",
    place_line="Xã Mẫu, ngày 07 tháng 5 năm 2024",
    heading=("KẾ HOẠCH", "Mở lớp sửa máy nông nghiệp"),
    paragraphs=(
        "Xã mở lớp sửa máy nông nghiệp trong sáu tuần cho ba mươi thanh niên ở các thôn ven đê của xã.",
        "Lớp học dùng chính những chiếc máy hỏng của bà con, ai học xong được hợp tác xã nhận vào làm.",
    ),
)
FILE, BEHIND = "/uploads/ke-hoach-12.pdf", "/uploads/ke-hoach-13.docx"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serving(FaultySite(articles=0)) as site:
        world = World(site, tmp_path / "data")
        world.use(discovery=("listing",), start_urls=(site.base_url + LISTING,))
        yield world


def show(world: World, *links: str) -> None:
    world.site.faults[LISTING] = body("text/html; charset=utf-8", page("".join(f"<p>{link}</p>" for link in links)))


def article_page(number: int, link: str) -> tuple[str, bytes]:
    text = (
        f"<h1 class='title'>Kế hoạch số {number} về lớp sửa máy</h1><p>08/05/2024 09:30</p>"
        f"<div id='news-bodyhtml' class='bodytext'><p>Xem <a href='{link}'>văn bản</a></p></div>"
    )
    return f"/vi/news/tin/ke-hoach-{number}.html", page(text)


def test_a_listed_document_is_an_article(world: World) -> None:
    world.site.faults[FILE] = body("application/pdf", as_pdf(NOTICE))
    show(
        world,
        f"<a href='{FILE}'>Kế hoạch mở lớp sửa máy nông nghiệp</a> 08/05/2024",
        "<a href='/uploads/mau-don.docx'>Tải về</a>",
    )
    assert world.crawl().fetched == 1
    assert not world.site.asked("mau-don")
    process(world.settings, world.registry)
    (article,) = world.rows(lake.ARTICLE)
    assert article["url"] == world.site.base_url + FILE
    assert article["title"] == "Kế hoạch Mở lớp sửa máy nông nghiệp"
    assert article["text"] == "\n".join(NOTICE.paragraphs)
    assert (article["genre"], article["document_number"], article["issuer"]) == (
        "van_ban",
        "12/KH-UBND",
        "ỦY BAN NHÂN DÂN XÃ MẪU",
    )
    assert article["published_at"].isoformat() == "2024-05-06T17:00:00+00:00"
    assert article["document_capture_id"] is None
    # Nothing has changed: it is not asked for again.
    assert world.crawl().fetched == 0


def test_a_document_behind_an_empty_page_gives_its_text(world: World) -> None:
    path, content = article_page(13, BEHIND)
    world.site.faults[path] = body("text/html; charset=utf-8", content)
    world.site.faults[BEHIND] = body("application/vnd.openxmlformats", as_docx(NOTICE))
    show(world, f"<a href='{path}'>Kế hoạch số 13 về lớp sửa máy</a> 08/05/2024")
    assert world.crawl().fetched == 2
    found = {r["url"].removeprefix(world.site.base_url): r for r in world.rows(lake.DISCOVERY)}
    assert (found[BEHIND]["channel"], found[BEHIND]["channel_url"]) == ("attachment", world.site.base_url + path)
    process(world.settings, world.registry)
    (article,) = world.rows(lake.ARTICLE)
    assert article["url"] == world.site.base_url + path
    assert article["title"] == "Kế hoạch số 13 về lớp sửa máy"
    assert article["text"] == "\n".join(NOTICE.paragraphs)
    assert article["published_at"].isoformat() == "2024-05-08T02:30:00+00:00"
    fetches = {r["capture_id"]: r for r in world.rows(lake.FETCH)}
    for name, address in (("capture_id", path), ("document_capture_id", BEHIND)):
        row = fetches[article[name]]
        assert row["url"] == world.site.base_url + address
        capture = read_capture(world.settings.archive, row["warc_file"], row["warc_offset"])
        assert capture.fetched_at == row["fetched_at"]
    assert [(d["url"].removeprefix(world.site.base_url), d["reason"]) for d in world.rows(lake.DROP)] == [
        (BEHIND, "attachment")
    ]
    # The same again: nothing is fetched, and nothing is read anew.
    assert world.crawl().fetched == 0
    assert process(world.settings, world.registry).read == []


def test_a_document_that_cannot_be_read_names_the_fall_of_its_page(world: World) -> None:
    path, content = article_page(14, FILE)
    world.site.faults[path] = body("text/html; charset=utf-8", content)
    world.site.faults[FILE] = body("application/pdf", b"%PDF-1.7 broken")
    show(world, f"<a href='{path}'>Kế hoạch số 14 về lớp sửa máy</a> 08/05/2024")
    world.crawl()
    process(world.settings, world.registry)
    assert world.rows(lake.ARTICLE) == []
    reasons = {d["url"].removeprefix(world.site.base_url): d["reason"] for d in world.rows(lake.DROP)}
    assert reasons == {path: "unreadable", FILE: "attachment"}


def test_what_robots_closes_is_not_asked(world: World) -> None:
    path, content = article_page(15, "/closed/ke-hoach.pdf")
    world.site.faults[path] = body("text/html; charset=utf-8", content)
    show(world, f"<a href='{path}'>Kế hoạch số 15 về lớp sửa máy</a> 08/05/2024")
    world.crawl()
    assert not world.site.asked("/closed/")
    assert world.fetches()["/closed/ke-hoach.pdf"]["outcome"] == "robots"
    process(world.settings, world.registry)
    assert {d["reason"] for d in world.rows(lake.DROP)} == {"no_text"}


def test_of_several_captures_of_a_document_the_first_since_its_page_counts(tmp_path: Path) -> None:
    at = {day: datetime(2024, 5, day, tzinfo=UTC) for day in (1, 5, 9)}
    page_url, key = "https://xa.example/1", "xa.example/1.pdf"
    noted = {"source_id": "xa", "url_key": key, "channel": "attachment", "channel_url": page_url, "seen_at": at[1]}
    lake.write(lake.partition(tmp_path, lake.DISCOVERY, "xa", "2024-05-01"), lake.DISCOVERY, [noted])
    rows = [
        {"source_id": "xa", "url_key": key, "outcome": "ok", "capture_id": f"c{day}", "fetched_at": at[day]}
        for day in (9, 1)
    ]
    failed = {"source_id": "xa", "url_key": key, "outcome": "gone", "fetched_at": at[5]}
    lake.write(lake.partition(tmp_path, lake.FETCH, "xa", "2024-05-09"), lake.FETCH, [*rows, failed])
    attachments = Attachments(tmp_path)
    assert attachments.has(rows[0])
    assert not attachments.has({"source_id": "xa", "url_key": "xa.example/2.pdf"})

    def read_with(day: int, url: str = page_url) -> str | None:
        document = attachments.of_page({"source_id": "xa", "url": url, "fetched_at": at[day]})
        return document["capture_id"] if document else None

    assert [read_with(1), read_with(5), read_with(9)] == ["c1", "c9", "c9"]
    assert attachments.of_page({"source_id": "xa", "url": page_url, "fetched_at": at[9].replace(month=6)}) is not None
    assert read_with(1, "https://xa.example/2") is None
