import gzip
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse

from spiders.channels import Listed, feeds_of, menu_of, period_of, read_feed, read_listing, read_sitemap
from spiders.platforms import PLATFORMS

NUKEVIET = PLATFORMS["nukeviet"]
ONECMS = PLATFORMS["onecms"]
GENERIC = PLATFORMS["generic"]
SITE = "https://a.vn"


def listing(html: str, *, platform: str = "nukeviet", url: str = f"{SITE}/vi/news/tin/", number: int = 1) -> Listed:
    page = HtmlResponse(url, body=f"<html><body>{html}</body></html>".encode(), encoding="utf-8")
    return read_listing(page, PLATFORMS[platform], number, f"{SITE}/vi/news/tin/")


def link(number: int, text: str = "Một bài") -> str:
    return f'<a href="/vi/news/tin/mot-bai-{number}.html">{text}</a>'


class TestFeed:
    def test_items_in_order_with_title_and_time(self) -> None:
        feed = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title>
        <item><title>Đề án &amp; việc làm</title><link>{SITE}/a-123456.html?utm_source=rss</link>
        <pubDate>Wed, 05 Jun 2024 08:00:00 +0700</pubDate></item>
        <item><title>B</title><link>/b-123457.html</link></item></channel></rss>"""
        listed = read_feed(feed.encode(), f"{SITE}/rss/home.rss", ONECMS)
        assert [(i.key, i.position, i.title) for i in listed.items] == [
            ("a.vn/a-123456.html", 0, "Đề án & việc làm"),
            ("a.vn/b-123457.html", 1, "B"),
        ]
        assert listed.items[0].at == datetime(2024, 6, 5, 1, 0, tzinfo=UTC)
        assert not listed.broken

    def test_atom(self) -> None:
        feed = f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><link href="{SITE}/a-123456.html"/>
        <published>2024-06-05T08:00:00+07:00</published></entry></feed>"""
        assert read_feed(feed.encode(), SITE, ONECMS).items[0].day == date(2024, 6, 5)

    @pytest.mark.parametrize(
        "body", [b"", b"<html><p>no feed</p></html>", b"\x00\xff\xfe garbage", b"<rss><channel><ite"]
    )
    def test_broken_feed_is_named(self, body: bytes) -> None:
        assert read_feed(body, SITE, ONECMS).broken

    def test_empty_feed_is_not_broken(self) -> None:
        listed = read_feed(
            b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title></channel></rss>', SITE, ONECMS
        )
        assert (listed.items, listed.broken) == ([], "")


class TestSitemap:
    URLSET = (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<url><loc>{SITE}/a-123456.html</loc><lastmod>2024-06-05T08:00:00+07:00</lastmod></url>"
        f"<url><loc>{SITE}/kinh-te</loc></url><url><loc>{SITE}/b-123457.html</loc></url></urlset>"
    )

    def test_only_articles_count(self) -> None:
        listed = read_sitemap(self.URLSET.encode(), f"{SITE}/sitemap.xml", ONECMS)
        assert [i.key for i in listed.items] == ["a.vn/a-123456.html", "a.vn/b-123457.html"]
        assert listed.items[0].day == date(2024, 6, 5)

    def test_gzipped(self) -> None:
        assert len(read_sitemap(gzip.compress(self.URLSET.encode()), SITE, ONECMS).items) == 2

    def test_gzip_bomb_is_named(self) -> None:
        assert read_sitemap(gzip.compress(b"\0" * (51 << 20)), SITE, ONECMS).broken

    def test_index_without_files_that_hold_no_articles(self) -> None:
        names = ("wp-sitemap-posts-post-1", "wp-sitemap-users-1", "wp-sitemap-taxonomies-category-1")
        entries = "".join(f"<sitemap><loc>{SITE}/{n}.xml</loc></sitemap>" for n in names)
        listed = read_sitemap(f"<sitemapindex>{entries}</sitemapindex>".encode(), SITE, PLATFORMS["wordpress"])
        assert listed.further == [f"{SITE}/wp-sitemap-posts-post-1.xml"]

    def test_what_a_cut_sitemap_lists_is_taken_and_the_cut_named(self) -> None:
        listed = read_sitemap(self.URLSET[:-60].encode(), SITE, ONECMS)
        assert [i.key for i in listed.items] == ["a.vn/a-123456.html"]
        assert listed.broken

    @pytest.mark.parametrize("body", [b"", b"not xml", b"<html><body>404</body></html>", b"\x1f\x8b\x08broken"])
    def test_broken_sitemap_is_named(self, body: bytes) -> None:
        assert read_sitemap(body, SITE, ONECMS).broken

    def test_entities_do_not_explode(self) -> None:
        bomb = (
            '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
            '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><urlset><url><loc>https://a.vn/&c;-123456.html</loc></url></urlset>'
        )
        assert all(len(i.url) < 200 for i in read_sitemap(bomb.encode(), SITE, ONECMS).items)

    @pytest.mark.parametrize(
        ("name", "period"),
        [
            ("sitemap-article-2023-07-16.xml", (date(2023, 7, 16), date(2023, 7, 16))),
            ("sitemap-2024-02.xml", (date(2024, 2, 1), date(2024, 2, 29))),
            ("news-202312.xml", (date(2023, 12, 1), date(2023, 12, 31))),
            ("wp-sitemap-posts-post-1.xml", None),
            ("sitemap-2023-02-31.xml", None),
        ],
    )
    def test_period_in_the_name(self, name: str, period: tuple[date, date] | None) -> None:
        assert period_of(f"{SITE}/{name}") == period


