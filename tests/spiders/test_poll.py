from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spiders.channels import Item
from spiders.frontier import UNASKED, ChannelState, Noted
from spiders.poll import CANARY_LOST, Poll

NOW = datetime(2024, 6, 10, 3, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=1)
READ = ChannelState(1, "s-2", complete=True, polled=BEFORE, covers_from=date(2024, 1, 1))


def noted(key: str, first_crawl: str | None = None, at: datetime | None = None, *, fresh: bool = True) -> Noted:
    item = Item(f"http://a.vn/{key}", key, 0, at=at)
    return Noted(item, fresh, first_crawl is None, first_crawl, is_news=True, relisted=False, state=UNASKED)


def poll_of(channel: str = "listing", state: ChannelState = READ) -> Poll:
    return Poll(channel, "http://a.vn/", state, 1, NOW)


def known(*keys: str) -> list[Noted]:
    return [noted(k, "s-1") for k in keys]


def new(*keys: str) -> list[Noted]:
    return [noted(k) for k in keys]


times = st.none() | st.integers(-1_000_000, 1_000_000).map(lambda minutes: NOW + timedelta(minutes=minutes))
items = st.builds(noted, st.sampled_from("abcdefghij"), st.sampled_from([None, "s-1", "s-2", "s-3"]), times)
pages = st.lists(st.lists(items, min_size=1, max_size=6), min_size=1, max_size=4)


class TestKnownGround:
    def test_three_known_in_a_row_are(self) -> None:
        poll = poll_of()
        assert poll.reaches_known_ground([*new("a"), *known("b", "c", "d")], new("e"))
        assert not poll.reaches_known_ground([*known("a", "b"), *new("c"), *known("d")], new("e"))

    def test_pinned_items_which_head_the_next_page_too_are_not(self) -> None:
        poll = poll_of()
        pinned = known("p", "q", "r", "s")
        assert not poll.reaches_known_ground([*pinned, *new("a", "b")], [*pinned, *new("c")])
        assert poll.reaches_known_ground([*pinned, *new("a"), *known("b", "c", "d")], [*pinned, *new("e")])
        assert poll.reaches_known_ground([*known("a", "b"), *pinned, *known("c")], pinned), (
            "the row goes on behind them"
        )

    def test_what_a_later_crawl_of_other_channels_saw_is_not(self) -> None:
        seen_since = [noted(k, "s-3") for k in "abc"]
        assert not poll_of().reaches_known_ground(seen_since, new("e"))
        never = ChannelState(1)
        assert not poll_of(state=never).reaches_known_ground(known("a", "b", "c"), new("e"))

    @given(page=st.lists(items, max_size=8), following=st.lists(items, max_size=8))
    def test_only_what_was_known_and_stands_on_one_page_alone_counts(
        self, page: list[Noted], following: list[Noted]
    ) -> None:
        poll = poll_of()
        pinned = {n.item.key for n in following}
        counted = [n for n in page if n.item.key not in pinned]
        marks = "".join("x" if n.first_crawl in ("s-1", "s-2") else "." for n in counted)
        assert poll.reaches_known_ground(page, following) == ("xxx" in marks)


class TestGap:
    @given(pages=pages, channel=st.sampled_from(["feed", "listing", "calendar"]))
    def test_without_known_ground_and_without_an_end_there_is_a_gap(
        self, pages: list[list[Noted]], channel: str
    ) -> None:
        """Whatever times the channel gives: by the day only, wrong ones, those of pinned items, none."""
        poll = poll_of(channel)
        for page in pages:
            poll.saw(page)
        poll.close()
        if poll.outcome == "ok":
            assert poll.gap is not None
            begin, end = poll.gap
            assert begin == BEFORE < end <= NOW
        poll.overlap = True
        assert poll.gap is None

    @pytest.mark.parametrize("way", ["overlap", "exhausted", "unmodified", "window_passed"])
    def test_none_where_something_proves_that_nothing_hides(self, way: str) -> None:
        poll = poll_of()
        poll.saw(new("a"))
        assert poll.gap is not None
        setattr(poll, way, True)
        assert poll.gap is None

    def test_it_ends_where_the_reading_begins_to_show_everything(self) -> None:
        poll = poll_of("feed")
        poll.saw([noted("a", at=NOW - timedelta(hours=1)), noted("b", at=NOW - timedelta(hours=5))])
        assert poll.gap == (BEFORE, NOW - timedelta(hours=5))

    def test_a_listing_that_was_cut_short_shows_everything_since_its_last_page_not_since_its_side_column(self) -> None:
        poll = poll_of()
        aside = noted("most-read", "s-1", NOW - timedelta(days=400))
        poll.saw([noted("a", at=NOW - timedelta(hours=1)), aside])
        poll.saw([noted("b", at=NOW - timedelta(hours=5)), noted("c", at=NOW - timedelta(hours=6)), aside])
        assert poll.gap == (BEFORE, NOW - timedelta(hours=5))

    def test_none_before_the_first_reading_none_when_blind_none_in_a_sitemap(self) -> None:
        for poll in (poll_of(state=ChannelState(1)), poll_of("sitemap"), poll_of("tag")):
            poll.saw(new("a"))
            assert poll.gap is None
        poll = poll_of()
        poll.blind("timeout")
        assert poll.gap is None


