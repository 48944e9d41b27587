import re

import pytest

from spiders.platform import Platform
from spiders.platforms import PLATFORMS, platform_of
from theodoi.errors import TheodoiError

SITE = "https://a.vn"

# Forms of real addresses of each platform: of articles, of second forms that are never asked for, and of neither.
ARTICLES = {
    "bhd_legacy": ["/lao-dong---viec-lam/ty-le-lao-dong-qua-dao-tao-tang-219939", "/kinh-te/mot-bai-97738/"],
    "onecms": ["/mo-rong-truong-nghe-376615.html"],
    "tandan_sharepoint": [
        "/Trang/ChiTietTinTuc.aspx?nid=4183&title=hop.html",
        "/Trang/ChiTietTinTuc.aspx?nid=4183",
        "/trang/chitiettintuc.aspx?title=hop.html&nid=4183",
        "/2022/Trang/hop-bao.aspx",
    ],
    "nukeviet": ["/vi/news/tin-hoat-dong/hoi-nghi-123.html", "/news/tin/hoi-nghi-123.html"],
    "wordpress": ["/2024/05/17/tuyen-sinh-2024/", "/2024/05/tuyen-sinh"],
    "haiduong_subportal_v1": ["/Article/dGluLTE@/%C4%90%E1%BB%81-%C3%A1n.html", "/ViewDetail/x%40/hoi-nghi.html"],
    "haiduong_subportal_v2": ["/vi-vn/hoi-nghi-tong-ket", "/vi-vn/khai-giang"],
    "haiduongtv": ["/xem-tin-tuc/dao-tao-nghe-1234.html"],
    "hdnd_custom": ["/tin-tuc/ky-hop-thu-15-n514.html"],
    "generic": ["/tin/khai-giang-lop-nghe-nong-thon", "/bai-viet-12345.html", "/chi-tiet?id=17"],
}
DENIED = {
    "onecms": ["/print/376615.html", "/en/mo-rong-truong-nghe-376615.html", "/podcast/audio-mo-rong-376615.html"],
    "nukeviet": ["/vi/news/print/tin/hoi-nghi-123.html", "/vi/news/savefile/tin/hoi-nghi-123.html"],
    "wordpress": ["/2024/05/17/tuyen-sinh-2024/?replytocom=7", "/2024/05/17/tuyen-sinh/?share=facebook"],
    "generic": ["/tag/mot-hai-ba-bon-nam-sau", "/print/tin-12345.html", "/tai-lieu/mot-hai-ba-bon-nam.pdf"],
}
NEITHER = {
    "bhd_legacy": ["/", "/chuyen-muc/kinh-te/5", "/chuyen-muc/kinh-te/5/2", "/lien-he"],
    "onecms": ["/", "/kinh-te", "/lao-dong-ptag.html", "/rss/home.rss"],
    "tandan_sharepoint": ["/Trang/tin-hoat-dong.aspx?page=2", "/Trang/default.aspx"],
    "nukeviet": ["/vi/news/tin-hoat-dong/page-2/", "/vi/news/rss/", "/vi/contact/"],
    "wordpress": ["/category/tin-tuc/page/2/", "/gioi-thieu/", "/2024/05/17/", "/2024/05/"],
    "haiduong_subportal_v1": ["/ArticleCategory/tin.html?page=2"],
    "haiduong_subportal_v2": ["/vi-vn/gioi-thieu", "/vi-vn/chuyen-muc/tin-tuc?page=2", "/vi-vn/lien-he/"],
    "haiduongtv": ["/tin-tuc/thoi-su.html", "/media/trang-2.html?view=7"],
    "hdnd_custom": ["/tin-tuc"],
    "generic": ["/", "/tin-tuc", "/lien-he"],
}
SECTIONS = {
    "bhd_legacy": ("/chuyen-muc/lao-dong---viec-lam/13", "/chuyen-muc/lao-dong---viec-lam/13/2"),
    "tandan_sharepoint": ("/Trang/tin-hoat-dong.aspx", "/Trang/tin-hoat-dong.aspx?page=2"),
    "nukeviet": ("/vi/news/tin-hoat-dong/", "/vi/news/tin-hoat-dong/page-2/"),
    "wordpress": ("/category/tin-tuc/", "/category/tin-tuc/page/2/"),
    "haiduong_subportal_v1": ("/ArticleCategory/tin.html", "/ArticleCategory/tin.html?page=2"),
    "haiduong_subportal_v2": ("/vi-vn/chuyen-muc/tin-tuc", "/vi-vn/chuyen-muc/tin-tuc?page=2"),
    "haiduongtv": ("/tin-tuc/thoi-su.html", "/tin-tuc/thoi-su/trang-2.html"),
}


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, path) for name, paths in table.items() for path in paths]


def test_every_platform_shows_its_addresses_here() -> None:
    assert set(PLATFORMS) == set(ARTICLES) == set(NEITHER)
    assert all(PLATFORMS[name].name == name for name in PLATFORMS)


@pytest.mark.parametrize(("name", "path"), pairs(ARTICLES))
def test_articles(name: str, path: str) -> None:
    assert PLATFORMS[name].is_article(SITE + path)
    assert not PLATFORMS[name].is_denied(SITE + path)


@pytest.mark.parametrize(("name", "path"), pairs(DENIED))
def test_second_forms_are_seen_and_denied(name: str, path: str) -> None:
    assert PLATFORMS[name].is_article(SITE + path)
    assert PLATFORMS[name].is_denied(SITE + path)


@pytest.mark.parametrize(("name", "path"), pairs(NEITHER))
def test_what_is_no_article(name: str, path: str) -> None:
    assert not PLATFORMS[name].is_article(SITE + path)


@pytest.mark.parametrize(("name", "pages"), SECTIONS.items())
def test_sections_and_their_second_page(name: str, pages: tuple[str, str]) -> None:
    first, second = pages
    assert PLATFORMS[name].is_section(SITE + first)
    assert PLATFORMS[name].page_url(SITE + first, 2) == SITE + second


def test_a_later_page_of_a_section_is_no_section_of_its_own() -> None:
    assert not any(PLATFORMS[name].is_section(SITE + second) for name, (_, second) in SECTIONS.items())


def test_the_portal_knows_an_article_by_its_number_alone() -> None:
    key = PLATFORMS["tandan_sharepoint"].key
    assert key(f"{SITE}/Trang/ChiTietTinTuc.aspx?nid=7&title=cu.html") == key(f"{SITE}/trang/ChiTietTinTuc.aspx?nid=7")
    assert key(f"{SITE}/Trang/ChiTietTinTuc.aspx?nid=7") != key(f"{SITE}/Trang/ChiTietTinTuc.aspx?nid=8")


def test_a_read_aloud_twin_is_known_by_its_title() -> None:
    assert PLATFORMS["onecms"].is_denied(f"{SITE}/a-376615.html", "[Audio] Mở rộng trường nghề")


def test_an_unknown_platform_is_refused_with_the_known_ones() -> None:
    with pytest.raises(TheodoiError, match=r"joomla.*generic"):
        platform_of("joomla")


@pytest.mark.parametrize("fields", [{"name": "", "article": "x"}, {"name": "x", "article": ""}])
def test_a_platform_without_what_it_needs_does_not_start(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="required"):
        Platform(**fields)


def test_a_broken_pattern_does_not_start() -> None:
    with pytest.raises(re.error):
        Platform(name="x", article="(")
