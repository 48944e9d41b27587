"""Pages that theodoi's own crawl kept, replayed by a real pywb server and taken back out of it."""

import gzip
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faulty_server import FaultySite, serving
from tests.pywb.server import need_pywb, replaying
from theodoi import lake
from theodoi.archive import WarcWriter, read_capture
from theodoi.errors import TheodoiError
from theodoi.registry import Registry, Source
from theodoi.settings import Settings
from theodoi.steps.crawl import crawl_source
from theodoi.steps.webarchive import import_wayback

AT = datetime(2023, 8, 1, 3, 4, 5, tzinfo=UTC)
PACKED = "<html>gói</html>".encode()

pytestmark = pytest.mark.slow


def source_of(site: FaultySite) -> Source:
    return Source(
        "vks",
        "vksnd_tinh",
        site.base_url,
        "nukeviet",
        discovery=("feed", "sitemap", "listing"),
        start_urls=(f"{site.base_url}/vi/news/tin/",),
        valid_from=date(2024, 1, 1),
        delay_s=0.0,
    )


def rows(settings: Settings, dataset: lake.Dataset) -> list[dict[str, Any]]:
    return lake.read(lake.files(settings.lake, dataset), dataset).to_pylist()


def pages(settings: Settings) -> dict[tuple[str, datetime], bytes]:
    """Address and time of capture, to the second that an index knows -> body, as these settings' archive has it."""
    found = {}
    for row in rows(settings, lake.FETCH):
        if row["outcome"] == "ok":
            capture = read_capture(settings.archive, row["warc_file"], row["warc_offset"])
            assert (capture.url, capture.fetched_at) == (row["url"], row["fetched_at"])
            found[capture.url, capture.fetched_at.replace(microsecond=0)] = capture.body
    return found


class Replay:
    """The small site as it was crawled, gone since; and pywb with the files of that crawl."""

    def __init__(self, site: FaultySite, crawled: Settings, endpoint: str) -> None:
        self.site = site
        self.source = source_of(site)
        self.registry = Registry({}, {"vks": self.source}, {}, {}, {}, {})
        self.crawled = crawled
        self.endpoint = endpoint


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    need_pywb()
    folder = tmp_path_factory.mktemp("pywb")
    crawled = Settings(data=folder / "crawled", allow_private=True)
    with serving(FaultySite()) as site:
        registry = Registry({}, {"vks": source_of(site)}, {}, {}, {}, {})
        assert crawl_source(crawled, registry, "vks").fetched == 12
    # Beside the crawl's own file: a second version and a repetition of one article, an article that was packed, a
    # missing one, a listing, and another site's page.
    with WarcWriter(folder / "more.warc.gz") as more:
        html = [("Content-Type", "text/html; charset=utf-8"), ("ETag", '"x1"')]
        more.write(site.url(1), AT, 200, html, b"<html>ban cu</html>")
        more.write(site.url(1), AT + timedelta(days=1), 200, html, b"<html>ban cu</html>")
        more.write(site.url(21), AT, 200, [*html, ("Content-Encoding", "gzip")], gzip.compress(PACKED))
        more.write(site.url(23), AT, 404, html, b"<html>mat</html>")
        more.write(f"{site.base_url}/vi/news/tin/", AT, 200, html, b"<html>danh muc</html>")
        more.write("http://127.0.0.1:9/vi/news/tin/cua-nguoi-khac-1.html", AT, 200, html, b"<html>khac</html>")
    warcs = [*crawled.archive.rglob("*.warc.gz"), folder / "more.warc.gz"]
    assert len(warcs) == 2
    (folder / "collection").mkdir()
    with replaying(folder / "collection", warcs) as endpoint:
        yield Replay(site, crawled, endpoint)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", allow_private=True)


