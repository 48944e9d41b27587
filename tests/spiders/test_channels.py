import gzip
import json
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.http import HtmlResponse

from spiders.channels import (
    LinkCache,
    Listed,
    calendar_pages,
    feed_entries,
    feeds_of,
    linked,
    links_of,
    menu_of,
    period_of,
    read_feed,
    read_listing,
    read_more,
    read_sitemap,
)
from spiders.channels.links import _REMEMBERED
from spiders.platform import Platform
from spiders.platforms import PLATFORMS
from transforms.extract import extract_article

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

    def test_an_update_of_atom_is_no_publication_and_the_one_time_of_rss_is(self) -> None:
        atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><link href="{SITE}/a-123456.html"/>
        <updated>2024-06-06T08:00:00+07:00</updated></entry></feed>"""
        rss = f"""<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title><item>
        <title>A</title><link>{SITE}/a-123456.html</link><dc:date>2024-06-06T08:00:00+07:00</dc:date></item></channel>
        </rss>"""
        moment = datetime(2024, 6, 6, 1, tzinfo=UTC)
        edited, published = (read_feed(f.encode(), SITE, ONECMS).items[0] for f in (atom, rss))
        assert (edited.at, edited.changed_at, edited.day) == (None, moment, date(2024, 6, 6))
        assert (published.at, published.changed_at) == (moment, None)

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


class TestEntries:
    """Feeds whose entries are the articles: videos."""

    URL = "https://www.youtube.com/feeds/videos.xml?channel_id=UCmau"
    YOUTUBE = PLATFORMS["youtube"]

    @staticmethod
    def feed(*numbers: int, views: int = 7) -> bytes:
        entries = "".join(
            f"""<entry><id>yt:video:{n:011}</id><yt:videoId>{n:011}</yt:videoId><title>Phóng sự {n}</title>
            <link rel="alternate" href="https://www.youtube.com/watch?v={n:011}"/><author><name>Đài tỉnh</name></author>
            <published>2024-05-{n:02}T12:30:00+00:00</published><updated>2024-05-{n + 1:02}T01:00:00+00:00</updated>
            <media:group><media:title>Phóng sự {n}</media:title><media:description>Lớp nghề số {n}.\n\nHai mươi người.
            </media:description><media:community><media:starRating count="{views}"/><media:statistics views="{views}"/>
            </media:community></media:group></entry>"""
            for n in numbers
        )
        return f"""<?xml version="1.0"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015"
        xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom"><title>Đài tỉnh</title>
        <link rel="alternate" href="https://www.youtube.com/channel/UCmau"/>{entries}</feed>""".encode()

    def test_each_entry_is_an_item_and_a_document(self) -> None:
        found = feed_entries(self.feed(12, 11), self.URL, self.YOUTUBE)
        items = [item for item, _ in found]
        assert [(i.key, i.position, i.title) for i in items] == [
            ("youtube.com/watch?v=00000000012", 0, "Phóng sự 12"),
            ("youtube.com/watch?v=00000000011", 1, "Phóng sự 11"),
        ]
        assert items[0].at == datetime(2024, 5, 12, 12, 30, tzinfo=UTC)
        assert items[0].changed_at == datetime(2024, 5, 13, 1, tzinfo=UTC)
        assert [i.key for i in read_feed(self.feed(12, 11), self.URL, self.YOUTUBE).items] == [i.key for i in items]

    def test_a_document_is_read_as_the_article(self) -> None:
        [(item, document)] = feed_entries(self.feed(12), self.URL, self.YOUTUBE)
        article = extract_article(document, item.url, platform="youtube")
        assert (article.title, article.lead, article.text) == ("Phóng sự 12", "Lớp nghề số 12.", "Hai mươi người.")
        assert (article.published_at, article.modified_at) == (item.at, item.changed_at)
        assert (article.genre, article.has_video, article.authors) == ("video", True, ("Đài tỉnh",))

    def test_the_same_entry_gives_the_same_bytes_whatever_is_around_it_and_whoever_watched(self) -> None:
        one = dict(feed_entries(self.feed(12, 11, views=7), self.URL, self.YOUTUBE))
        other = dict(feed_entries(self.feed(13, 12, 11, views=8000), self.URL, self.YOUTUBE))
        by_key = {i.key: d for i, d in other.items()}
        assert len(one) == 2
        assert all(by_key[i.key] == d for i, d in one.items())

    @pytest.mark.parametrize("body", [b"", b"<html><p>x</p></html>", b"\x00\xff", b"<feed><entry>"])
    def test_what_is_no_feed_has_no_entries(self, body: bytes) -> None:
        assert feed_entries(body, self.URL, self.YOUTUBE) == []


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

    def test_the_time_of_a_change_is_no_publication(self) -> None:
        item = read_sitemap(self.URLSET.encode(), f"{SITE}/sitemap.xml", ONECMS).items[0]
        assert (item.at, item.changed_at) == (None, datetime(2024, 6, 5, 1, tzinfo=UTC))
        assert item.listed_at == item.changed_at

    def test_a_news_sitemap_tells_title_and_publication(self) -> None:
        news = (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            ' xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
            ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
            f"<url><loc>{SITE}/a-123456.html</loc><lastmod>2024-06-07T08:00:00+07:00</lastmod>"
            "<n:news><n:publication><n:name>Báo</n:name><n:language>vi</n:language></n:publication>"
            "<n:publication_date>2024-06-05T08:00:00+07:00</n:publication_date><n:title>Đề án &amp; việc làm</n:title>"
            f"</n:news><image:image><image:loc>{SITE}/anh-654321.html</image:loc></image:image></url></urlset>"
        )
        [item] = read_sitemap(news.encode(), f"{SITE}/news.xml", ONECMS).items
        assert (item.key, item.title) == ("a.vn/a-123456.html", "Đề án & việc làm")
        assert (item.at, item.changed_at) == (
            datetime(2024, 6, 5, 1, tzinfo=UTC),
            datetime(2024, 6, 7, 1, tzinfo=UTC),
        )

    def test_an_index_tells_when_its_files_changed(self) -> None:
        index = (
            f"<sitemapindex><sitemap><loc>{SITE}/a.xml</loc><lastmod>2024-06-05</lastmod></sitemap>"
            f"<sitemap><loc>{SITE}/b.xml</loc></sitemap></sitemapindex>"
        )
        listed = read_sitemap(index.encode(), SITE, ONECMS)
        assert listed.further == [f"{SITE}/a.xml", f"{SITE}/b.xml"]
        assert listed.further_changed == {f"{SITE}/a.xml": datetime(2024, 6, 4, 17, tzinfo=UTC)}

    @pytest.mark.parametrize("masked", ["&", "&amp;", "&#38;"])
    def test_ampersands_masked_or_not_wherever_a_chunk_is_cut(self, masked: str) -> None:
        rows = "".join(f"<url><loc>{SITE}/tin?a=1{masked}id={n}</loc></url>" for n in range(5000))
        listed = read_sitemap(f"<urlset>{rows}</urlset>".encode(), SITE, GENERIC)
        assert [i.key for i in listed.items] == [f"a.vn/tin?a=1&id={n}" for n in range(5000)]
        assert not listed.broken

    def test_two_bytes_a_letter(self) -> None:
        body = f'<?xml version="1.0" encoding="utf-16"?>{self.URLSET[21:]}'.encode("utf-16")
        assert len(read_sitemap(body, SITE, ONECMS).items) == 2

    def test_a_cut_gzip_gives_what_it_has_and_is_named(self) -> None:
        rows = "".join(f"<url><loc>{SITE}/bai-{n:06}.html</loc></url>" for n in range(5000))
        packed = gzip.compress(f"<urlset>{rows}</urlset>".encode())
        listed = read_sitemap(packed[: len(packed) // 2], SITE, ONECMS)
        assert 500 < len(listed.items) < 5000
        assert listed.broken

    def test_more_rows_than_any_sitemap_has_are_not_read(self) -> None:
        rows = "<url><loc>/</loc></url>" * 100_001
        assert "more than" in read_sitemap(f"<urlset>{rows}</urlset>".encode(), SITE, ONECMS).broken

    def test_a_large_sitemap_is_not_held_as_a_tree(self) -> None:
        row = f"<url><loc>{SITE}/muc-luc</loc>" + "<x>chữ</x>" * 40 + "</url>"
        body = gzip.compress(f"<urlset>{row * 20_000}</urlset>".encode())
        tracemalloc.start()
        listed = read_sitemap(body, SITE, ONECMS)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (listed.items, listed.broken) == ([], "")
        assert peak < 2 << 20

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

    def test_next_page_by_the_parameter_of_a_block(self) -> None:
        name = "_com_liferay_asset_publisher_web_portlet_AssetPublisherPortlet_INSTANCE_x"
        pages = "".join(f'<a href="?p_p_id=x&amp;{name}_delta=20&amp;{name}_cur={n}">{n}</a>' for n in (1, 2, 3))
        assert str(listing(pages, platform="liferay").next_page).endswith("_cur=2")

    @pytest.mark.parametrize(
        "pager",
        [
            '<a rel="next" href="/vi/news/tin/?month=7&amp;year=2031">Tiếp</a>',
            '<a href="/calendar/2031-05">Trang sau »</a>',
        ],
    )
    def test_a_calendar_is_no_next_page(self, pager: str) -> None:
        assert listing(link(7) + pager).next_page is None

    def test_a_listing_that_is_a_calendar_goes_on_in_it(self) -> None:
        first = f"{SITE}/tin?thang=5&nam=2024"
        page = HtmlResponse(first, body=b'<a href="/tin?thang=5&amp;nam=2024&amp;page=2">2</a>')
        assert read_listing(page, GENERIC, 1, first).next_page == f"{first}&page=2"

    def test_sessions_make_no_further_sections(self) -> None:
        links = "".join(f'<a href="/(S({n:024}))/vi/news/su-kien/">Sự kiện</a>' for n in range(3))
        assert len(listing(links).further) == 1

    def test_tag_pages_are_told_apart(self) -> None:
        listed = listing('<a href="/vi/news/tag/hoc-nghe/">học nghề</a><a href="/vi/news/tag/hoc-nghe">học nghề</a>')
        assert listed.tags == [f"{SITE}/vi/news/tag/hoc-nghe/"]
        assert (listed.items, listed.further) == ([], [])

    def test_what_a_menu_links_by_a_headline_is_a_section(self) -> None:
        section = '<a href="/lao-dong-thuong-binh-va-xa-hoi">Lao động</a>'
        article = '<a href="/khai-giang-lop-nghe-nong-thon">Khai giảng</a>'
        html = f"<nav>{section}</nav><header><h3>{article}</h3></header><ul><li>{article}</li></ul>"
        page = HtmlResponse(f"{SITE}/", body=html.encode(), encoding="utf-8")
        assert [i.key for i in read_listing(page, GENERIC, 1, f"{SITE}/").items] == [
            "a.vn/khai-giang-lop-nghe-nong-thon"
        ]
        assert menu_of(page, GENERIC) == [f"{SITE}/lao-dong-thuong-binh-va-xa-hoi"]

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


class TestBroken:
    """Whatever comes, the readers give what they can read and raise nothing."""

    DOCUMENTS = (
        TestSitemap.URLSET.encode(),
        gzip.compress(TestSitemap.URLSET.encode()),
        TestEntries.feed(12, 11),
        f'<rss version="2.0"><channel><item><link>{SITE}/a-123456.html</link></item></channel></rss>'.encode(),
        json.dumps({"data": [{"url": "/a-123456.html", "date": 1}], "html": "<a href='/b-123456.html'>x</a>"}).encode(),
    )
    NOISE = st.binary(max_size=8) | st.sampled_from(
        [b"<?xml version='1.0' encoding='foo'?>", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"&x;", b"&#0;", b"<![CDATA[",
         b"<x:y>", b"https://[", b"9" * 400]
    )  # fmt: skip

    # feedparser takes long over charsets that do not fit.
    @settings(deadline=None)
    @given(st.sampled_from(DOCUMENTS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), NOISE), max_size=4))
    def test_no_document_breaks_a_reader(self, document: bytes, changes: list[tuple[float, int, bytes]]) -> None:
        for share, length, noise in changes:
            place = int(share * len(document))
            document = document[:place] + noise + document[place + length :]
        for platform in (ONECMS, GENERIC, PLATFORMS["youtube"]):
            read_sitemap(document, SITE, platform)
            read_feed(document, SITE, platform)
            feed_entries(document, SITE, platform)
            read_more(document, "", MORE, platform)


MORE = f"{SITE}/ajax/tin?page=2"


class TestMore:
    """Lists that a script loads on demand."""

    @pytest.mark.parametrize(
        ("control", "address"),
        [
            ('<a class="btn-loadmore" href="javascript:;" data-url="/ajax/tin?page=2">Xem thêm</a>', MORE),
            ('<button class="load-more" data-href="/ajax/tin" data-page="2">Xem thêm</button>', MORE),
            ('<div class="xem-them" data-ajax="/ajax/tin?page={page}"><a href="#">Xem thêm</a></div>', MORE),
            ('<div class="c-more onecms__loadmore"><a href="/ajax/tin?page=2">Xem thêm</a></div>', MORE),
            ('<a href="/ajax/tin?page=2"><span>Tải thêm</span></a>', MORE),
        ],
    )
    def test_a_control_names_what_it_asks_for(self, control: str, address: str) -> None:
        listed = listing(f'<a href="/mot-bai-376615.html">Một bài</a>{control}', platform="onecms")
        assert (listed.next_page, listed.is_more) == (address, True)

    @pytest.mark.parametrize(
        "control",
        [
            '<a class="c-more onecms__loadmore" href="javascript:;" data-page="2">Xem thêm</a>',
            '<a class="view-more" href="/mot-bai-376615.html">Xem thêm</a>',
            '<a class="view-more" href="/kinh-te">Xem thêm</a>',
            '<a class="load-more" href="https://b.vn/ajax/tin?page=2">Xem thêm</a>',
        ],
    )
    def test_what_names_no_further_items(self, control: str) -> None:
        listed = listing(control, platform="onecms")
        assert (listed.next_page, listed.is_more) == (None, False)

    def test_a_platform_may_know_what_the_script_asks_for(self) -> None:
        platform = Platform(name="x", article=r"-\d{6}\.html$", load_more=True, more="/api{path}/{n}.json")
        page = HtmlResponse(f"{SITE}/kinh-te", body='<a class="loadmore" data-page="2">Xem thêm</a>', encoding="utf-8")
        listed = read_listing(page, platform, 1, f"{SITE}/kinh-te")
        assert (listed.next_page, listed.is_more) == (f"{SITE}/api/kinh-te/2.json", True)

    FRAGMENT = (
        '<li><a href="/mot-bai-376615.html">Một bài</a> <i>05/06/2024 08:30</i></li>'
        '<li><a href="/hai-bai-376616.html">Hai bài</a></li>'
    )
    ROWS = (
        {"title": "Một bài", "url": "/mot-bai-376615.html", "date": "2024-06-05T08:30:00+07:00"},
        {"title": "Hai bài", "url": f"{SITE}/hai-bai-376616.html", "date": None},
    )

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (FRAGMENT, "text/html; charset=utf-8"),
            (json.dumps({"ok": True, "data": {"html": FRAGMENT}}), "application/json"),
            (json.dumps({"html": FRAGMENT}, ensure_ascii=False), "text/html; charset=utf-8"),
            (json.dumps(FRAGMENT), "application/json"),
            (json.dumps(ROWS), "application/json"),
            (json.dumps({"items": [{"id": 1, "article": row} for row in ROWS]}), "text/plain"),
            ("\ufeff" + json.dumps({"data": ROWS}), "application/json; charset=utf-8"),
        ],
    )
    def test_every_form_of_an_answer(self, body: str, content_type: str) -> None:
        listed = read_more(body.encode(), content_type, MORE, ONECMS, 2, f"{SITE}/tin")
        assert [(i.key, i.position, i.title) for i in listed.items] == [
            ("a.vn/mot-bai-376615.html", 0, "Một bài"),
            ("a.vn/hai-bai-376616.html", 1, "Hai bài"),
        ]
        assert [i.at for i in listed.items] == [datetime(2024, 6, 5, 1, 30, tzinfo=UTC), None]
        assert (listed.next_page, listed.is_more, listed.broken) == (f"{SITE}/ajax/tin?page=3", True, "")

    @pytest.mark.parametrize(
        ("value", "at"),
        [
            ("05/06/2024 08:30", datetime(2024, 6, 5, 1, 30, tzinfo=UTC)),
            ("/Date(1717551000000)/", datetime(2024, 6, 5, 1, 30, tzinfo=UTC)),
            (1717551000, datetime(2024, 6, 5, 1, 30, tzinfo=UTC)),
            (1717551000000, datetime(2024, 6, 5, 1, 30, tzinfo=UTC)),
            (20240605, None),
            (10**400, None),
            (float("nan"), None),
            (True, None),
            ("hôm qua", None),
        ],
    )
    def test_times_of_json(self, value: object, at: datetime | None) -> None:
        body = json.dumps([{"link": "/mot-bai-376615.html", "title": {"rendered": "Một bài"}, "date": value}])
        [item] = read_more(body.encode(), "application/json", MORE, ONECMS).items
        assert (item.title, item.at) == ("Một bài", at)

    def test_only_articles_of_the_site_count(self) -> None:
        rows = [{"url": "https://b.vn/mot-bai-376615.html"}, {"url": "/kinh-te"}, {"url": "javascript:void(0)"}]
        listed = read_more(json.dumps(rows).encode(), "application/json", MORE, ONECMS)
        assert (listed.items, listed.next_page) == ([], None)

    @pytest.mark.parametrize(
        ("url", "following"),
        [
            (f"{SITE}/api/tin/2.json", f"{SITE}/api/tin/3.json"),
            (f"{SITE}/api/tin?offset=20&limit=20", f"{SITE}/api/tin?offset=22&limit=20"),
            (f"{SITE}/api/tin?cursor=abc", None),
        ],
    )
    def test_counting_on(self, url: str, following: str | None) -> None:
        assert read_more(self.FRAGMENT.encode(), "text/html", url, ONECMS).next_page == following

    def test_the_answer_names_the_next_or_says_that_it_is_the_last(self) -> None:
        named = {"html": self.FRAGMENT, "next_url": "/ajax/tin?after=9", "has_more": True}
        assert read_more(json.dumps(named).encode(), "", MORE, ONECMS).next_page == f"{SITE}/ajax/tin?after=9"
        last = {"html": self.FRAGMENT, "has_more": False}
        listed = read_more(json.dumps(last).encode(), "", MORE, ONECMS)
        assert (len(listed.items), listed.next_page) == (2, None)

    @pytest.mark.parametrize("body", [b'{"a": ', b"[" * 100_000, b'{"a": "\xff"}'])
    def test_broken_json_is_named(self, body: bytes) -> None:
        assert read_more(body, "application/json", MORE, ONECMS).broken

    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["url", "title", "date", "next"]), inner),
        )
    )
    def test_no_json_breaks_it(self, data: object) -> None:
        assert read_more(json.dumps(data).encode(), "application/json", MORE, ONECMS).items == []


class TestCalendar:
    def test_months_newest_first(self) -> None:
        pages = list(calendar_pages(PLATFORMS["wordpress"], SITE, date(2023, 11, 20), date(2024, 2, 3)))
        assert pages == [f"{SITE}/2024/02/", f"{SITE}/2024/01/", f"{SITE}/2023/12/", f"{SITE}/2023/11/"]

    def test_days_where_the_archive_has_them(self) -> None:
        platform = Platform(name="x", article="x", calendar="/tin-theo-ngay/{d:02}-{m:02}-{y}")
        pages = list(calendar_pages(platform, SITE, date(2024, 2, 28), date(2024, 3, 1)))
        assert pages == [f"{SITE}/tin-theo-ngay/{d}" for d in ("01-03-2024", "29-02-2024", "28-02-2024")]

    def test_no_archive_no_pages(self) -> None:
        assert list(calendar_pages(ONECMS, SITE, date(2024, 1, 1), date(2024, 3, 1))) == []

    @given(st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.integers(0, 900))
    def test_every_month_of_the_span_once(self, first: date, length: int) -> None:
        last = first + timedelta(days=length)
        pages = list(calendar_pages(PLATFORMS["wordpress"], SITE, first, last))
        months = {(d.year, d.month) for d in (first + timedelta(days=n) for n in range(length + 1))}
        assert pages == [f"{SITE}/{y}/{m:02}/" for y, m in sorted(months, reverse=True)]


class TestLinks:
    HERE = f"{SITE}/vi/news/tin/mot-bai-7.html"
    PAGE = (
        f"{link(7)} {link(9)} <A class='x' title=\"a\" HREF='/vi/news/tin/mot-bai-8.html?a=1&amp;b=2'>x</A> {link(9)}"
        '<a href="https://b.vn/vi/news/tin/mot-bai-5.html">x</a> <link href="/vi/news/tin/mot-bai-4.html">'
        '<a href="/vi/news/tag/hoc-nghe/">học nghề</a> <a href="mot-bai-6.html">x</a> <abbr href="/tin/bai-3.html">'
    ).encode()

    def test_other_articles_of_the_site_with_their_places(self) -> None:
        items = links_of(self.PAGE, self.HERE, NUKEVIET)
        assert [(i.key, i.position) for i in items] == [
            ("a.vn/vi/news/tin/mot-bai-9.html", 0),
            ("a.vn/vi/news/tin/mot-bai-6.html", 1),
        ]

    def test_tag_pages(self) -> None:
        assert linked(self.PAGE, self.HERE, NUKEVIET).tags == [f"{SITE}/vi/news/tag/hoc-nghe/"]

    def test_a_cache_changes_nothing_but_the_time(self) -> None:
        seen: LinkCache = {}
        cold = links_of(self.PAGE, self.HERE, NUKEVIET, seen)
        assert seen
        assert links_of(self.PAGE, self.HERE, NUKEVIET, seen) == cold == links_of(self.PAGE, self.HERE, NUKEVIET)

    def test_relative_links_mean_another_page_elsewhere(self) -> None:
        seen: LinkCache = {}
        links_of(self.PAGE, self.HERE, NUKEVIET, seen)
        items = links_of(self.PAGE, f"{SITE}/vi/news/khac/bai-1.html", NUKEVIET, seen)
        assert "a.vn/vi/news/khac/mot-bai-6.html" in {i.key for i in items}

    def test_a_cache_does_not_grow_with_the_pages(self) -> None:
        seen: LinkCache = {}
        for start in range(0, 3 * _REMEMBERED, 2000):
            links_of("".join(link(n) for n in range(start, start + 2000)).encode(), self.HERE, NUKEVIET, seen)
        assert 0 < len(seen) <= _REMEMBERED + 2000

    def test_the_same_links_as_the_reader_of_listings_finds(self) -> None:
        page = HtmlResponse(f"{SITE}/", body=self.PAGE, encoding="utf-8")
        listed = {i.key for i in read_listing(page, NUKEVIET, 1, f"{SITE}/").items}
        assert listed
        assert {i.key for i in links_of(self.PAGE, f"{SITE}/", NUKEVIET)} == listed

    @given(st.binary(max_size=300))
    def test_no_bytes_break_it(self, noise: bytes) -> None:
        links_of(b"<a href='" + noise + b"'>" + noise, SITE, NUKEVIET)


class TestWithstands:
    """What a broken or hostile document must not do: end the crawl."""

    @staticmethod
    def feed(title: str = "t", date: str = "") -> bytes:
        link = f"<link>{SITE}/vi/news/tin/x-1.html</link>"
        item = f"<item><title>{title}</title>{link}<pubDate>{date}</pubDate></item>"
        return f'<rss version="2.0"><channel><title>t</title>{item}</channel></rss>'.encode()

    @pytest.mark.parametrize(
        "date",
        ["Fri, 31 Dec 9999 23:59:59 GMT", "0001-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 99 Jan 2024"],
    )
    def test_a_time_that_stands_for_none_is_none(self, date: str) -> None:
        (item,) = read_feed(self.feed(date=date), SITE, NUKEVIET).items
        assert (item.at, item.day) == (None, None)

    @pytest.mark.parametrize("lastmod", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "1970-01-01", "2024-13-01"])
    def test_nor_is_it_one_in_a_sitemap(self, lastmod: str) -> None:
        row = f"<url><loc>{SITE}/vi/news/tin/x-1.html</loc><lastmod>{lastmod}</lastmod></url>"
        (item,) = read_sitemap(f"<urlset>{row}</urlset>".encode(), SITE, NUKEVIET).items
        assert (item.changed_at, item.day) == (None, None)

    @pytest.mark.parametrize("letter", ["&#xD800;", "&#55296;", "&#xdfff", "&#x110000;", "&#99999999;"])
    def test_half_letters_in_a_feed(self, letter: str) -> None:
        (item,) = read_feed(self.feed(f"Một{letter} bài &#x110;ây"), SITE, NUKEVIET).items
        assert item.title == "Một bài Đây"

    def test_half_letters_in_json(self) -> None:
        rows = b'{"items": [{"title": "M\\u1ed9t\\ud800 b\\u00e0i", "url": "/vi/news/tin/x-1.html"}]}'
        (item,) = read_more(rows, "application/json", SITE, NUKEVIET, 2, f"{SITE}/vi/news/tin/").items
        assert item.title == "Một bài"
        item.title.encode()

    def test_entities_that_multiply_are_not_unfolded(self) -> None:
        entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghij"))
        head = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{entities}]>'
        tracemalloc.start()
        listed = read_feed(head.encode() + self.feed("&j;"), SITE, NUKEVIET)
        row = f"<url><loc>{SITE}/vi/news/tin/&j;x-1.html</loc></url>"
        read_sitemap(f"{head}<urlset>{row}</urlset>".encode(), SITE, NUKEVIET)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 30_000_000
        assert all(len(i.title) < 100 for i in listed.items)

    def test_a_feed_beyond_all_measure_is_not_read(self) -> None:
        listed = read_feed(b"<" * 20_000_000, SITE, NUKEVIET)
        assert (listed.items, listed.broken) == ([], "more than 4 MB")

    @pytest.mark.parametrize("query", ["?PHPSESSID=0123456789abcdef01", "?utm_source=rss", "?sid=0123456789abcdef01"])
    def test_an_article_stays_one_under_a_session(self, query: str) -> None:
        html = "".join(f'<a href="/vi/news/tin/mot-bai-1.html{query}{n}">Một bài</a>' for n in range(3))
        (item,) = listing(html).items
        assert item.key == NUKEVIET.key(f"{SITE}/vi/news/tin/mot-bai-1.html")