class TestCanary:
    STATE = ChannelState(1, "s-2", complete=True, polled=BEFORE, newest=frozenset("xyz"))

    def test_a_page_without_news_and_without_the_newest_is_another_page(self) -> None:
        poll = poll_of(state=self.STATE)
        poll.saw(known("a", "b", "c"))
        assert poll.canary is False
        poll.close()
        assert (poll.outcome, poll.reason) == ("blind", CANARY_LOST)
        assert poll.canary is None
        assert poll.covers_from(None, None) is None

    @pytest.mark.parametrize("page", [known("a", "x"), [*known("a", "b"), *new("n")]])
    def test_one_of_the_newest_or_news_is_enough(self, page: list[Noted]) -> None:
        poll = poll_of(state=self.STATE)
        poll.saw(page)
        poll.close()
        assert poll.outcome == "ok"

    def test_a_channel_that_listed_none_has_none(self) -> None:
        poll = poll_of()
        poll.saw(known("a"))
        assert poll.canary is None

    @given(pages=pages)
    def test_a_poll_is_blind_by_its_canary_exactly_where_nothing_is_new_and_the_newest_are_missing(
        self, pages: list[list[Noted]]
    ) -> None:
        state = ChannelState(1, "s-2", polled=BEFORE, newest=frozenset("ab"))
        poll = poll_of(state=state)
        for page in pages:
            poll.saw(page)
        poll.close()
        seen = [n for page in pages for n in page]
        lost = all(n.first_crawl for n in seen) and not {n.item.key for n in seen} & state.newest
        assert (poll.outcome == "blind") == lost


class TestCoversFrom:
    OLD = noted("pinned", "s-1", datetime(2022, 1, 1, tzinfo=UTC))

    def test_read_to_its_end_it_covers_all_that_is_wanted(self) -> None:
        poll = poll_of(state=ChannelState(1))
        poll.saw(new("a"))
        poll.exhausted = True
        assert poll.covers_from(None, date(2023, 1, 1)) == date(2023, 1, 1)
        assert poll.covers_from(date(2024, 6, 1), date(2023, 1, 1)) == date(2024, 6, 1)

    def test_known_ground_covers_all_where_the_channel_was_complete_and_what_it_covered_where_not(self) -> None:
        poll = poll_of()
        poll.saw([noted("a", at=NOW)])
        poll.overlap = True
        assert poll.covers_from(None, date(2023, 1, 1)) == date(2023, 1, 1)
        poll.state = ChannelState(1, "s-2", polled=BEFORE, covers_from=date(2024, 3, 1))
        assert poll.covers_from(None, date(2023, 1, 1)) == date(2024, 3, 1)

    @pytest.mark.parametrize("channel", ["feed", "listing"])
    def test_an_old_pinned_item_covers_nothing(self, channel: str) -> None:
        poll = poll_of(channel, ChannelState(1))
        page = [self.OLD, noted("a", at=NOW - timedelta(days=1)), noted("b", at=NOW - timedelta(days=3))]
        poll.saw(page)
        assert poll.covers_from(None, date(2020, 1, 1)) == date(2024, 6, 7)
        if channel == "listing":
            poll.saw([self.OLD, noted("c", at=NOW - timedelta(days=4)), noted("d", at=NOW - timedelta(days=5))])
            assert poll.covers_from(None, date(2020, 1, 1)) == date(2024, 6, 6)

    def test_a_sitemap_that_was_not_read_to_its_end_covers_nothing(self) -> None:
        """Its times are those of changes, in any order."""
        poll = poll_of("sitemap", ChannelState(1))
        poll.saw([self.OLD, noted("a", at=NOW)])
        assert poll.covers_from(None, date(2020, 1, 1)) is None

    @given(pages=pages, channel=st.sampled_from(["feed", "listing", "calendar"]))
    def test_a_reading_that_proves_nothing_covers_no_more_than_it_shows(
        self, pages: list[list[Noted]], channel: str
    ) -> None:
        seen = [n.item.at for page in pages for n in page if n.item.at]
        assume(seen)
        poll = poll_of(channel, ChannelState(1))
        for page in pages:
            poll.saw(page)
        covered = poll.covers_from(None, date(2020, 1, 1))
        assert covered is not None
        assert covered >= (min(seen) + timedelta(hours=7)).date()
