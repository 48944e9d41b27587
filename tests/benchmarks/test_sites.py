"""The big sites of the benchmark: what they say to hold is what they serve, before and after each change."""

import re
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest
from protego import Protego

from benchmarks.big_site import Kind, RunningSite, SiteSpec, serving
from benchmarks.crawl.figure import Figure, at_least, at_most, of, share

ARTICLES = 260
# A password form, or closed by robots.txt.
NO_ARTICLES = (11, 37, 111, 137, 211, 237)
KINDS: tuple[Kind, ...] = ("wordpress", "listing_only")


class Client:
    """One connection that is kept."""

    def __init__(self, site: RunningSite) -> None:
        self.site = site
        self.connection = HTTPConnection(urlsplit(site.base_url).netloc, timeout=10)

    def get(self, path: str, **headers: str) -> tuple[HTTPResponse, str]:
        self.connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = self.connection.getresponse()
        return response, response.read().decode("utf-8", "replace")

    def text(self, path: str) -> str:
        response, text = self.get(path)
        assert response.status == 200, path
        return text

    def links(self, path: str) -> list[str]:
        """Paths that a page links or a sitemap lists."""
        found = re.findall(r'href="([^"#]+)"|<loc>([^<]+)</loc>', self.text(path))
        links = ((a or b).removeprefix(self.site.base_url).replace("&amp;", "&") for a, b in found)
        return [link for link in links if link.startswith("/")]


@pytest.fixture(params=KINDS)
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    with serving(SiteSpec(request.param, ARTICLES)) as site:
        yield Client(site)


@pytest.fixture
def wordpress() -> Iterator[Client]:
    with serving(SiteSpec("wordpress", ARTICLES)) as site:
        yield Client(site)


def listed(client: Client) -> set[str]:
    """Everything that the listings of a site link, read page by page to their ends."""
    found: set[str] = set()
    ahead, seen = ["/"], {"/"}
    while ahead:
        for link in client.links(ahead.pop()):
            found.add(link)
            is_listing = re.search(
                r"^/(?:category/[^/]+/)?(?:page/\d+/)?$|^/vi/news/chuyen-muc-\d+/(?:page-\d+/)?$", link
            )
            if is_listing and link not in seen:
                seen.add(link)
                ahead.append(link)
    return found


def sitemap(client: Client) -> list[str]:
    files = client.links("/wp-sitemap.xml")
    assert len(files) > 3
    return [path for file in files if "posts-post" in file for path in client.links(file)]


def test_every_article_of_the_truth_is_served_and_listed(client: Client) -> None:
    truth = client.site.truth()
    assert len(truth) == ARTICLES - len(NO_ARTICLES)
    assert truth <= listed(client)
    bodies = {client.text(path) for path in truth}
    assert len(bodies) == len(truth)
    assert all(8_000 < len(b.encode()) < 40_000 for b in bodies)
    numbers = {a.number for a in client.site.log() if a.path in truth and a.status == 200}
    assert len(numbers) == len(truth)


def test_the_log_knows_what_robots_txt_closes(client: Client) -> None:
    rules = Protego.parse(client.text("/robots.txt"))
    paths = listed(client)
    for path in sorted(client.site.truth())[:30]:
        paths |= set(client.links(path))
    client.site.log()
    for path in paths:
        client.get(path)
    log = client.site.log()
    assert {a.closed for a in log} == {True, False}
    assert {a.path: a.closed for a in log} == {a.path: not rules.can_fetch(a.path, "theodoi") for a in log}
    opened = [a.path for a in log if "cong-khai" in a.path and a.number]
    assert opened
    assert set(opened) <= client.site.truth()


def test_wordpress_lists_the_same_in_sitemap_and_feed_and_archives(wordpress: Client) -> None:
    truth, protected = wordpress.site.truth(), wordpress.site.protected()
    mapped = sitemap(wordpress)
    assert len(mapped) == len(set(mapped)) == ARTICLES
    assert truth | protected < set(mapped)
    fed = re.findall(r"<link>([^<]+/)</link>", wordpress.text("/feed/"))
    assert [u.removeprefix(wordpress.site.base_url) for u in fed] == mapped[::-1][:10]
    months = {path[:9] for path in mapped}
    dated = set()
    for month in months:
        page, number = month, 1
        while True:
            response, text = wordpress.get(page)
            if response.status == 404:
                break
            dated |= set(re.findall(r'<h2 class="entry-title"><a href="([^"]+)"', text))
            number += 1
            page = f"{month}page/{number}/"
    assert dated == set(mapped)
    # Neighbours lead through all of the site.
    newest = mapped[-1]
    chain = [newest]
    while older := re.search(r'<a href="([^"]+)" rel="prev">', wordpress.text(chain[-1])):
        chain.append(older[1])
        if len(chain) > 5:
            break
    assert chain == mapped[::-1][:6]


