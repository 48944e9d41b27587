"""An article met live and in an archive is one article; the day of a capture is not the day of publication."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from tests.faulty_server import FaultySite, body, serving
from tests.small_province import REGISTRY
from tests.webarchive.servers import InternetArchive, entries_of
from tests.webarchive.servers import serving as serving_archive
from tests.webarchive.world import HTML, kept
from theodoi.registry import Source, write_registry
from theodoi.settings import Settings
from theodoi.steps.build import build
from theodoi.steps.crawl import crawl_source
from theodoi.steps.process import process
from theodoi.steps.webarchive import import_wayback

PAGE = (Path(__file__).parents[1] / "pages" / "nukeviet" / "ngay-sai.html").read_bytes()
TITLE = "Chi đoàn viện kiểm sát tặng sách cho học sinh Tứ Kỳ"
CAPTURED = datetime(2023, 10, 1, 2, 3, 4, tzinfo=UTC)


@pytest.mark.slow
def test_met_live_and_in_an_archive_it_is_one_article(tmp_path: Path) -> None:
    write_registry(REGISTRY, tmp_path / "registry")
    settings = Settings(data=tmp_path / "data", registry=tmp_path / "registry", allow_private=True)
    with serving(FaultySite(articles=2)) as site:
        source = Source(
            *("vks", "so", site.base_url, "nukeviet"),
            discovery=("sitemap",),
            valid_from=date(2023, 1, 1),
            delay_s=0.0,
        )
        registry = replace(REGISTRY, sources={"vks": source})
        write_registry(registry, settings.registry)
        site.faults[site.path(1)] = body("text/html; charset=utf-8", PAGE)
        assert crawl_source(settings, registry, "vks").fetched == 2
        # The same text in another frame: the clock of the page shows another day. And at an address of old.
        before = PAGE.replace("Thứ sáu, 08/09/2023".encode(), "Chủ nhật, 01/10/2023".encode())
        assert before != PAGE
        old = f"{site.base_url}/vi/news/tin-cu/tang-sach-55.html"
        kept(
            tmp_path / "ia" / "a.warc.gz",
            [(site.url(1), CAPTURED, 200, HTML, before), (old, CAPTURED.replace(day=2), 200, HTML, before)],
        )
        archive = InternetArchive(tmp_path / "ia", entries_of(tmp_path / "ia"))
        with serving_archive(archive):
            assert import_wayback(settings, registry, "vks", endpoint=archive.base_url).pages == 2
    process(settings, registry)
    with duckdb.connect(str(build(settings)), read_only=True) as db:
        articles = db.execute(
            "select published_at, first_seen_at, n_addresses, article_id from core.article where title = ?", [TITLE]
        ).fetchall()
        assert len(articles) == 1
        published_at, first_seen_at, n_addresses, article_id = articles[0]
        assert published_at.astimezone(UTC) == datetime(2023, 9, 5, 9, 40, tzinfo=UTC)
        assert first_seen_at.astimezone(UTC) == CAPTURED
        assert n_addresses == 2
        captures = db.execute("select count(*) from core.capture where url in (?, ?)", [site.url(1), old]).fetchone()
        assert captures == (3,)
        channels = db.execute("select distinct channel from core.discovery where url = ?", [site.url(1)]).fetchall()
        assert sorted(channels) == [("archive",), ("sitemap",)]
        addresses = db.execute(
            "select count(*) from core.article_address where article_id = ?", [article_id]
        ).fetchone()
        assert addresses == (2,)