def test_articles_times_and_bytes_are_the_originals(replay: Replay, settings: Settings) -> None:
    before = datetime.now(UTC)
    result = import_wayback(settings, replay.registry, "vks", endpoint=replay.endpoint)
    assert (result.addresses, result.pages, result.already) == (13, 14, 0)
    assert (result.failed, result.unproved, result.unread, result.ended) == ({}, 0, {}, "finished")
    originals = pages(replay.crawled)
    assert len(originals) == 12
    more = {(replay.site.url(1), AT): b"<html>ban cu</html>", (replay.site.url(21), AT): PACKED}
    assert pages(settings) == originals | more
    for row in rows(settings, lake.FETCH):
        assert row["cause"] == "archive"
        assert row["obtained_from"] == f"{replay.endpoint}/{row['fetched_at']:%Y%m%d%H%M%S}id_/{row['url']}"
        assert row["obtained_at"] >= before > row["fetched_at"]
    packed = next(r for r in rows(settings, lake.FETCH) if r["url"] == replay.site.url(21))
    capture = read_capture(settings.archive, packed["warc_file"], packed["warc_offset"])
    # The site's own header fields, none of the archive's.
    kept = {n.lower(): v for n, v in capture.headers}
    assert kept.pop("content-length")
    assert kept == {"content-type": "text/html; charset=utf-8", "etag": '"x1"', "content-encoding": "gzip"}


def test_the_index_is_a_channel_that_says_nothing_of_publication(replay: Replay, settings: Settings) -> None:
    import_wayback(settings, replay.registry, "vks", endpoint=replay.endpoint)
    discoveries = rows(settings, lake.DISCOVERY)
    assert len({r["url_key"] for r in discoveries}) == len(discoveries) == 13
    assert {(r["channel"], r["listed"], r["listed_at"]) for r in discoveries} == {("archive", True, None)}
    (poll,) = rows(settings, lake.POLL)
    assert {r["channel_url"] for r in discoveries} == {poll["channel_url"]}
    assert poll["channel_url"].startswith(f"{replay.endpoint}/cdx?url=127.0.0.1%3A")
    assert (poll["outcome"], poll["n_seen"], poll["n_new"], poll["covers_from"]) == ("ok", 13, 13, None)
    (crawl,) = rows(settings, lake.CRAWL)
    assert (crawl["kind"], crawl["ended"], crawl["n_requests"]) == ("archive", "finished", 15)


def test_a_second_run_fetches_nothing_again(replay: Replay, settings: Settings) -> None:
    import_wayback(settings, replay.registry, "vks", endpoint=replay.endpoint)
    again = import_wayback(settings, replay.registry, "vks", endpoint=replay.endpoint)
    assert (again.addresses, again.pages, again.already) == (13, 0, 14)
    assert len(rows(settings, lake.DISCOVERY)) == 13
    assert len(rows(settings, lake.CRAWL)) == 2


def test_what_the_live_crawl_has_is_not_fetched_from_an_archive(replay: Replay, settings: Settings) -> None:
    shutil.copytree(replay.crawled.data, settings.data)
    result = import_wayback(settings, replay.registry, "vks", endpoint=replay.endpoint)
    assert (result.addresses, result.pages, result.already) == (13, 2, 12)
    # It is noted all the same that the archive lists them: the channels that know an address are what completeness
    # is estimated from.
    assert len([r for r in rows(settings, lake.DISCOVERY) if r["channel"] == "archive"]) == 13


def test_days_of_capture_bound_what_is_taken(replay: Replay, settings: Settings) -> None:
    day = AT.date()
    result = import_wayback(settings, replay.registry, "vks", endpoint=replay.endpoint, since=day, until=day)
    assert result.pages == 2
    assert {r["fetched_at"] for r in rows(settings, lake.FETCH)} == {AT}


def test_an_address_without_an_index_is_one_clear_line(replay: Replay, settings: Settings) -> None:
    root = replay.endpoint.rpartition("/")[0]
    with pytest.raises(TheodoiError, match=r"không đọc được chỉ mục.*--endpoint"):
        import_wayback(settings, replay.registry, "vks", endpoint=root)
    (poll,) = rows(settings, lake.POLL)
    assert (poll["outcome"], poll["n_seen"], poll["http_status"]) == ("blind", 0, 404)
    assert not rows(settings, lake.FETCH)
