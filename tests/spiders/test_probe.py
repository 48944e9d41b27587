from pathlib import Path

import pytest
from scrapy.http import HtmlResponse

from spiders.platforms import PLATFORMS
from spiders.probe import guess
from tests.faulty_server import FaultySite, page, serving, status
from tests.pages.saved import SavedPage, all_pages
from theodoi.errors import TheodoiError
from theodoi.settings import Settings
from theodoi.steps.probe import probe

ARTICLE = page(
    '<div class="news_column"><h1 class="title" itemprop="headline">Mở lớp dạy nghề</h1><span class="h5">Thứ năm - '
    '31/08/2023 22:11</span><div class="hometext">Huyện mở ba lớp.</div><div id="news-bodyhtml"><p>'
    + "Ba lớp dạy nghề may đã khai giảng tại trung tâm huyện. " * 8
    + '</p></div><p class="h5 text-right"><strong>Tác giả: </strong>Văn An</p></div>'
)


def test_a_section_page(tmp_path: Path) -> None:
    with serving(FaultySite()) as site:
        report = probe(Settings(data=tmp_path, allow_private=True), f"{site.base_url}/vi/news/tin/")
    assert (report.platform, report.robots, report.listing_count) == ("nukeviet", "ok", 5)
    assert [(c.outcome, c.items) for c in report.sitemaps] == [("ok", 12)]
    assert ("ok", 5) in [(c.outcome, c.items) for c in report.feeds]
    assert report.next_page == f"{site.base_url}/vi/news/tin/page-2/"
    assert report.article is None
    assert report.not_an_article
    assert not list((tmp_path / "work" / "probe").iterdir())


def test_an_article(tmp_path: Path) -> None:
    with serving(FaultySite()) as site:
        site.faults[site.path(3)] = lambda handler: handler.send(200, "text/html; charset=utf-8", ARTICLE, {})
        report = probe(Settings(data=tmp_path, allow_private=True), site.url(3))
    assert report.article is not None
    assert report.article.title == "Mở lớp dạy nghề"
    assert "31/08/2023 22:11" in report.text()
    assert report.article.date_rule in report.text()


def test_a_page_that_is_gone(tmp_path: Path) -> None:
    with serving(FaultySite()) as site:
        site.faults["/robots.txt"] = status(404)
        report = probe(Settings(data=tmp_path, allow_private=True), f"{site.base_url}/khong-co")
    assert (report.outcome, report.robots) == ("gone", "gone")
    assert "404" in report.text()


@pytest.mark.parametrize(
    ("url", "what"), [("khong phai", "không phải địa chỉ"), ("https://a.example/", "THEODOI_CONTACT")]
)
def test_what_cannot_be_probed(tmp_path: Path, url: str, what: str) -> None:
    with pytest.raises(TheodoiError, match=what):
        probe(Settings(data=tmp_path), url)


# Pages that stand for themselves: others carry too little of their platform's frame to be told.
TOLD = {"liferay", "hpg_portal", "tinhuy_sharepoint", "youtube", "nukeviet", "onecms", "wordpress", "tandan_sharepoint"}


@pytest.mark.parametrize("saved", all_pages(), ids=lambda page: page.name)
def test_a_saved_page_is_never_taken_for_another_platform(saved: SavedPage) -> None:
    platform, reasons = guess(HtmlResponse(saved.url, body=saved.file.read_bytes(), encoding="utf-8"))
    assert platform.name in {saved.file.parent.name, "generic"}
    assert reasons


def test_the_platforms_are_told_by_their_pages() -> None:
    told = {guess(HtmlResponse(p.url, body=p.file.read_bytes(), encoding="utf-8"))[0].name for p in all_pages()}
    assert told >= TOLD
    assert set(PLATFORMS) >= TOLD
