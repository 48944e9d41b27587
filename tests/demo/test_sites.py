"""The sites: what is listed can be read, what can be read tells its title and its day."""

import html
import re
import unicodedata
from collections import Counter
from datetime import date
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest

from demo.page import slugify
from demo.sites import PLATFORMS
from demo.sites.base import LICENCE, SAMPLE_NOTE
from demo.sources import LAST_DAY, LEGACY_LAST_DAY, SOURCES
from transforms.extract.documents import read_document

BASE = "http://127.0.0.1:1"
LIVE = [s.source_id for s in SOURCES if s.source_id != "hdnd"]
LISTED_ONLY = ["bhd_cu", "cong_ttdt", "thanhmien", "ninhgiang", "haiduongtv"]


def text_of(answer):
    return unicodedata.normalize("NFC", html.unescape(answer.body.decode()))


def pages_of(province, source):
    return [p for p in province.pages if p.source_id == source]


def get(server, source, target, as_of=LAST_DAY):
    return server.sites[source].answer(target, BASE, as_of)


def locations(answer):
    tree = ElementTree.fromstring(answer.body)
    return [e.text.removeprefix(BASE) for e in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def walk_listings(server, source):
    """Paths of all links met on the start pages and on the pages that their pagers lead to."""
    site = server.sites[source]
    waiting, done, links = list(site.start_paths), set(), []
    while waiting:
        path = waiting.pop(0)
        if path in done:
            continue
        done.add(path)
        answer = get(server, source, path)
        assert answer.status == 200, path
        hrefs = [urljoin(path, html.unescape(h)) for h in re.findall(r'<a [^>]*?href="([^"]+)"', answer.body.decode())]
        pager = re.findall(r'(?:rel="next"|class="next page-numbers") href="([^"]+)"', answer.body.decode())
        waiting += [html.unescape(h) for h in pager]
        links += [urlsplit(h)._replace(scheme="", netloc="").geturl() for h in hrefs]
    return {unquote(link) for link in links}


@pytest.mark.parametrize("source", LIVE)
def test_every_reachable_page_carries_its_title_and_date(province, server, source):
    reachable = [p for p in pages_of(province, source) if p.reachable in {"yes", "robots", "out_of_validity"}]
    assert reachable
    for page in reachable:
        answer = get(server, source, page.path)
        assert answer.status == 200, page.path
        text = text_of(answer)
        assert page.title in text
        assert page.author in text
        assert server.sites[source].date_text(page) in text
        assert all((p in text) != bool(page.file) for p in page.paragraphs)
        assert SAMPLE_NOTE in text
        assert LICENCE in text


def test_what_a_page_does_not_show_stands_in_the_document_that_it_links(province, server):
    pages = [p for p in pages_of(province, "cong_ttdt") if p.file]
    assert Counter(p.file for p in pages) == {"pdf": 2, "docx": 1}
    for page in pages:
        path = f"/VanBan/{page.number}.{page.file}"
        assert path in get(server, "cong_ttdt", page.path).body.decode()
        document = read_document(get(server, "cong_ttdt", path).body)
        assert document.paragraphs == (page.lead, *page.paragraphs)
        assert document.heading.signed_at.date() == page.published_at.date()


@pytest.mark.parametrize("source", LISTED_ONLY)
def test_listings_lead_to_every_page(province, server, source):
    wanted = {unquote(p.path) for p in pages_of(province, source) if not p.twin}
    assert wanted <= walk_listings(server, source)


@pytest.mark.parametrize(
    ("source", "index"),
    [("bao_hai_duong", "/sitemap.xml"), ("vienkiemsat", "/sitemap.xml"), ("cdn", "/wp-sitemap.xml")],
)
def test_sitemaps_lead_to_every_page(province, server, source, index):
    assert f"Sitemap: {BASE}{index}" in get(server, source, "/robots.txt").body.decode()
    listed = {path for part in locations(get(server, source, index)) for path in locations(get(server, source, part))}
    assert {p.path for p in pages_of(province, source) if not p.twin} <= listed


@pytest.mark.parametrize(
    ("source", "feed", "size"),
    [("bao_hai_duong", "/rss/home.rss", 50), ("vienkiemsat", "/vi/news/rss/", 30), ("cdn", "/feed/", 10)],
)
def test_feeds_hold_the_newest(province, server, source, feed, size):
    items = ElementTree.fromstring(get(server, source, feed).body).findall("channel/item")
    times = [parsedate_to_datetime(i.findtext("pubDate")) for i in items]
    assert len(items) == size
    assert times == sorted(times, reverse=True)
    newest = max(p.published_at for p in pages_of(province, source) if not p.twin)
    assert times[0] == newest.replace(microsecond=0)


def test_onecms_sections_show_their_first_page_only(province, server):
    links = walk_listings(server, "bao_hai_duong")
    pages = [p for p in pages_of(province, "bao_hai_duong") if not p.twin]
    assert 0 < sum(p.path in links for p in pages) < len(pages)


def test_pinned_items_head_their_section(province, server):
    pinned = [p for p in province.pages if p.pinned]
    assert len(pinned) == 5
    for page in pinned:
        site = server.sites[page.source_id]
        first = get(server, page.source_id, site.section_path(page.section)).body.decode()
        titles = [
            p
            for p in site.in_section(page.section, LAST_DAY)
            if html.escape(p.shown_title) in html.escape(html.unescape(first))
        ]
        positions = [html.unescape(first).find(p.shown_title) for p in titles]
        assert html.unescape(first).find(page.shown_title) == min(positions)


def test_withdrawn_pages_stay_listed_and_are_gone(province, server):
    gone = [p for p in province.pages if p.reachable == "withdrawn" and not p.twin]
    assert {p.gone_status for p in gone} == {404, 410}
    for page in gone:
        assert get(server, page.source_id, page.path).status == page.gone_status
        assert page in server.sites[page.source_id].visible(LAST_DAY)
        assert get(server, page.source_id, page.path, page.published_at.date()).status == 200


def test_robots_close_what_the_sites_link(province, server):
    closed = [p for p in province.pages if p.reachable == "robots" and not p.twin]
    assert {p.source_id for p in closed} == {"bhd_cu", "vienkiemsat"}
    for page in closed:
        robots = get(server, page.source_id, "/robots.txt").body.decode()
        prefixes = re.findall(r"^Disallow: (/\S+)$", robots, re.MULTILINE)
        assert any(page.path.startswith(prefix) for prefix in prefixes)


def test_open_pages_are_open(province, server):
    for page in province.pages:
        if page.reachable == "yes":
            closed = server.sites[page.source_id].closed
            assert not closed or not page.path.startswith(closed)


def test_side_boxes_name_the_programme_where_the_article_does_not(province, server):
    trapped = [p for p in province.pages if "sidebox" in p.traps and p.reachable == "yes"]
    assert len(trapped) > 20
    naming = re.compile(r"Đề án phát triển nguồn nhân lực|1584/QĐ-UBND|238/KH-UBND")
    for page in trapped:
        assert naming.search(text_of(get(server, page.source_id, page.path)))


def test_nukeviet_tells_machines_the_edit(province, server):
    page = next(p for p in pages_of(province, "vienkiemsat") if p.reachable == "yes" and p.modified_at)
    body = get(server, "vienkiemsat", page.path).body.decode()
    assert f'content="{page.modified_at:%Y-%m-%d}+07{page.modified_at:%H:%M:%S}"' in body
    assert f'itemprop="datePublished">{page.modified_at.isoformat()}<' in body
    assert f'<span class="h5">{server.sites["vienkiemsat"].date_text(page)}</span>' in body


def test_tandan_knows_pages_by_number_alone(province, server):
    page = next(p for p in pages_of(province, "cong_ttdt") if p.reachable == "yes")
    alone = get(server, "cong_ttdt", f"/Trang/ChiTietTinTuc.aspx?nid={page.number}")
    assert alone.body == get(server, "cong_ttdt", page.path).body


def test_translated_pages_claim_a_wrong_day(province, server):
    twin = next(p for p in province.pages if p.twin == "en")
    assert f"{twin.published_at:%d/%m/%Y}" not in text_of(get(server, "bao_hai_duong", twin.path))


def test_as_of_hides_the_future_and_undoes_edits(province, server):
    day = LEGACY_LAST_DAY
    for source in LIVE:
        site = server.sites[source]
        assert all(p.published_at.date() <= day for p in site.visible(day))
    later = next(p for p in province.pages if p.published_at.date() > day and p.reachable == "yes")
    assert get(server, later.source_id, later.path, day).status == 404
    updated = next(
        p for p in province.pages if p.update and p.reachable == "yes" and p.modified_at.date() > p.published_at.date()
    )
    assert updated.update in text_of(get(server, updated.source_id, updated.path))
    assert updated.update not in text_of(get(server, updated.source_id, updated.path, updated.published_at.date()))


@pytest.mark.parametrize("source", LIVE)
def test_unknown_addresses_are_not_found(server, source):
    assert get(server, source, "/khong-co-trang-nay-999999.html").status == 404


def test_the_sites_know_only_the_days_of_the_sample(server):
    assert len(server.sites) == len(PLATFORMS) == 9
    assert server.day == LAST_DAY == date(2024, 6, 30)


def test_slugs():
    assert slugify("Đào tạo nghề: 25% học sinh “THCS”") == "dao-tao-nghe-25-hoc-sinh-thcs"
