"""Takes in what the channels of a site list: every item is noted, and what is worth fetching waits in the frontier."""

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from spiders import frontier as causes
from spiders import outcomes
from spiders.addresses import host
from spiders.channels import LOCAL, Item, Listed, feed_entries
from spiders.clock import Clock
from spiders.fetcher import Answer
from spiders.frontier import Frontier, Noted
from spiders.job import Job
from spiders.journal import Journal, report
from spiders.platform import Platform
from spiders.poll import CANARY_LOST, Poll

log = logging.getLogger(__name__)

# Above this share of a channel's articles a list was rebuilt rather than cleaned; then each page waits for its turn.
_MOST_DELISTED = 0.2
# A list shorter than this may lose a few articles without having been rebuilt.
_SHORT_LIST = 20


class Intake:
    """What one crawl does with the lists that it reads.

    Args:
        job: The order.
        platform: How the site addresses its articles.
        frontier: Where found addresses wait.
        journal: Where everything is noted.
        clock: Time of the crawl.

    Attributes:
        n_found: Addresses listed so far.
        tags: Tag pages met so far, in their order.
    """

    def __init__(self, job: Job, platform: Platform, frontier: Frontier, journal: Journal, clock: Clock) -> None:
        self.job = job
        self.platform = platform
        self.frontier = frontier
        self.journal = journal
        self.clock = clock
        self.n_found = 0
        self.tags: dict[str, None] = {}
        self._site = host(job.base_url)
        self._readings = 0
        self._outside: set[str] = set()
        self._links = frontier.channel("link", job.base_url).number

    def begin(self, channel: str, url: str) -> Poll:
        """Begin to read a channel."""
        self._readings += 1
        return Poll(channel, url, self.frontier.channel(channel, url), self._readings, self.clock.now())

    def take(self, items: Sequence[Item], poll: Poll) -> list[Noted]:
        """Note what a document lists and queue what is to be fetched."""
        noted = self.frontier.note(poll.state.number, poll.reading, items, self.job.crawl_id)
        before = poll.n_seen
        poll.saw(noted)
        self.journal.discovered(
            [n.item for n in noted if n.is_news], poll.channel, poll.url, shift=before if poll.depth > 1 else 0
        )
        self._queue(noted)
        report(event="read", channel=poll.channel, found=self.n_found)
        return noted

    def take_entries(self, answer: Answer, poll: Poll) -> list[Noted]:
        """Keep a feed's entries as the articles that they are; the pages behind them are not asked for."""
        entries = feed_entries(answer.body, answer.final_url, self.platform)
        noted = self.frontier.note(poll.state.number, poll.reading, [i for i, _ in entries], self.job.crawl_id)
        poll.saw(noted)
        self.journal.discovered([n.item for n in noted if n.is_news], poll.channel, poll.url)
        for n, (item, entry) in zip(noted, entries, strict=True):
            if n.state == causes.UNASKED or n.relisted:
                cause = causes.RELISTED if n.relisted else causes.NEW
                self.journal.kept_entry(item, cause, answer, entry)
                self.frontier.answered(item.key, outcomes.OK, answer.asked_at)
        return noted

    def take_links(self, linked: Listed, page_url: str) -> None:
        """Note the articles and the tag pages that an article links.

        In a window of days the articles only become known: most of them are older than the page that links them.
        """
        self.tags |= dict.fromkeys(linked.tags)
        if "link" not in self.job.discovery:
            return
        noted = self.frontier.note(self._links, 1, linked.items, self.job.crawl_id)
        self.journal.discovered([n.item for n in noted if n.is_news], "link", page_url)
        if not (self.job.since or self.job.until):
            self._queue(noted)

    def take_document(self, url: str, page_url: str) -> None:
        """Queue the document in which the text of a page stands.

        Args:
            url: Its address.
            page_url: The page that links it, as it was asked for.
        """
        item = Item(url, self.platform.key(url), 0)
        number = self.frontier.channel("attachment", page_url).number
        noted = self.frontier.note(number, 1, [item], self.job.crawl_id)
        self.journal.discovered([n.item for n in noted if n.is_news], "attachment", page_url)
        self._queue(noted)

    def is_outside(self, period: tuple[date, date] | None) -> bool:
        """Whether a stretch of days, first to last, lies outside the window; one that is not known may lie in it."""
        if period is None:
            return False
        since, until = self.job.first_day, self.job.last_day
        return bool((since and period[1] < since) or (until and period[0] > until))

    def is_before(self, noted: Sequence[Noted]) -> bool:
        """Whether all that a document newly lists lies before the window."""
        since = self.job.first_day
        days = [n.item.day for n in noted if n.fresh and n.item.day]
        return since is not None and bool(days) and all(d < since for d in days)

    def close(self, poll: Poll) -> None:
        """Judge a reading that has ended, and note it."""
        poll.close()
        self._delist(poll)
        if poll.reason == CANARY_LOST:
            # Where they are gone themselves, the list was right after all, and the next reading says so.
            self._check(poll.state.newest)
        gap = poll.gap
        valid_from = date.fromisoformat(self.job.valid_from) if self.job.valid_from else None
        self.journal.polled(
            channel=poll.channel,
            channel_url=poll.url,
            polled_at=poll.at,
            outcome=poll.outcome,
            reason=poll.reason,
            http_status=poll.status,
            n_seen=poll.n_seen,
            n_known=poll.n_known,
            n_new=poll.n_seen - poll.n_known,
            head_seen=poll.head_seen,
            head_known=poll.head_known,
            depth=poll.depth,
            overlap_reached=poll.overlap,
            exhausted=poll.exhausted,
            canary=poll.canary,
            gap_from=gap[0] if gap else None,
            gap_to=gap[1] if gap else None,
            rewalk_days=self.job.rewalk_days,
            covers_from=poll.covers_from(self.job.first_day, valid_from),
            etag=poll.etag,
            last_modified=poll.last_modified,
        )
        report(event="polled", channel=poll.channel, outcome=poll.outcome, reason=poll.reason, found=self.n_found)

    def _queue(self, noted: Sequence[Noted]) -> None:
        for n in noted:
            self.n_found += n.is_new
            if n.state in (causes.FINAL, causes.VANISHED) and not n.relisted:
                continue
            if n.state == causes.UNASKED:
                self._queue_new(n.item)
            elif n.relisted:
                self.frontier.wait_for(n.item.key, causes.RELISTED)

    def _queue_new(self, item: Item) -> None:
        """Queue an address, unless this or another channel dates its publication outside the window."""
        if host(item.url) != self._site:
            self._refuse(item, outcomes.OFF_SITE, host(item.url))
        elif self.platform.is_denied(item.url, item.title):
            self._refuse(item, outcomes.DENIED, f"platform {self.platform.name}")
        elif item.key in self._outside:
            return
        elif self._wanted(item.at, item.changed_at):
            windowed = self.job.since is not None or self.job.until is not None
            self.frontier.wait_for(item.key, causes.NEW, later=windowed and item.at is None)
        elif item.at is not None:
            self._outside.add(item.key)
            self.frontier.forget(item.key)

    def _wanted(self, at: datetime | None, changed_at: datetime | None) -> bool:
        """Whether an address lies in the window; one without a date may."""
        since, until = self.job.first_day, self.job.last_day
        day = at.astimezone(LOCAL).date() if at else None
        if day is not None:
            return not ((since and day < since) or (until and day > until))
        # What was edited after the window may have been published in it, but nothing is edited before it is published.
        edited = changed_at.astimezone(LOCAL).date() if changed_at else None
        return not (since and edited and edited < since)

    def _refuse(self, item: Item, outcome: str, detail: str) -> None:
        at = self.clock.now()
        self.frontier.answered(item.key, outcome, at)
        self.journal.fetched(item.key, causes.NEW, Answer(item.url, item.url, at, outcome, detail))

    def _delist(self, poll: Poll) -> None:
        """Look after articles that the channel lists no longer: were they taken down?"""
        if poll.outcome != "ok" or poll.unmodified or poll.channel == "tag":
            return
        known = self.frontier.count_listed(poll.state.number)
        missing = self.frontier.delist(poll.state.number, poll.reading, poll.shows_from, whole=poll.exhausted)
        if not missing:
            return
        self.journal.delisted(missing, poll.channel, poll.url)
        if len(missing) > max(_SHORT_LIST, known * _MOST_DELISTED):
            log.warning("%s: %d of %d articles are listed no longer: rebuilt?", poll.url, len(missing), known)
            return
        self._check(key for key, _ in missing)

    def _check(self, keys: Iterable[str]) -> None:
        """Have pages looked at that a channel lists no longer."""
        if self.platform.items_in_feed:
            return
        for key in keys:
            address = self.frontier.address(key)
            if address is not None and address.state in (causes.THERE, causes.SHAKY):
                self.frontier.wait_for(key, causes.DELISTED)
