"""Rules that hold for all platforms and all sources of the registry that the project ships."""

import ast
import csv
import shutil
import time
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from scrapy.http import HtmlResponse

import spiders.platforms
from spiders.channels import links_of, read_listing
from spiders.job import Job, Limits
from spiders.platform import Platform
from spiders.platforms import PLATFORMS
from tests.faulty_server import FaultySite, body, page, serving
from tests.pages.saved import all_pages
from tests.spiders.test_platforms import ARTICLES, DENIED, NEITHER, SITE, TAGS, pairs
from theodoi import lake
from theodoi.registry import Source, load_registry
from theodoi.settings import PROJECT, Settings
from theodoi.steps.crawl import crawl_source
from transforms.extract.platforms import PLATFORMS as READING_RULES

SEEDS = PROJECT / "warehouse" / "seeds"
MODULES = sorted(p for p in Path(spiders.platforms.__file__).parent.glob("*.py") if p.stem != "__init__")
SPIDERS = sorted(Path(spiders.platforms.__file__).parents[1].rglob("*.py"))
# Platforms whose pages are read without rules of their own.
WITHOUT_RULES = {
    "generic": "is whatever has no rules",
    "youtube": "its articles are entries of a feed, read by their own form",
}
# Platforms with code beside their data.
WITH_CODE = {
    "liferay": "one piece is shown under many pages and blocks",
    "tandan_sharepoint": "the title in the address changes with the headline",
    "tinhuy_sharepoint": "two parameters of many make the address",
    "youtube": "pages and short ones share their videos",
}
# A Python pattern that runs wild takes minutes for these; a decent one far less than a millisecond.
MOST_SECONDS = 0.05
ENDLESS = ("/a", "/-", "a-", "/a-", "-1", "1", "/1", "/a-1234", "/2024", "%C3", "/tag", "(S(", "(S(a", "--", "a.", "a1")
ENDLESS_PATHS = ("-/asset_publisher/", "chuyen-muc/", "news/Pages/", "calendar/2024-", "print/", "a/", "-/")
ENDLESS_QUERIES = (
    "a=1&",
    "id=",
    "a&",
    "_a",
    "page=",
    "&_101_INSTANCE_",
    "?",
    "=",
    "CateID=1&",
    "nid=",
    "_asset_publisher",
)
HOSTILE = [
    *(start + piece * (1900 // len(piece)) + end for start in ("/", "/tin?") for piece in ENDLESS for end in ("", "!")),
    *(f"/{piece * (1990 // len(piece))}" for piece in ENDLESS_PATHS),
    *(f"/tin?{piece * (1990 // len(piece))}!" for piece in ENDLESS_QUERIES),
    f"/2024/05/17/{'a-' * 900}/{'b-' * 90}!",
]


def seed_rows() -> list[dict[str, str]]:
    with (SEEDS / "sources.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def test_every_source_names_a_platform_that_exists() -> None:
    rows = seed_rows()
    assert len(rows) > 30
    assert [r["source_id"] for r in rows if r["platform"] not in PLATFORMS] == []


def test_every_platform_module_is_in_the_fleet_under_its_own_name() -> None:
    assert len(MODULES) > 10
    assert {m.stem for m in MODULES} == set(PLATFORMS)


def test_every_platform_has_a_saved_page_with_its_expected_result() -> None:
    pages = all_pages()
    assert {p.file.parent.name for p in pages} == set(PLATFORMS)
    assert [p.name for p in pages if not p.expected] == []


def test_every_platform_has_rules_for_reading_its_pages() -> None:
    assert set(PLATFORMS) - set(READING_RULES) == set(WITHOUT_RULES)
    assert set(READING_RULES) <= set(PLATFORMS)


def test_no_platform_no_source_and_no_order_can_say_anything_about_robots() -> None:
    names = [f"{c.__name__}.{f.name}" for c in (Platform, Source, Job, Limits) for f in fields(c)]
    assert names
    assert [n for n in names if "robot" in n.lower() or "obey" in n.lower()] == []
    assert [c for c in seed_rows()[0] if "robot" in c or "obey" in c] == []


def test_only_the_reading_of_robots_txt_itself_is_not_asked_of_robots_txt() -> None:
    functions = [
        node
        for file in SPIDERS
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    calls = [
        (function.name, ast.unparse(call))
        for function in functions
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and any(k.arg == "obey" and is_false(k.value) for k in call.keywords)
    ]
    assert len(calls) == 1
    name, call = calls[0]
    assert "robots" in name
    assert "/robots.txt" in call


def is_false(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is False


def test_scrapys_own_reading_of_robots_is_switched_in_one_place() -> None:
    naming = [f.name for f in SPIDERS if "ROBOTSTXT" in f.read_text(encoding="utf-8")]
    # The fetcher reads robots.txt in its stead: Scrapy takes a robots.txt that answers 503 as leave to fetch.
    assert naming in ([], ["__main__.py"])


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.stem)
def test_a_platform_is_data(module: Path) -> None:
    tree = tree_of(module)
    assert ast.get_docstring(tree)
    odd = [n for n in tree.body[1:] if not isinstance(n, ast.Import | ast.ImportFrom | ast.Assign)]
    if module.stem in WITH_CODE:
        # One function, which makes the canonical form.
        assert len(odd) == 1
        assert isinstance(odd[0], ast.FunctionDef)
        assert PLATFORMS[module.stem].key.__name__ == odd[0].name
    else:
        assert odd == []


def test_the_list_of_platforms_with_code_is_not_longer_than_need_be() -> None:
    assert set(WITH_CODE) == {n for n, p in PLATFORMS.items() if p.key.__module__ == f"spiders.platforms.{n}"}


@pytest.mark.parametrize("name", PLATFORMS)
def test_no_address_keeps_a_platform_busy(name: str) -> None:
    platform = PLATFORMS[name]
    for path in HOSTILE:
        url = SITE + path
        asks = (
            platform.is_article, platform.is_section, platform.is_tag, platform.is_denied, platform.is_fixed,
            platform.is_empty_sitemap, platform.number_of, platform.key,
        )  # fmt: skip
        for ask in asks:
            began = time.thread_time()
            ask(url)
            assert time.thread_time() - began < MOST_SECONDS, (ask, path[:60])


@pytest.mark.parametrize("piece", [b"<a ", b"<a href=", b"<a href='", b'<a x="', b"<base ", b"<a\n"])
def test_no_page_keeps_the_reader_of_links_busy(piece: bytes) -> None:
    began = time.thread_time()
    links_of(piece * (300_000 // len(piece)), f"{SITE}/", PLATFORMS["generic"])
    assert time.thread_time() - began < 1.0


@pytest.mark.parametrize(("name", "path"), pairs(DENIED))
def test_what_is_denied_is_never_a_place_to_look_at(name: str, path: str) -> None:
    platform = PLATFORMS[name]
    listing = page(f'<a rel="next" href="{path}">Trang sau</a><a href="{path}">Mục</a>')
    listed = read_listing(HtmlResponse(f"{SITE}/tin", body=listing), platform, 1, f"{SITE}/tin")
    assert (listed.further, listed.tags, listed.next_page) == ([], [], None)
    assert all(platform.is_denied(i.url, i.title) for i in listed.items)


def test_only_one_platform_asks_for_numbers_by_a_denied_form() -> None:
    probed = {n: p for n, p in PLATFORMS.items() if p.probe}
    assert probed
    denied = {n for n, p in probed.items() if p.is_denied(p.probe_url(SITE, 376615))}
    # The print form needs no more than the number; what is found is then asked for by its own address.
    assert denied == {"onecms"}


def test_no_platform_takes_an_address_for_two_things() -> None:
    told = [(n, p) for table in (ARTICLES, NEITHER, TAGS, DENIED) for n, p in pairs(table)]
    assert len(told) > 100
    for name, path in told:
        platform = PLATFORMS[name]
        kinds = [platform.is_article(SITE + path), platform.is_section(SITE + path), platform.is_tag(SITE + path)]
        assert sum(kinds) <= 1, (name, path, kinds)


class TestOneRow:
    """A new site of a known platform is one row of `sources.csv`."""

    @pytest.fixture
    def site(self):
        with serving(FaultySite(articles=23)) as site:
            home = '<nav><a href="/vi/news/tin/">Tin</a><a href="/vi/contact/">Liên hệ</a></nav>'
            traps = (
                f'<a href="{site.path(3).replace("/tin/", "/print/tin/")}">In</a><a href="/vi/news/tag/nghe/">nghề</a>'
                '<a href="/vi/lich/2031-05/">Lịch</a><a href="/vi/news/tin/page-2/?month=7&amp;year=2031">Sau</a>'
            )
            site.faults["/"] = body("text/html; charset=utf-8", page(home + traps))
            yield site

    @pytest.mark.parametrize(
        ("platform", "discovery"),
        [("nukeviet", ""), ("nukeviet", "listing"), ("nukeviet", "sitemap"), ("generic", "listing"), ("generic", "")],
    )
    def test_one_more_row_and_all_its_articles_are_found(
        self, site: FaultySite, tmp_path: Path, platform: str, discovery: str
    ) -> None:
        folder = tmp_path / "registry"
        shutil.copytree(SEEDS, folder)
        rows = seed_rows()
        row = dict.fromkeys(rows[0], "") | {
            "source_id": "trang_moi",
            "agency_id": rows[0]["agency_id"],
            "base_url": site.base_url,
            "platform": platform,
            "discovery": discovery,
            "delay_s": "0",
        }
        with (folder / "sources.csv").open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, row).writerow(row)
        settings = Settings(data=tmp_path / "data", allow_private=True)
        crawl_source(settings, load_registry(folder, allow_private=True), "trang_moi")

        fetches = lake.read(lake.files(settings.lake, lake.FETCH), lake.FETCH).to_pylist()
        found = {urlsplit(r["url"]).path for r in fetches if r["outcome"] == "ok"}
        assert found == {site.path(n) for n in range(1, 24)}
        assert [p for p in site.asked() if "/print/" in p or "2031" in p or "/closed/" in p] == []