class TestListing:
    def test_articles_once_each_with_the_longest_text(self) -> None:
        listed = listing(
            f'<a href="/vi/news/tin/mot-bai-7.html"><img></a> {link(7, "Đủ tiêu đề")} {link(8)} <a href="/x">x</a>'
        )
        assert [(i.key, i.position, i.title) for i in listed.items] == [
            ("a.vn/vi/news/tin/mot-bai-7.html", 0, "Đủ tiêu đề"),
            ("a.vn/vi/news/tin/mot-bai-8.html", 1, "Một bài"),
        ]

    def test_links_to_other_hosts_do_not_count(self) -> None:
        assert listing('<a href="https://b.vn/vi/news/tin/mot-bai-7.html">x</a>').items == []

    def test_date_of_the_row_not_of_the_neighbour(self) -> None:
        rows = f"<li>{link(7)} <i>08:30 05/06/2024</i></li><li>{link(8)}</li><li>{link(9)}<b>4/6/2024 - 17:05</b></li>"
        dates = [i.at for i in listing(f"<div>hôm nay 9/9/2024</div><ul>{rows}</ul>").items]
        assert dates == [datetime(2024, 6, 5, 1, 30, tzinfo=UTC), None, datetime(2024, 6, 4, 10, 5, tzinfo=UTC)]

    def test_machine_time_goes_before_text(self) -> None:
        row = f'<li>{link(7)} <time datetime="2024-06-05T08:00:00+07:00">12 Tháng Sáu</time> 1/1/2020</li>'
        assert listing(row).items[0].at == datetime(2024, 6, 5, 1, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        "pager",
        [
            '<a href="/vi/news/tin/page-2/">2</a>',
            '<link rel="next" href="/vi/news/tin/page-2/">',
            '<a href="/vi/news/tin/page-3/">3</a><a href="/vi/news/tin/page-2/">Trang sau »</a>',
        ],
    )
    def test_next_page(self, pager: str) -> None:
        assert listing(link(7) + pager).next_page == f"{SITE}/vi/news/tin/page-2/"

    def test_next_page_by_parameter(self) -> None:
        assert listing('<a href="?page=3">3</a><a href="?page=2">2</a>').next_page == f"{SITE}/vi/news/tin/?page=2"

    def test_next_page_of_an_unknown_scheme_by_its_words(self) -> None:
        assert listing('<a href="/xem?tu=20">Trang sau</a>').next_page == f"{SITE}/xem?tu=20"

    def test_last_page_has_no_next(self) -> None:
        assert listing(link(7) + '<a href="/vi/news/tin/page-1/">1</a><a href="/lien-he">Liên hệ</a>').next_page is None

    def test_a_base_element_is_heeded(self) -> None:
        page = HtmlResponse(SITE, body=b'<base href="https://a.vn/vi/news/"><a href="tin/mot-bai-7.html">x</a>')
        assert [i.url for i in read_listing(page, NUKEVIET, 1, SITE).items] == [f"{SITE}/vi/news/tin/mot-bai-7.html"]

    @given(st.binary(max_size=300))
    def test_no_bytes_break_it(self, noise: bytes) -> None:
        page = HtmlResponse(SITE, body=b"<html><a href='/vi/news/tin/mot-bai-7.html'>" + noise)
        read_listing(page, NUKEVIET, 1, SITE)

    def test_feeds_and_menus_of_an_unknown_site(self) -> None:
        html = (
            '<link rel="alternate" type="application/rss+xml" href="/rss">'
            '<link rel="alternate" type="application/rss+xml"'
            ' href="/comments/feed/"><nav><a href="/tin-tuc">Tin</a><a href="/">Trang chủ</a></nav>'
            '<div class="main-menu"><a href="/su-kien">Sự kiện</a></div><p><a href="/khac">khác</a></p>'
        )
        page = HtmlResponse(f"{SITE}/", body=html.encode(), encoding="utf-8")
        assert feeds_of(page) == [f"{SITE}/rss"]
        assert menu_of(page, GENERIC) == [f"{SITE}/tin-tuc", f"{SITE}/su-kien"]
