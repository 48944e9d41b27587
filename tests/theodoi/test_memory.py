"""What the next crawl is told of the lake equals what one gets by going through the rows one by one."""

import sqlite3
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from spiders import outcomes
from spiders.job import Job, Limits
from theodoi import lake
from theodoi.settings import Settings
from theodoi.steps.memory import fill_frontier, last_seen_at, requests_of_day

BASE = "http://a.vn"
T0 = datetime(2024, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
JOB = Job(
    *("s-9", "s", BASE, "nukeviet", (), (), None, 0.0, "x", True, T0.isoformat()),
    limits=Limits(pages=5),
)
KEYS = ["a.vn/1", "a.vn/2", "a.vn/3"]
OUTCOMES = [
    *(outcomes.OK, outcomes.NOT_MODIFIED, outcomes.UNCHANGED, outcomes.GONE, outcomes.SOFT_404, outcomes.TIMEOUT),
    *(outcomes.SERVER_ERROR, outcomes.ROBOTS, outcomes.NOT_HTML, outcomes.CHALLENGE),
]
CHANNELS = ["feed", "sitemap", "listing", "link", "archive", "outside"]

some_time = st.none() | st.integers(-5000, 0).map(lambda h: T0 + h * HOUR)
discovered = st.fixed_dictionaries(
    {
        "url_key": st.sampled_from(KEYS),
        "channel": st.sampled_from(CHANNELS),
        "listed_title": st.sampled_from(["", "Một", "Hai"]),
        "listed_at": some_time,
        "changed_at": some_time,
        # Null in files of earlier versions.
        "listed": st.sampled_from([True, True, None, False]),
    }
)
fetched = st.fixed_dictionaries(
    {
        "url_key": st.sampled_from(KEYS),
        "outcome": st.sampled_from(OUTCOMES),
        "etag": st.sampled_from(["", '"1"', '"2"', None]),
        "last_modified": st.sampled_from(["", "Sat, 01 Jun 2024 00:00:00 GMT"]),
        "cause": st.sampled_from(["new", "relisted", "recheck"]),
        "kept": st.booleans(),
    }
)
polled = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["feed", "sitemap", "listing", "archive"]),
        "outcome": st.sampled_from(["ok", "ok", "blind"]),
        "overlap_reached": st.booleans(),
        "exhausted": st.booleans(),
        "covers_from": st.sampled_from([None, date(2024, 1, 1), date(2024, 2, 2)]),
        "depth": st.integers(1, 9),
        "reason": st.sampled_from(["", "depth_limit", "timeout"]),
        "etag": st.sampled_from(["", '"f"']),
        "last_modified": st.sampled_from(["", "x"]),
    }
)
ledger = st.lists(
    st.tuples(st.sampled_from(["s-1", "s-2", "s-3"]), st.one_of(discovered, fetched, polled)), max_size=14
).map(lambda rows: sorted(rows, key=lambda r: r[0]))


class Rows:
    """Rows in the order in which they happened, an hour apart, as the lake's datasets."""

    def __init__(self, given: list[tuple[str, dict[str, Any]]]) -> None:
        self.discovery: list[dict[str, Any]] = []
        self.poll: list[dict[str, Any]] = []
        self.fetch: list[dict[str, Any]] = []
        for number, (crawl_id, row) in enumerate(given):
            at, row = T0 + number * HOUR, {"crawl_id": crawl_id, "source_id": "s", **row}
            if "listed" in row:
                url = f"http://{row['url_key']}?{number}"
                of = f"{BASE}/{row['channel']}" if row["channel"] != "link" else f"{BASE}/page-{number}"
                self.discovery.append(row | {"url": url, "channel_url": of, "seen_at": at})
            elif "depth" in row:
                self.poll.append(row | {"channel_url": f"{BASE}/{row['channel']}", "polled_at": at})
            else:
                kept = row.pop("kept") and row["outcome"] == outcomes.OK
                record = {"capture_id": f"c{number}", "payload_digest": f"d{number}", "warc_offset": number}
                row |= {"url": f"http://{row['url_key']}", "fetched_at": at}
                self.fetch.append(row | (record | {"warc_file": f"w{number}"} if kept else {}))

    def write(self, root: Path) -> Settings:
        made = Settings(data=root, allow_private=True)
        for dataset, rows in ((lake.DISCOVERY, self.discovery), (lake.POLL, self.poll), (lake.FETCH, self.fetch)):
            for crawl_id in {r["crawl_id"] for r in rows}:
                mine = [r for r in rows if r["crawl_id"] == crawl_id]
                lake.write(lake.partition(made.lake, dataset, "s", "2024-06-01"), dataset, mine, name=crawl_id)
        return made


