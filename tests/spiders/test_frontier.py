"""The queue and the memory of one crawl, held against a plain dictionary."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from spiders import frontier as causes
from spiders import outcomes
from spiders.channels import Item
from spiders.frontier import Frontier, Noted

NOW = datetime(2024, 6, 10, 3, 0, tzinfo=UTC)
CRAWL = "s-9"
ORDER = {causes.NEW: 0, causes.PROBE: 0, causes.RELISTED: 1, causes.DELISTED: 1, causes.RETRY: 2, causes.RECHECK: 3}
KEYS = [f"a.vn/{n}" for n in range(8)]
DAY = timedelta(days=1)


def row(
    key: str,
    state: str,
    *,
    published: datetime | None = None,
    asked: datetime | None = None,
    there: datetime | None = None,
    failing: datetime | None = None,
    first_crawl: str = "s-1",
) -> tuple[Any, ...]:
    moments = [t.timestamp() if t else None for t in (published, asked, there, failing)]
    return (key, f"http://{key}", first_crawl, moments[0], state, *moments[1:], "", "", "", "", None)


def item(key: str, at: datetime | None = None, changed_at: datetime | None = None, title: str = "") -> Item:
    return Item(f"http://{key}", key, 0, title, at, changed_at)


@pytest.fixture
def frontier() -> Iterator[Frontier]:
    with Frontier(Path(":memory:")) as made:
        yield made


def all_of(frontier: Frontier) -> list[tuple[str, str]]:
    taken = []
    while (entry := frontier.take()) is not None:
        taken.append((entry.key, entry.cause))
    return taken


# The queue


class Queue(RuleBasedStateMachine):
    """Any order of queueing, taking, answering, leaving, forgetting and releasing."""

    def __init__(self) -> None:
        super().__init__()
        self.frontier = Frontier(Path(":memory:"))
        self.waiting: dict[str, tuple[int, str]] = {}
        self.asking: set[str] = set()
        # Every other one has a time, the later the key the newer.
        self.newest = {k: float(n) if n % 2 else 0.0 for n, k in enumerate(KEYS)}
        self.frontier.remember_addresses(
            row(k, causes.UNASKED, published=datetime.fromtimestamp(self.newest[k], UTC) if n % 2 else None)
            for n, k in enumerate(KEYS)
        )

    def teardown(self) -> None:
        self.frontier.close()

    @rule(key=st.sampled_from(KEYS), cause=st.sampled_from(sorted(ORDER)), later=st.booleans())
    def wait_for(self, key: str, cause: str, later: bool) -> None:
        self.frontier.wait_for(key, cause, later=later)
        rank = ORDER[cause] + (10 if later else 0)
        if key not in self.asking and (key not in self.waiting or rank < self.waiting[key][0]):
            self.waiting[key] = rank, cause

    @rule()
    def wait_for_one_that_nobody_knows(self) -> None:
        self.frontier.wait_for("a.vn/unknown", causes.NEW)

    @rule()
    def take(self) -> None:
        entry = self.frontier.take()
        open_now = {k: r for k, (r, _) in self.waiting.items() if r < 10}
        if not open_now:
            assert entry is None
            return
        assert entry is not None
        assert entry.key not in self.asking, "taken twice"
        best = min((r, -self.newest[k]) for k, r in open_now.items())
        assert (open_now[entry.key], -self.newest[entry.key]) == best
        assert entry.cause == self.waiting.pop(entry.key)[1]
        self.asking.add(entry.key)

    @precondition(lambda self: self.asking)
    @rule(data=st.data(), outcome=st.sampled_from([outcomes.OK, outcomes.TIMEOUT, outcomes.GONE]), leave=st.booleans())
    def end(self, data: st.DataObject, outcome: str, leave: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.asking)))
        self.asking.remove(key)
        if leave:
            self.frontier.leave(key)
        else:
            self.frontier.answered(key, outcome, NOW)

    @rule(key=st.sampled_from(KEYS))
    def forget(self, key: str) -> None:
        self.frontier.forget(key)
        self.waiting.pop(key, None)

    @rule()
    def release(self) -> None:
        self.frontier.release()
        self.waiting = {k: (r - 10 if r >= 10 else r, c) for k, (r, c) in self.waiting.items()}

    @invariant()
    def nothing_waits_and_is_asked_at_once(self) -> None:
        assert not self.asking & self.waiting.keys()


TestQueue = Queue.TestCase
TestQueue.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


# What a listing means


def note(frontier: Frontier, items: list[Item], reading: int = 1, channel: str = "listing") -> list[Noted]:
    return frontier.note(frontier.channel(channel, f"http://a.vn/{channel}").number, reading, items, CRAWL)


def test_new_known_and_repeated(frontier: Frontier) -> None:
    frontier.remember_addresses([row("a.vn/old", causes.THERE, asked=NOW - DAY)])
    new, old, again = note(frontier, [item("a.vn/new"), item("a.vn/old"), item("a.vn/new", title="Bên lề")])
    assert (new.is_new, new.fresh, new.first_crawl, new.is_news, new.relisted, new.state) == (
        *(True, True, None, True, False),
        causes.UNASKED,
    )
    assert (old.is_new, old.fresh, old.first_crawl, old.is_news, old.state) == (False, True, "s-1", True, causes.THERE)
    assert (again.fresh, again.is_news, again.is_new) == (False, False, False)
    (next_reading,) = note(frontier, [item("a.vn/new")], reading=2, channel="feed")
    assert (next_reading.first_crawl, next_reading.fresh) == (None, True), "this crawl itself saw it first"
    assert frontier.count_found(CRAWL) == (2, 1)


LISTED = [("listing", "http://a.vn/listing", "a.vn/x", "Tựa bài", NOW.timestamp(), (NOW - DAY).timestamp(), True)]


@pytest.mark.parametrize(
    ("listed", "news"),
    [
        (item("a.vn/x", NOW, NOW - DAY, "Tựa bài"), False),
        (item("a.vn/x", NOW + timedelta(seconds=0.4), NOW - DAY, "Tựa bài"), False),
        (item("a.vn/x", None, None, ""), False),
        (item("a.vn/x", NOW, NOW - DAY, "Tựa bài: sapo nối theo sau …"), False),
        (item("a.vn/x", NOW, NOW - DAY, "Tựa …"), False),
        (item("a.vn/x", NOW, NOW - DAY, "Tựa khác"), True),
        (item("a.vn/x", NOW + timedelta(minutes=1), NOW - DAY, "Tựa bài"), True),
        (item("a.vn/x", NOW, NOW, "Tựa bài"), True),
    ],
)
@pytest.mark.parametrize("state", [causes.THERE, causes.SHAKY, causes.VANISHED, causes.UNASKED, causes.FINAL])
def test_another_title_or_time_is_news_and_a_sign_of_an_edit_where_a_page_is_kept(
    frontier: Frontier, listed: Item, news: bool, state: str
) -> None:
    frontier.remember_addresses([row("a.vn/x", state, asked=NOW - DAY)])
    frontier.remember_listings(LISTED)
    (noted,) = note(frontier, [listed])
    assert (noted.is_news, noted.relisted) == (news, news and state in (causes.THERE, causes.SHAKY, causes.VANISHED))
    (once_more,) = note(frontier, [listed], reading=2)
    assert not once_more.is_news, "told once"


@pytest.mark.parametrize(("changed", "relisted"), [(NOW - 2 * DAY, False), (NOW, True), (None, False)])
def test_a_channel_that_is_new_tells_of_an_edit_by_a_change_after_the_last_look(
    frontier: Frontier, changed: datetime | None, relisted: bool
) -> None:
    frontier.remember_addresses([row("a.vn/x", causes.THERE, asked=NOW - DAY)])
    (noted,) = note(frontier, [item("a.vn/x", changed_at=changed)])
    assert (noted.is_news, noted.relisted) == (True, relisted)


moments = st.none() | st.integers(0, 20).map(lambda d: NOW - d * DAY)


@settings(max_examples=60, deadline=None)
@given(
    known=st.dictionaries(st.sampled_from(KEYS), moments, min_size=1),
    shown=st.sets(st.sampled_from(KEYS)),
    since=moments,
    whole=st.booleans(),
)
def test_delisted_is_what_is_missing_in_the_stretch_that_was_shown(
    known: dict[str, datetime | None], shown: set[str], since: datetime | None, whole: bool
) -> None:
    with Frontier(Path(":memory:")) as frontier:
        frontier.remember_addresses(row(k, causes.THERE, asked=NOW) for k in known)
        url = "http://a.vn/listing"
        frontier.remember_listings(
            ("listing", url, k, "", at.timestamp() if at else None, None, True) for k, at in known.items()
        )
        number = frontier.channel("listing", url).number
        frontier.note(number, 1, [item(k, known.get(k)) for k in sorted(shown)], CRAWL)
        gone = {k for k, _ in frontier.delist(number, 1, since, whole=whole)}
        missing = known.keys() - shown
        assert gone == {k for k in missing if (at := known[k]) is not None and since is not None and at >= since} | {
            k for k in missing if known[k] is None and whole
        }
        assert frontier.delist(number, 1, since, whole=whole) == [], "told once"
        assert frontier.count_listed(number) == len(known.keys() | shown) - len(gone)
        back = frontier.note(number, 2, [item(k, known[k]) for k in sorted(gone)], CRAWL)
        assert all(n.is_news and n.relisted for n in back), "listed again is news"


def test_the_canaries_are_the_newest_that_are_listed_and_not_known_to_be_gone(frontier: Frontier) -> None:
    states = [causes.VANISHED, *[causes.THERE] * 4, causes.UNASKED]
    frontier.remember_addresses(row(k, s) for k, s in zip(KEYS, states, strict=False))
    url = "http://a.vn/listing"
    frontier.remember_listings(
        ("listing", url, k, "", (NOW - n * DAY).timestamp(), None, n != 2) for n, k in enumerate(KEYS[:5])
    )
    assert frontier.channel("listing", url).newest == {KEYS[1], KEYS[3], KEYS[4]}


def test_a_list_without_times_has_no_newest(frontier: Frontier) -> None:
    """Which of them stood at its top is not known, and a reading shows the top alone."""
    frontier.remember_addresses(row(k, causes.THERE) for k in KEYS)
    url = "http://a.vn/listing"
    frontier.remember_listings(("listing", url, k, "", None, None, True) for k in KEYS)
    assert frontier.channel("listing", url).newest == frozenset()


# Looked at again


def test_what_failed_or_was_not_asked_waits_and_what_is_done_does_not(frontier: Frontier) -> None:
    states = [causes.UNASKED, causes.THERE, causes.SHAKY, causes.VANISHED, causes.FAILED, causes.FINAL]
    frontier.remember_addresses(row(k, s, asked=NOW - DAY) for k, s in zip(KEYS, states, strict=False))
    frontier.wait_for_pending(NOW)
    first, *others = all_of(frontier)
    assert first == (KEYS[0], causes.NEW)
    assert set(others) == {(KEYS[2], causes.RETRY), (KEYS[4], causes.RETRY)}


@given(failing=st.integers(0, 200), since=st.integers(0, 200), state=st.sampled_from([causes.FAILED, causes.SHAKY]))
@settings(deadline=None, max_examples=40)
def test_what_fails_is_tried_again_when_it_has_failed_for_twice_as_long(failing: int, since: int, state: str) -> None:
    with Frontier(Path(":memory:")) as frontier:
        asked = NOW - timedelta(hours=since)
        frontier.remember_addresses([row("a.vn/x", state, asked=asked, failing=asked - timedelta(hours=failing))])
        frontier.wait_for_pending(NOW)
        assert bool(all_of(frontier)) == (since >= failing)


@settings(max_examples=60, deadline=None)
@given(
    published=st.dictionaries(st.sampled_from(KEYS), moments, min_size=1),
    changed=st.dictionaries(st.sampled_from(KEYS), moments),
    channels=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["listing", "sitemap", "link"])),
    since=moments,
    until=moments,
)
def test_in_a_window_what_lies_in_it_waits_and_what_may_lie_in_it_waits_longer(
    published: dict[str, datetime | None],
    changed: dict[str, datetime | None],
    channels: dict[str, str],
    since: datetime | None,
    until: datetime | None,
) -> None:
    with Frontier(Path(":memory:")) as frontier:
        frontier.remember_addresses(row(k, causes.UNASKED, published=at) for k, at in published.items())
        frontier.remember_listings(
            (c, f"http://a.vn/{c}", k, "", None, at.timestamp() if (at := changed.get(k)) else None, True)
            for k, c in channels.items()
        )
        frontier.wait_for_pending(NOW, since, until)
        inside = {k for k, at in published.items() if at and (not since or at >= since) and (not until or at <= until)}
        undated = {
            k
            for k, at in published.items()
            if at is None
            and channels.get(k, "link") != "link"
            and (since is None or changed.get(k) is None or changed[k] >= since)  # type: ignore[operator]
        }
        if since is None and until is None:
            assert {k for k, _ in all_of(frontier)} == published.keys()
            return
        assert {k for k, _ in all_of(frontier)} == inside
        frontier.release()
        assert {k for k, _ in all_of(frontier)} == undated


def due(frontier: Frontier, share: float = 1.0) -> set[str]:
    frontier.wait_for_due(NOW, share)
    return {k for k, cause in all_of(frontier) if cause == causes.RECHECK}


@given(age=st.integers(0, 800), since=st.integers(0, 800))
@settings(deadline=None, max_examples=60)
def test_a_page_is_looked_at_again_when_its_age_has_doubled_and_a_day_has_gone(age: int, since: int) -> None:
    with Frontier(Path(":memory:")) as frontier:
        asked = NOW - timedelta(hours=since)
        frontier.remember_addresses([row("a.vn/x", causes.THERE, published=asked - timedelta(hours=age), asked=asked)])
        assert bool(due(frontier)) == (since >= max(age, 24))


def test_a_page_without_a_date_is_as_old_as_we_know_it(frontier: Frontier) -> None:
    asked, there = NOW - 3 * DAY, NOW - 10 * DAY
    frontier.remember_addresses([row("a.vn/x", causes.THERE, asked=asked, there=there)])
    assert due(frontier) == set(), "seven days old at the last look, which was three days ago"


def test_only_pages_that_are_there_are_looked_at_again(frontier: Frontier) -> None:
    states = [causes.UNASKED, causes.SHAKY, causes.VANISHED, causes.FAILED, causes.FINAL, causes.THERE]
    frontier.remember_addresses(
        row(k, s, published=NOW - 9 * DAY, asked=NOW - 8 * DAY) for k, s in zip(KEYS, states, strict=False)
    )
    assert due(frontier) == {KEYS[5]}


@pytest.mark.parametrize(
    ("kept", "share", "taken"), [(1000, 0.02, 20), (149, 0.02, 2), (12, 0.02, 1), (1, 0.02, 1), (1000, 0.0, 0)]
)
def test_no_more_than_the_share_and_of_a_small_site_one_the_longest_due_first(
    frontier: Frontier, kept: int, share: float, taken: int
) -> None:
    frontier.remember_addresses(
        row(f"a.vn/{n:04}", causes.THERE, published=NOW - 300 * DAY, asked=NOW - (200 + n / 10) * DAY)
        for n in range(kept)
    )
    assert due(frontier, share) == {f"a.vn/{n:04}" for n in range(kept - taken, kept)}


@pytest.mark.parametrize("had_it", [False, True])
@pytest.mark.parametrize(
    "outcome", sorted({v for n, v in vars(outcomes).items() if n.isupper() and isinstance(v, str)})
)
def test_states_after_every_outcome(frontier: Frontier, outcome: str, had_it: bool) -> None:
    frontier.remember_addresses([row("a.vn/x", causes.THERE if had_it else causes.UNASKED)])
    frontier.answered("a.vn/x", outcome, NOW)
    address = frontier.address("a.vn/x")
    assert address is not None
    if outcome in outcomes.THERE:
        assert address.state == causes.THERE
    elif outcome in outcomes.TEMPORARY:
        assert address.state == (causes.SHAKY if had_it else causes.FAILED)
    elif had_it:
        assert address.state == (causes.VANISHED if outcome in outcomes.ABSENT else causes.THERE)
    else:
        assert address.state == causes.FINAL
