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
    "tinhuy_sharepoint": ["/news/Pages/new.aspx?CateID=12&ItemID=3456", "/news/pages/new.aspx?ItemID=3456&CateID=12"],
    "liferay": [
        "/-/asset_publisher/aB3dE5/content/ra-quan-tuyen-truyen",
        "/web/guest/tin-tuc/-/asset_publisher/aB3dE5/content/ra-quan/12204?inheritRedirect=false",
        "/tin?p_p_id=101_INSTANCE_aB3&_101_INSTANCE_aB3_type=content&_101_INSTANCE_aB3_urlTitle=ra-quan",
        "/tin?_com_liferay_asset_publisher_web_portlet_AssetPublisherPortlet_INSTANCE_x_assetEntryId=7",
    ],
    "hpg_portal": ["/tin-hoat-dong-812/khai-giang-lop-nghe--77120", "/tin-tuc-su-kien/hoi-nghi-tong-ket-680867"],
    "youtube": ["/watch?v=dQw4w9WgX_Q", "/shorts/dQw4w9WgX-Q", "/watch?app=m&v=dQw4w9WgX_Q"],
    "generic": [
        "/tin/khai-giang-lop-nghe-nong-thon",
        "/bai-viet-12345.html",
        "/chi-tiet?id=17",
        "/2024/05/khai-giang/",
        "/tin-tuc/2024/5/17/khai-giang-lop-nghe-2024",
        "/Tin-moi/khai-mac-phien-cho-41877.htm",
        "/chuyen-muc/giao-duc/khai-giang-lop-nghe-nong-thon.html",
        "/nganh-may/tuyen-sinh-dn1204.html",
        "/portal/pages/2024-5-17/khai-giang-lop-nghe-nong-thon.aspx",
        "/su-kien/ngay-hoi-viec-lam-88213.html",
    ],
}
DENIED = {
    "onecms": ["/print/376615.html", "/en/mo-rong-truong-nghe-376615.html", "/podcast/audio-mo-rong-376615.html"],
    "nukeviet": ["/vi/news/print/tin/hoi-nghi-123.html", "/vi/news/savefile/tin/hoi-nghi-123.html"],
    "wordpress": ["/2024/05/17/tuyen-sinh-2024/?replytocom=7", "/2024/05/17/tuyen-sinh/?share=facebook"],
    "liferay": ["/-/asset_publisher/aB3dE5/content/ra-quan?p_p_state=pop_up&viewMode=print"],
    "hpg_portal": ["/tin-hoat-dong-812/khai-giang-lop-nghe--77120?print=1"],
    "tinhuy_sharepoint": ["/news/Pages/new.aspx?CateID=12&ItemID=3456&IsDlg=1"],
    "generic": [
        "/print/tin-12345.html",
        "/en/khai-giang-lop-nghe-nong-thon",
        "/khai-giang-lop-nghe-nong-thon/?share=x",
    ],
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
    "tinhuy_sharepoint": ["/", "/news/Pages/category.aspx?CateID=12", "/news/Pages/new.aspx?CateID=12"],
    "liferay": [
        "/",
        "/web/guest/tin-tuc",
        "/tin?p_p_id=x&_com_liferay_asset_publisher_web_portlet_AssetPublisherPortlet_INSTANCE_x_cur=2",
        "/-/asset_publisher/aB3dE5/tag/hoc-nghe",
        "/-/asset_publisher/aB3dE5/rss",
    ],
    "hpg_portal": ["/", "/tin-hoat-dong-812", "/lien-he"],
    "youtube": ["/", "/@daihaiduong", "/feeds/videos.xml?channel_id=UCabc", "/playlist?list=PL1", "/watch"],
    "generic": [
        "/",
        "/tin-tuc",
        "/lien-he",
        "/tag/mot-hai-ba-bon-nam-sau",
        "/vi/tu-khoa/dao-tao-nghe-cho-lao-dong-nong-thon/",
        "/author/nguyen-van-an-phong-vien-bao/",
        "/tac-gia/nguyen-thi-thu-hoai-an-12345",
        "/category/giao-duc/lao-dong-viec-lam-va-xa-hoi/",
        "/chuyen-muc/lao-dong-viec-lam-va-xa-hoi/",
        "/danh-muc/khoa-hoc-giao-duc-va-dao-tao-1204",
        "/tin-tuc/page/2/",
        "/khoa-hoc-cong-nghe-va-moi-truong/trang-12.html",
        "/tai-lieu/mot-hai-ba-bon-nam.pdf",
        "/uploads/2024/05/anh-hoc-vien-lop-nghe-may.jpg",
        "/2024/05/17/khai-giang-lop-nghe/anh-hoc-vien-lop-nghe-may/",
        "/2024/05/",
        "/2024/05/17/",
        "/2024/",
        "/archives/2024-05",
        "/nam-hoc-2024",
        "/khai-giang-lop-nghe/attachment/anh-hoc-vien-lop-nghe-may/",
        "/?attachment_id=812",
        "/danh-sach.aspx?id=5",
        "/tin.aspx?id=5&page=2",
        "/search/dao-tao-nghe-cho-lao-dong-nong-thon",
        "/tim-kiem?q=dao-tao-nghe-cho-lao-dong",
        "/events/2031-05/",
        "/lich-cong-tac-tuan-cua-lanh-dao-tinh?month=5&year=2031",
        "/calendar/2031/05",
    ],
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
TAGS = {
    "onecms": ["/dao-tao-nghe-ptag.html"],
    "nukeviet": ["/vi/news/tag/hoc-nghe/"],
    "wordpress": ["/tag/hoc-nghe/", "/index.php/tag/hoc-nghe"],
    "liferay": ["/tin?p_r_p_564233524_tag=hoc+nghe", "/-/asset_publisher/aB3dE5/tag/hoc-nghe"],
    "generic": ["/tag/hoc-nghe", "/tu-khoa/hoc-nghe/"],
}
# Address of an article -> its running number.
NUMBERS = {
    "bhd_legacy": ("/kinh-te/mot-bai-97738/", 97738),
    "onecms": ("/mo-rong-truong-nghe-376615.html", 376615),
    "tandan_sharepoint": ("/Trang/ChiTietTinTuc.aspx?title=hop-2024.html&nid=4183", 4183),
    "nukeviet": ("/vi/news/tin-hoat-dong/hoi-nghi-2024-123.html", 123),
    "haiduongtv": ("/xem-tin-tuc/dao-tao-nghe-1234.html", 1234),
    "hdnd_custom": ("/tin-tuc/ky-hop-thu-15-n514.html", 514),
    "hpg_portal": ("/tin-hoat-dong-812/khai-giang-lop-nghe--77120", 77120),
    "tinhuy_sharepoint": ("/news/Pages/new.aspx?CateID=12&ItemID=3456", 3456),
}
PROBES = {"onecms": "/print/376615.html", "tandan_sharepoint": "/Trang/ChiTietTinTuc.aspx?nid=4183"}
# Two addresses of one article each.
TWINS = {
    "tinhuy_sharepoint": (
        "/news/Pages/new.aspx?CateID=12&ItemID=3456",
        "/news/pages/New.aspx?ItemID=03456&CateID=12&Source=%2Fnews",
    ),
    "liferay": (
        "/web/guest/tin-tuc/-/asset_publisher/aB3dE5/content/ra-quan?redirect=%2Fweb%2Fguest%2Fhome&p_l_back_url=x",
        "/tin?p_p_id=101_INSTANCE_aB3&p_p_state=normal&_101_INSTANCE_aB3_urlTitle=ra-quan",
    ),
    "youtube": ("/watch?v=dQw4w9WgX_Q&t=30s", "/shorts/dQw4w9WgX_Q"),
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


@pytest.mark.parametrize(("name", "path"), pairs(TAGS))
def test_tag_pages_are_no_articles_and_no_sections(name: str, path: str) -> None:
    platform = PLATFORMS[name]
    assert platform.is_tag(SITE + path)
    assert not platform.is_article(SITE + path)
    assert not platform.is_section(SITE + path)


def test_every_platform_that_states_tags_or_numbers_shows_one_here() -> None:
    assert set(TAGS) == {n for n, p in PLATFORMS.items() if p.tag}
    assert set(NUMBERS) == {n for n, p in PLATFORMS.items() if p.number}
    assert set(PROBES) == {n for n, p in PLATFORMS.items() if p.probe}


@pytest.mark.parametrize("name", NUMBERS)
def test_running_numbers(name: str) -> None:
    path, number = NUMBERS[name]
    assert PLATFORMS[name].is_article(SITE + path)
    assert PLATFORMS[name].number_of(SITE + path) == number
    assert PLATFORMS[name].number_of(f"{SITE}/tin-tuc") is None
    assert PLATFORMS[name].number_of(SITE + path.replace(str(number), "1" * 5000)) is None


@pytest.mark.parametrize("name", PROBES)
def test_a_number_is_asked_for_by_an_address_that_shows_it_again(name: str) -> None:
    platform, number = PLATFORMS[name], int(re.findall(r"\d+", PROBES[name])[0])
    assert platform.probe_url(SITE, number) == SITE + PROBES[name]
    assert platform.number_of(platform.probe_url(SITE, number)) == number


@pytest.mark.parametrize("name", TWINS)
def test_two_addresses_of_one_article(name: str) -> None:
    one, other = (SITE + path for path in TWINS[name])
    platform = PLATFORMS[name]
    assert platform.is_article(one)
    assert platform.is_article(other)
    assert platform.key(one) == platform.key(other)


def test_articles_of_one_name_on_two_sites_of_one_portal_stay_two() -> None:
    key = PLATFORMS["liferay"].key
    place = "/-/asset_publisher/aB3dE5/content/thong-bao"
    assert (
        len({key(f"{SITE}{site}{place}") for site in ("/web/guest/tin", "/web/so-y-te/tin", "/web/so-noi-vu/a")}) == 3
    )
    assert key(f"{SITE}/tin{place}") != key(f"{SITE}/tin{place}-2")


def test_an_item_of_another_category_stays_another() -> None:
    key = PLATFORMS["tinhuy_sharepoint"].key
    assert key(f"{SITE}/news/Pages/new.aspx?CateID=1&ItemID=7") != key(f"{SITE}/news/Pages/new.aspx?CateID=2&ItemID=7")


@pytest.mark.parametrize(("name", "path"), pairs(ARTICLES))
def test_a_session_in_the_address_changes_nothing(name: str, path: str) -> None:
    platform = PLATFORMS[name]
    url = f"{SITE}/(S(lit3py55t21z5v55vlm25s55)){path}"
    assert platform.is_article(url)
    assert platform.key(url) == platform.key(SITE + path)


def test_a_read_aloud_twin_is_known_by_its_title() -> None:
    assert PLATFORMS["onecms"].is_denied(f"{SITE}/a-376615.html", "[Audio] Mở rộng trường nghề")


def test_an_unknown_platform_is_refused_with_the_known_ones() -> None:
    with pytest.raises(TheodoiError, match=r"joomla.*generic"):
        platform_of("joomla")


@pytest.mark.parametrize("fields", [{"name": "", "article": "x"}, {"name": "x", "article": ""}])
def test_a_platform_without_what_it_needs_does_not_start(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="required"):
        Platform(**fields)


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"page": "{path}/page"}, "needs {n}"),
        ({"page": "{path}/{seite}"}, "cannot be filled"),
        ({"more": "/ajax"}, "needs {n}"),
        ({"calendar": "/{y}/"}, "needs {m}"),
        ({"number": r"(\d+)"}, "group called id"),
        ({"probe": "/print/{id}"}, "number to know"),
        ({"probe": "/print", "number": r"(?P<id>\d+)"}, "probe needs"),
    ],
)
def test_what_cannot_be_filled_does_not_start(fields: dict[str, str], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        Platform(name="x", article="x", **fields)  # type: ignore[arg-type]


def test_a_broken_pattern_does_not_start() -> None:
    with pytest.raises(re.error):
        Platform(name="x", article="(")