def test_what_is_no_article_answers_and_is_not_in_the_truth(wordpress: Client) -> None:
    truth = wordpress.site.truth()
    article = sorted(truth)[5]
    links = set(wordpress.links(article))
    assert {f"{article}feed/", "/wp-admin/"} <= links
    preview = next(link for link in links if "preview=true" in link)
    assert "Bản nháp" in wordpress.text(preview)
    protected = sorted(wordpress.site.protected())
    assert protected
    assert all('type="password"' in wordpress.text(path) for path in protected)
    assert truth.isdisjoint({preview, *protected})
    early = {
        link for path in truth for link in wordpress.links(path) if re.match(r"/\d{4}/\d{2}/\d{2}/.+-26[123]/$", link)
    }
    assert early
    assert {wordpress.get(path)[0].status for path in early} == {404}
    # Their time comes.
    assert early & set(wordpress.site.add(3))
    assert {wordpress.get(path)[0].status for path in early} == {200}


def test_conditional_requests_are_answered_by_what_changed(client: Client) -> None:
    path = sorted(client.site.truth())[3]
    response, _ = client.get(path)
    etag, modified = response.headers["ETag"], response.headers["Last-Modified"]
    assert client.get(path, If_None_Match=etag)[0].status == 304
    assert client.get(path, If_Modified_Since=modified)[0].status == 304
    assert client.get(path, If_None_Match='"other"', If_Modified_Since=modified)[0].status == 200
    edited = client.site.edit(20)
    assert len(set(edited)) == 20
    assert set(edited) <= client.site.truth()
    other = edited[0] if edited[0] != path else edited[1]
    assert "-1-0" in client.get(other)[0].headers["ETag"]
    client.site.stir()
    assert client.get(path, If_None_Match=etag)[0].status == (200 if path in edited else 304)


def test_an_edit_changes_the_text_and_the_honest_sitemap_alone(wordpress: Client) -> None:
    def stamps() -> dict[str, str]:
        text = wordpress.text("/wp-sitemap-posts-post-1.xml")
        return dict(re.findall(r"<loc>([^<]+)</loc><lastmod>([^<]+)</lastmod>", text))

    site = wordpress.site
    bodies, honest = {p: wordpress.text(p) for p in site.truth()}, stamps()
    assert len(honest) == ARTICLES
    edited = set(site.edit(7, youngest=100))
    assert {p for p, body in bodies.items() if wordpress.text(p) != body} == edited
    assert {u.removeprefix(site.base_url) for u, at in stamps().items() if at != honest[u]} == edited
    site.say_lastmod("stale")
    assert stamps() == honest
    site.say_lastmod("missing")
    assert stamps() == {}
    site.bump()
    assert len(set(stamps().values())) == 1


def test_the_sidebar_changes_every_page_and_the_etag_only_where_it_shall() -> None:
    for in_etag in (False, True):
        with serving(SiteSpec("wordpress", ARTICLES, sidebar_in_etag=in_etag)) as site:
            client = Client(site)
            path = sorted(site.truth())[7]
            (before, old), _ = client.get(path), site.stir()
            after, new = client.get(path)
            assert old != new
            assert (before.headers["ETag"] != after.headers["ETag"]) is in_etag


def test_what_is_deleted_is_gone_everywhere(client: Client) -> None:
    deleted = client.site.delete(6, ("404", "410", "soft"))
    assert len(deleted) == 6
    assert sorted(client.get(path)[0].status for path in deleted) == [200, 200, 404, 404, 410, 410]
    assert client.site.truth().isdisjoint(deleted)
    assert listed(client).isdisjoint(deleted)
    added = client.site.add(5)
    assert added
    assert set(added) <= client.site.truth()
    assert set(added) <= listed(client)


def test_faults_and_overlapping_requests_are_logged() -> None:
    with serving(SiteSpec("wordpress", ARTICLES, delay_of_answer_s=0.1, crawl_delay_s=0.5)) as site:
        first, second = Client(site), Client(site)
        assert "Crawl-delay: 0.5" in first.text("/robots.txt")
        path = min(site.truth())
        site.fail(path, 429, {"Retry-After": "2"})
        site.log()
        first.connection.request("GET", path)
        second.connection.request("GET", "/feed/")
        answers = [c.connection.getresponse() for c in (first, second)]
        assert [a.status for a in answers] == [429, 200]
        assert answers[0].headers["Retry-After"] == "2"
        answers[0].read()
        assert first.get(path)[0].status == 200
        log = site.log()
        assert sorted(a.others for a in log) == [0, 0, 1]
        assert site.log() == []


def test_a_figure_that_could_not_be_measured_is_a_miss() -> None:
    nothing = share(0, 0)
    figures: list[Figure] = [at_least("recall", nothing, 0.9), at_most("again", nothing, 0.02), of("new", 0, 1)]
    assert [f.ok for f in figures] == [False, False, False]
    assert [at_least("a", 0.9, 0.9).ok, at_most("b", 0.02, 0.02).ok, of("c", 3, 3).ok] == [True, True, True]