def failing_since(asked: list[dict[str, Any]], there: list[dict[str, Any]]) -> float | None:
    """When it failed first, or was there last where it has been since."""
    failed = [r["fetched_at"] for r in asked if r["outcome"] in outcomes.TEMPORARY]
    return max(failed[0], there[-1]["fetched_at"] if there else failed[0]).timestamp() if failed else None


def addresses(rows: Rows) -> dict[str, tuple[Any, ...]]:
    """Key -> the columns of the frontier's table."""
    found: dict[str, tuple[Any, ...]] = {}
    for key in {r["url_key"] for r in rows.discovery if r["listed"] is not False} | {r["url_key"] for r in rows.fetch}:
        seen = [r for r in rows.discovery if r["url_key"] == key and r["listed"] is not False]
        asked = [r for r in rows.fetch if r["url_key"] == key]
        first = [("~" if r["channel"] in ("archive", "outside") else "") + r["crawl_id"] for r in seen]
        published = [r["listed_at"].timestamp() for r in seen if r["listed_at"]]
        there = [r for r in asked if r["outcome"] in outcomes.THERE]
        kept = [r for r in asked if r.get("capture_id")]
        last = asked[-1]["outcome"] if asked else ""
        if not asked:
            state = "unasked"
        elif kept and last in outcomes.ABSENT:
            state = "vanished"
        elif last in outcomes.TEMPORARY:
            state = "shaky" if kept else "failed"
        else:
            state = "there" if kept else "final"
        said = [r for r in there if r["etag"] or r["last_modified"]]
        version = kept[-1] if kept else {}
        found[key] = (
            seen[0]["url"] if seen else asked[0]["url"],
            min(first, default="~"),
            min(published, default=None),
            state,
            asked[-1]["fetched_at"].timestamp() if asked else None,
            there[0]["fetched_at"].timestamp() if there else None,
            failing_since(asked, there),
            (said[-1]["etag"] or "") if said else "",
            (said[-1]["last_modified"] or "") if said else "",
            version.get("payload_digest", ""),
            version.get("warc_file", ""),
            version.get("warc_offset"),
        )
    return found


def listings(rows: Rows) -> dict[tuple[str, str], tuple[Any, ...]]:
    """(address of the channel, key) -> title, time, change, listed."""
    found: dict[tuple[str, str], tuple[Any, ...]] = {}
    for r in rows.discovery:
        if r["channel"] in ("archive", "outside"):
            continue
        place = (BASE if r["channel"] == "link" else r["channel_url"], r["url_key"])
        title, at, changed, listed = found.get(place, ("", None, None, True))
        found[place] = (
            r["listed_title"] if r["listed"] is not False else title,
            r["listed_at"].timestamp() if r["listed_at"] else at,
            r["changed_at"].timestamp() if r["changed_at"] else changed,
            listed if r["listed"] is None else r["listed"],
        )
    return found


