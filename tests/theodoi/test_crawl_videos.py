"""A channel of videos: the entries of its feed are the articles, and no page of the site is asked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faulty_server import FaultySite, body, serving
from tests.theodoi.test_crawl import World
from theodoi import lake
from theodoi.archive import read_capture
from theodoi.steps.process import process

FEED = "/feeds/videos.xml?channel_id=UCmau"
DESCRIPTION = (
    "Mười hai học viên lớp hàn của trung tâm huyện thi tay nghề ngay trong xưởng của làng. Người chấm là các chủ "
    "xưởng, ai đạt được nhận vào làm từ tháng sau, ai chưa đạt được học thêm hai buổi mỗi tuần cho đến kỳ thi mùa thu."
)


def feed(base_url: str, *videos: tuple[str, str], views: int = 1) -> bytes:
    entries = "".join(
        f"<entry><id>yt:video:{video}</id><title>{title}</title>"
        f'<link rel="alternate" href="{base_url}/watch?v={video}"/>'
        f"<author><name>Truyền hình mẫu</name></author><published>2024-05-18T12:30:00+00:00</published>"
        f'<media:group><media:title>{title}</media:title><media:content url="{base_url}/v/{video}" '
        f'type="application/x-shockwave-flash"/><media:description>{DESCRIPTION}</media:description>'
        f'<media:community><media:statistics views="{views}"/></media:community></media:group></entry>'
        for video, title in videos
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns:media="http://search.yahoo.com/mrss/" '
        f'xmlns="http://www.w3.org/2005/Atom"><title>Kênh mẫu</title>{entries}</feed>'
    ).encode()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serving(FaultySite(robots="")) as site:
        world = World(site, tmp_path / "data")
        world.use(platform="youtube", discovery=("feed",), start_urls=(site.base_url + FEED,))
        yield world


def show(world: World, *videos: tuple[str, str], **more: Any) -> None:
    world.site.faults[FEED] = body("text/xml; charset=UTF-8", feed(world.site.base_url, *videos, **more))


def test_entries_are_kept_read_and_not_kept_again(world: World) -> None:
    show(world, ("aaaaaaaaaaa", "Thi tay nghề hàn"), ("bbbbbbbbbbb", "Lớp may mùa hè"))
    assert world.crawl().fetched == 2
    assert {a.path for a in world.site.log} == {"/robots.txt", FEED}
    fetches = world.rows(lake.FETCH)
    assert {r["url"].removeprefix(world.site.base_url) for r in fetches} == {
        "/watch?v=aaaaaaaaaaa",
        "/watch?v=bbbbbbbbbbb",
    }
    for row in fetches:
        capture = read_capture(world.settings.archive, row["warc_file"], row["warc_offset"])
        assert (capture.url, capture.fetched_at) == (row["url"], row["fetched_at"])
        assert DESCRIPTION in capture.body.decode()
    process(world.settings, world.registry)
    articles = {r["title"]: r for r in world.rows(lake.ARTICLE)}
    assert set(articles) == {"Thi tay nghề hàn", "Lớp may mùa hè"}
    article = articles["Thi tay nghề hàn"]
    assert (article["genre"], article["has_video"]) == ("video", True)
    assert article["published_at"].isoformat() == "2024-05-18T12:30:00+00:00"
    assert DESCRIPTION[:80] in f"{article['lead']} {article['text']}"
    # Other counters, one video more: only that is new.
    show(world, ("ccccccccccc", "Ngày hội việc làm"), ("aaaaaaaaaaa", "Thi tay nghề hàn"), views=2)
    assert world.crawl().fetched == 1
    assert len(world.rows(lake.FETCH)) == 3


def test_a_feed_that_robots_closes_is_blind_and_not_asked(world: World) -> None:
    world.site.robots = "User-agent: *\nDisallow: /feeds/videos.xml\n"
    show(world, ("aaaaaaaaaaa", "Thi tay nghề hàn"))
    result = world.crawl()
    assert (result.state, set(result.blind.values())) == ("blind", {"robots"})
    assert {a.path for a in world.site.log} == {"/robots.txt"}
