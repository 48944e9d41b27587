"""What is known of a site and what waits to be fetched, in one SQLite file of the job folder.

The file is derived: `theodoi.steps.memory` fills it from the lake before the crawl, the crawl goes on in it, nobody
reads it afterwards. It is a file and not a handful of dictionaries so that a site of fifty thousand pages needs the
memory of one of a thousand.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from spiders import outcomes
from spiders.channels import Item

# Why an address is asked for, in the order in which it is: `fetch.cause`.
NEW = "new"
RELISTED = "relisted"
DELISTED = "delisted"
RETRY = "retry"
RECHECK = "recheck"
PROBE = "probe"
_ORDER = {NEW: 0, PROBE: 0, RELISTED: 1, DELISTED: 1, RETRY: 2, RECHECK: 3}
# Behind all others until the channels have been read: an address without a date may turn out to lie outside the window.
_LATER = 10

UNASKED = "unasked"
THERE = "there"
SHAKY = "shaky"
VANISHED = "vanished"
FAILED = "failed"
FINAL = "final"
# A good capture is kept.
_KEPT = (THERE, SHAKY, VANISHED)

# Pages of 4 KiB: 2 MB hold what a crawl works on, the rest stays in the file.
_CACHE_KIB = 2048
# How many of the newest known items must all be missing before a list counts as another list: one may be withdrawn.
_CANARIES = 3
_DAY_S = 86_400.0

_SCHEMA = """
create table address (
    key text primary key, url text not null, first_crawl text not null, published real,
    state text not null, asked real, there_at real, failing_since real,
    etag text not null default '', last_modified text not null default '', digest text not null default '',
    warc_file text not null default '', warc_offset integer
) without rowid;
create table channel (
    id integer primary key, channel text not null, url text not null unique,
    last_crawl text, complete integer not null default 0, settled integer not null default 0,
    covers_from text, polled real, depth integer,
    etag text not null default '', last_modified text not null default ''
);
create table listing (
    channel_id integer not null, key text not null, title text not null, at real, changed real,
    listed integer not null, reading integer not null default 0, primary key (channel_id, key)
) without rowid;
create table queue (
    key text primary key, rank integer not null, newest real not null, cause text not null
) without rowid;
create table announced (at real not null, edited integer not null);
create index next_in_queue on queue (rank, newest desc);
"""


@dataclass(frozen=True, slots=True)
class Address:
    """What is known of one address.

    Attributes:
        key: Canonical form.
        url: As it is asked.
        state: `unasked`, `there` (a good capture is kept and nothing speaks against the page), `shaky` (kept, and the
            last look failed for the moment), `vanished` (kept, and gone since), `failed` (only failures that may pass)
            or `final` (a definite answer without an article).
        etag: Of the kept version.
        last_modified: Of the kept version.
        digest: sha256 of the kept version's body.
        warc_file: Where the kept version stands.
        warc_offset: Where in that file.
    """

    key: str
    url: str
    state: str
    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    warc_file: str = ""
    warc_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One address that waits, and why."""

    key: str
    cause: str


@dataclass(slots=True)
class ChannelState:
    """What earlier crawls know of one feed, sitemap or listing.

    Attributes:
        number: Its number in the frontier.
        last_crawl: Crawl that read it last; None: never read.
        complete: Whether it was once read to its end and no gap came since.
        settled: Whether it was once read to its end, or as deep as a crawl may go, and no gap came since.
        covers_from: Earliest day that the last reading covers.
        polled: When it was last read.
        depth: Documents of that reading.
        etag: ETag of its first document then.
        last_modified: Last-Modified of it.
        newest: Keys of the newest articles that it listed before this crawl.
    """

    number: int
    last_crawl: str | None = None
    complete: bool = False
    settled: bool = False
    covers_from: date | None = None
    polled: datetime | None = None
    depth: int = 0
    etag: str = ""
    last_modified: str = ""
    newest: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Noted:
    """What a listed address means.

    Attributes:
        item: As listed.
        fresh: Whether this reading of the channel lists it for the first time.
        is_new: Whether nobody saw the address before.
        first_crawl: Crawl that saw it first; None: none before this one.
        is_news: Whether the channel never listed it before, or with another title or time: worth a row.
        relisted: Whether that is a sign that a page which we have was edited.
        state: State of the address, as in `Address`.
    """

    item: Item
    fresh: bool
    is_new: bool
    first_crawl: str | None
    is_news: bool
    relisted: bool
    state: str