def channels(rows: Rows) -> dict[str, tuple[Any, ...]]:
    """Address -> channel, last crawl, complete, settled, covers_from, polled, depth, etag, last_modified."""
    found: dict[str, tuple[Any, ...]] = {}
    for r in rows.poll:
        if r["outcome"] != "ok" or r["channel"] == "archive":
            continue
        before = found.get(r["channel_url"])
        complete = r["exhausted"] or (before is not None and before[2] and r["overlap_reached"])
        as_deep_as_may_be = r["reason"] == "depth_limit" and r["depth"] >= JOB.limits.pages
        settled = r["exhausted"] or as_deep_as_may_be or (before is not None and before[3] and r["overlap_reached"])
        covers = r["covers_from"].isoformat() if r["covers_from"] else before[4] if before else None
        last = (r["channel"], r["crawl_id"], int(complete), int(settled), covers, r["polled_at"].timestamp())
        found[r["channel_url"]] = (*last, r["depth"], r["etag"], r["last_modified"])
    return found


@settings(max_examples=25, deadline=None)
@given(given_rows=ledger)
def test_the_frontier_is_what_going_through_the_rows_gives(given_rows: list[tuple[str, dict[str, Any]]]) -> None:
    rows = Rows(given_rows)
    with tempfile.TemporaryDirectory() as root:
        made = rows.write(Path(root))
        file = Path(root) / "frontier.sqlite"
        fill_frontier(made, JOB, file)
        db = sqlite3.connect(file)
        assert {r[0]: r[1:] for r in db.execute("select * from address")} == addresses(rows)
        query = "select url, key, title, at, changed, listed from listing join channel on id = channel_id"
        assert {r[:2]: r[2:] for r in db.execute(query)} == listings(rows)
        columns = "url, channel, last_crawl, complete, settled, covers_from, polled, depth, etag, last_modified"
        told = {r[0]: r[1:] for r in db.execute(f"select {columns} from channel where polled is not null")}
        assert told == channels(rows)
        announced = [bool(e) for (e,) in db.execute("select edited from announced order by at")]
        # Whoever found the page gone or got no answer learned nothing of an edit.
        seen = [r for r in rows.fetch if r["cause"] == "relisted" and r["outcome"] in outcomes.THERE]
        assert announced == [r["outcome"] == "ok" for r in seen]
        db.close()
        moments = [r["fetched_at"] for r in rows.fetch] + [r["polled_at"] for r in rows.poll]
        assert last_seen_at(made, "s") == max(moments, default=None)


def test_an_empty_lake_gives_an_empty_frontier(tmp_path: Path) -> None:
    made = Settings(data=tmp_path, allow_private=True)
    fill_frontier(made, JOB, tmp_path / "frontier.sqlite")
    db = sqlite3.connect(tmp_path / "frontier.sqlite")
    assert [
        db.execute(f"select count(*) from {t}").fetchone()[0] for t in ("address", "channel", "listing", "queue")
    ] == [*(0, 0, 0, 0)]
    assert last_seen_at(made, "s") is None


def test_requests_of_a_day_are_those_sent_to_the_site_on_the_local_day(tmp_path: Path) -> None:
    """Not those that an archive answered for it."""
    made = Settings(data=tmp_path, allow_private=True)
    noon = datetime(2024, 6, 1, 5, 0, tzinfo=UTC)
    crawls = [
        ("crawl", noon, 10),
        ("crawl", datetime(2024, 5, 31, 17, 0, tzinfo=UTC), 100),
        ("crawl", datetime(2024, 5, 31, 16, 59, tzinfo=UTC), 1000),
        ("archive", noon, 10_000),
        ("import", noon, None),
    ]
    rows = [
        {"crawl_id": f"s-{n}", "source_id": "s", "kind": kind, "started_at": at, "n_requests": count}
        for n, (kind, at, count) in enumerate(crawls)
    ]
    lake.write(lake.partition(made.lake, lake.CRAWL, "s", "2024-06-01"), lake.CRAWL, rows)
    assert requests_of_day(made, "s", noon) == 110
    assert requests_of_day(made, "other", noon) == 0