class Frontier:
    """The file; used by one process at a time.

    Args:
        path: The file; made with its tables where it is not there.
    """

    def __init__(self, path: Path) -> None:
        made = not path.exists()
        self._db = sqlite3.connect(path, isolation_level=None)
        # One transaction that ends with the process: what is lost in a kill is derived again from the lake.
        self._db.execute("pragma journal_mode = off")
        self._db.execute("pragma synchronous = off")
        self._db.execute(f"pragma cache_size = -{_CACHE_KIB}")
        self._db.execute("pragma temp_store = file")
        self._db.execute("begin")
        # What is being asked for at this moment is neither waiting nor answered.
        self._asking: set[str] = set()
        if made:
            for statement in _SCHEMA.split(";"):
                self._db.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write everything and close the file."""
        if self._db.in_transaction:
            self._db.execute("commit")
        self._db.close()

    # Filled from the lake

    def remember_addresses(self, rows: Iterable[Sequence[object]]) -> None:
        """Add addresses: the columns of table `address` in their order."""
        self._db.executemany("insert into address values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def remember_listings(self, rows: Iterable[Sequence[object]]) -> None:
        """Add what channels list: (channel, channel_url, key, title, at, changed, listed)."""
        numbers: dict[tuple[str, str], int] = {}
        for channel, url, *listing in rows:
            name = (str(channel), str(url))
            if name not in numbers:
                numbers[name] = self.channel(*name).number
            self._db.execute(
                "insert or replace into listing (channel_id, key, title, at, changed, listed)"
                " values (?, ?, ?, ?, ?, ?)",
                (numbers[name], *listing),
            )

    def remember_channels(self, rows: Iterable[Sequence[object]]) -> None:
        """Add readings: columns channel … last_modified of table `channel`, in their order."""
        self._db.executemany(
            "insert into channel"
            " (channel, url, last_crawl, complete, settled, covers_from, polled, depth, etag, last_modified)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )

    def remember_announced(self, rows: Iterable[Sequence[object]]) -> None:
        """Add what came of edits that channels announced: (when it was looked at, whether it was one)."""
        self._db.executemany("insert into announced values (?, ?)", rows)

    def announced(self, count: int) -> list[bool]:
        """Whether the last announced edits were edits, the latest last."""
        rows = self._db.execute("select edited from announced order by at desc limit ?", (count,)).fetchall()
        return [bool(edited) for (edited,) in reversed(rows)]

    # Channels

    def channel(self, channel: str, url: str) -> ChannelState:
        """What is known of a channel; it is entered where it is new."""
        self._db.execute("insert or ignore into channel (channel, url) values (?, ?)", (channel, url))
        number, last_crawl, complete, settled, covers_from, polled, depth, etag, last_modified = self._db.execute(
            "select id, last_crawl, complete, settled, covers_from, polled, depth, etag, last_modified"
            " from channel where url = ?",
            (url,),
        ).fetchone()
        newest = self._db.execute(
            # Without times it is not known which stood at the top, and that is all that a reading shows.
            "select key from listing join address using (key) where channel_id = ? and listed and state != ?"
            " and coalesce(at, changed) is not null order by coalesce(at, changed) desc limit ?",
            (number, VANISHED, _CANARIES),
        )
        return ChannelState(
            number=number,
            last_crawl=last_crawl,
            complete=bool(complete),
            settled=bool(settled),
            covers_from=date.fromisoformat(covers_from) if covers_from else None,
            polled=datetime.fromtimestamp(polled, UTC) if polled is not None else None,
            depth=depth or 0,
            etag=etag,
            last_modified=last_modified,
            newest=frozenset(key for (key,) in newest),
        )

    def note(self, number: int, reading: int, items: Iterable[Item], crawl_id: str) -> list[Noted]:
        """Enter what a channel lists and tell what is new about it.

        Args:
            number: The channel's.
            reading: Number of this reading, from 1: tells items of this reading from earlier ones.
            items: As listed.
            crawl_id: This crawl.
        """
        return [self._note(number, reading, item, crawl_id) for item in items]

    def _note(self, number: int, reading: int, item: Item, crawl_id: str) -> Noted:
        at, changed = _seconds(item.at), _seconds(item.changed_at)
        address = self._db.execute(
            "select first_crawl, state, asked, published from address where key = ?", (item.key,)
        ).fetchone()
        listed = self._db.execute(
            "select title, at, changed, listed, reading from listing where channel_id = ? and key = ?",
            (number, item.key),
        ).fetchone()
        if address is None:
            self._db.execute(
                "insert into address (key, url, first_crawl, published, state) values (?, ?, ?, ?, ?)",
                (item.key, item.url, crawl_id, at, UNASKED),
            )
            first_crawl, state, asked = None, UNASKED, None
        else:
            first_crawl, state, asked, published = address
            if at is not None and published is None:
                self._db.execute("update address set published = ? where key = ?", (at, item.key))
        if listed is None:
            # The channel is new, or the address is new to it; it may tell of an edit that no other channel told of.
            is_news, relisted = True, changed is not None and asked is not None and changed > asked
        else:
            moved = _differ(listed[1], at) or _differ(listed[2], changed)
            is_news = relisted = moved or _other_title(listed[0], item.title) or not listed[3]
        fresh = listed is None or listed[4] != reading
        if listed is None or is_news or fresh:
            self._db.execute(
                "insert or replace into listing values (?, ?, ?, ?, ?, 1, ?)",
                (number, item.key, item.title if is_news else listed[0], at, changed, reading),
            )
        return Noted(
            item=item,
            fresh=fresh,
            is_new=address is None,
            first_crawl=first_crawl if first_crawl != crawl_id else None,
            is_news=is_news and fresh,
            relisted=relisted and fresh and state in _KEPT,
            state=state,
        )

    def delist(self, number: int, reading: int, since: datetime | None, *, whole: bool) -> list[tuple[str, str]]:
        """Mark what a channel lists no longer although it shows what stood beside it; return (key, url).

        Args:
            number: The channel's.
            reading: The reading that has just ended.
            since: Begin of the stretch that the reading shows without a hole; None: it gives no times.
            whole: Whether the channel was read to its end.
        """
        begin = _seconds(since)
        missing = self._db.execute(
            "select listing.key, address.url from listing join address using (key)"
            " where channel_id = ? and listed and reading != ?"
            " and (coalesce(at, changed) >= ? or (? and coalesce(at, changed) is null))",
            (number, reading, begin if begin is not None else float("inf"), whole),
        ).fetchall()
        self._db.executemany(
            "update listing set listed = 0 where channel_id = ? and key = ?", [(number, key) for key, _ in missing]
        )
        return missing

    def count_listed(self, number: int) -> int:
        """How many addresses a channel lists as far as is known."""
        (count,) = self._db.execute(
            "select count(*) from listing where channel_id = ? and listed", (number,)
        ).fetchone()
        return int(count)

    # Addresses

    def address(self, key: str) -> Address | None:
        """What is known of an address."""
        row = self._db.execute(
            "select key, url, state, etag, last_modified, digest, warc_file, warc_offset from address where key = ?",
            (key,),
        ).fetchone()
        return Address(*row) if row else None

    def answered(self, key: str, outcome: str, at: datetime) -> None:
        """Note what came of asking for an address."""
        self._asking.discard(key)
        known = self._db.execute("select state from address where key = ?", (key,)).fetchone()
        state = _state_after(outcome, had_it=known is not None and known[0] in _KEPT)
        self._db.execute("update address set state = ?, asked = ? where key = ?", (state, _seconds(at), key))

    def count_found(self, crawl_id: str) -> tuple[int, int]:
        """(addresses that this crawl saw on channels, of them seen for the first time)."""
        (found,) = self._db.execute("select count(distinct key) from listing where reading > 0").fetchone()
        (new,) = self._db.execute("select count(*) from address where first_crawl = ?", (crawl_id,)).fetchone()
        return int(found), int(new)

    # The queue

    def wait_for(self, key: str, cause: str, *, later: bool = False) -> None:
        """Queue an address; it keeps the better of two places. Within a cause the newest come first.

        Args:
            key: The address.
            cause: Why.
            later: Whether it may be taken only after `release`.
        """
        if key in self._asking:
            return
        rank = _ORDER[cause] + (_LATER if later else 0)
        self._db.execute(
            "insert into queue select key, ?, coalesce(published, 0), ? from address where key = ?"
            " on conflict (key) do update set rank = excluded.rank, cause = excluded.cause where excluded.rank < rank",
            (rank, cause, key),
        )

    def wait_for_pending(self, now: datetime, since: datetime | None = None, until: datetime | None = None) -> None:
        """Queue what earlier crawls found and did not get.

        What failed is tried again when as much time has passed since the last try as it had failed for by then: at
        once by the next crawl, then ever more rarely.

        Args:
            now: This moment.
            since: Begin of the window of publication that is wanted.
            until: Its end. In a window, what has no time of publication comes last, and what is known from links alone
                stays where it is: most of it is old.
        """
        windowed = since is not None or until is not None
        begin, end = _seconds(since), _seconds(until)
        self._db.execute(
            "insert or ignore into queue select key,"
            " case state when :unasked then :new_rank else :retry_rank end"
            " + case when :windowed and published is null then :later else 0 end,"
            " coalesce(published, 0), case state when :unasked then :new else :retry end"
            " from address where state in (:unasked, :failed, :shaky)"
            " and (state = :unasked or :now - asked >= asked - coalesce(failing_since, asked)) and (not :windowed"
            " or published between coalesce(:begin, published) and coalesce(:end, published)"
            " or (published is null and exists (select 1 from listing join channel on channel.id = channel_id"
            "     where listing.key = address.key and channel.channel != 'link'"
            "     and coalesce(changed >= :begin, true))))",
            {
                "unasked": UNASKED,
                "failed": FAILED,
                "shaky": SHAKY,
                "new": NEW,
                "retry": RETRY,
                "new_rank": _ORDER[NEW],
                "retry_rank": _ORDER[RETRY],
                "later": _LATER,
                "now": _seconds(now),
                "windowed": windowed,
                "begin": begin,
                "end": end,
            },
        )

    def wait_for_due(self, now: datetime, share: float) -> int:
        """Queue pages whose turn it is to be looked at again, the longest due first; return how many.

        A page is looked at again when the time since the last look is as long as its age was then, and at least a day:
        a page of yesterday tomorrow, one of last year next year. Edits come while a page is young.

        Args:
            now: This moment.
            share: Share of the kept pages that may be taken; of a site with few pages it is one.
        """
        (kept,) = self._db.execute("select count(*) from address where state = ?", (THERE,)).fetchone()
        moment = _seconds(now)
        due = self._db.execute(
            "insert or ignore into queue select key, ?, -(asked - coalesce(published, there_at)), ? from ("
            " select *, (? - asked) / max(?, asked - coalesce(published, there_at)) as turn"
            " from address where state = ?"
            ") where turn >= 1 order by turn desc limit ?",
            (_ORDER[RECHECK], RECHECK, moment, _DAY_S, THERE, max(int(kept * share), 1 if share else 0)),
        )
        return due.rowcount

    def forget(self, key: str) -> None:
        """Take an address out of the queue."""
        self._db.execute("delete from queue where key = ?", (key,))

    def leave(self, key: str) -> None:
        """Do not ask for an address that was taken after all."""
        self._asking.discard(key)

    def release(self) -> None:
        """Let those that had to wait until the channels were read be taken."""
        self._db.execute("update queue set rank = rank - ? where rank >= ?", (_LATER, _LATER))

    def take(self) -> Entry | None:
        """The next address that may be asked for, which then waits no longer; None where none does."""
        row = self._db.execute(
            "select key, cause from queue where rank < ? order by rank, newest desc limit 1", (_LATER,)
        ).fetchone()
        if row is None:
            return None
        self.forget(row[0])
        self._asking.add(row[0])
        return Entry(*row)


def _state_after(outcome: str, *, had_it: bool) -> str:
    if outcome in outcomes.THERE:
        return THERE
    if had_it:
        if outcome in outcomes.ABSENT:
            return VANISHED
        return SHAKY if outcome in outcomes.TEMPORARY else THERE
    return FAILED if outcome in outcomes.TEMPORARY else FINAL


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment is not None else None


def _differ(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) >= 1


def _other_title(known: str, listed: str) -> bool:
    """Whether a title is another one; the same with a summary, a counter or dots at its end is not."""
    one, other = known.rstrip("… .").casefold(), listed.rstrip("… .").casefold()
    return bool(one and other) and not (one.startswith(other) or other.startswith(one))
