"""The spider of one source: reads its channels, fetches what they found, notes everything in the job folder."""

from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from typing import Any

import scrapy
from twisted.internet.task import LoopingCall

from spiders import outcomes
from spiders.clock import Clock
from spiders.discovery import Discovery
from spiders.fetcher import Fetcher, Robots
from spiders.frontier import Frontier
from spiders.intake import Intake
from spiders.job import FRONTIER, Job
from spiders.journal import Journal
from spiders.pacing import TIME_LIMIT
from spiders.platforms import platform_of
from spiders.probing import Probing
from spiders.visits import Visits

# How often Twisted is made to forget the time-outs of requests that were answered: it does so when a timer runs, and
# else keeps them all until the first of them would have come.
_TIDY_S = 1.0

FINISHED = "finished"
GAVE_UP = "gave_up"


class SourceSpider(scrapy.Spider):  # type: ignore[misc]  # mypy skips scrapy's own types
    """Crawls one source by its job.

    Args:
        job: The order.
        folder: The job folder.
        journal: Where everything is noted.
        clock: Time of the crawl.

    Attributes:
        finished: Whether the crawl came to its end by itself.
    """

    name = "source"

    def __init__(self, job: Job, folder: Path, journal: Journal, clock: Clock) -> None:
        super().__init__()
        self.job = job
        self.folder = folder
        self.journal = journal
        self.clock = clock
        self.finished = False
        self._visits_failed = False
        self._ends = monotonic() + job.limits.wall_s

    async def start(self) -> AsyncIterator[Any]:
        """Do the whole crawl; the engine gets nothing to schedule, for one site is asked in one order."""
        self.fetcher = Fetcher(
            self.crawler,
            self.job.base_url,
            self.job.delay_s,
            allow_private=self.job.allow_private,
            limits=self.job.limits,
            budget=self.job.budget,
            hours=self.job.hours,
            now=self.clock.now,
            ends=self._ends,
        )
        began = self.clock.now()
        tidying = LoopingCall(lambda: None)
        tidying.start(_TIDY_S)
        with Frontier(self.folder / FRONTIER) as frontier:
            robots = await self._crawl(frontier)
            n_found, n_new = frontier.count_found(self.job.crawl_id)
        tidying.stop()
        self.journal.ended(
            kind="crawl",
            started_at=began,
            ended_at=self.clock.now(),
            ended=self._over() or FINISHED,
            since=self.job.since,
            until=self.job.until,
            rewalk_days=self.job.rewalk_days,
            n_found=n_found,
            n_new=n_new,
            n_requests=self.fetcher.pace.n_requests,
            n_bytes=self.fetcher.n_bytes,
            delay_s=self.fetcher.pace.delay_s,
            robots=_robots_outcome(robots),
        )
        self.finished = True
        return
        yield

    async def _crawl(self, frontier: Frontier) -> Robots:
        job, platform = self.job, platform_of(self.job.platform)
        intake = Intake(job, platform, frontier, self.journal, self.clock)
        discovery = Discovery(job, platform, self.fetcher, intake, self.clock, self._over)
        robots = await self.fetcher.robots(job.base_url)
        if robots.parser is None:
            discovery.all_blind(robots.outcome, robots.status)
            return robots
        parts = (job, platform, self.fetcher, frontier, self.journal)
        visits = Visits(*parts, intake, self._over)
        # Where a feed's entries are the articles, the pages that they name are none of ours to ask for.
        if not platform.items_in_feed:
            frontier.wait_for_pending(self.clock.now(), *job.window)
            frontier.wait_for_due(self.clock.now(), job.limits.recheck_share)

        async def read_channels() -> None:
            await discovery.read_all(robots.sitemaps)
            await Probing(*parts, self._over).probe_all()
            frontier.release()

        await visits.work_beside(read_channels())
        # Tag pages are met on articles, so they come when those are fetched.
        await visits.work_beside(discovery.read_tags())
        self._visits_failed = visits.gave_up
        return robots

    def _over(self) -> str:
        """Why the crawl must end now; empty while it need not."""
        if self.fetcher.gave_up or self._visits_failed:
            return GAVE_UP
        if monotonic() > self._ends:
            return TIME_LIMIT
        return self.fetcher.pace.closed


def _robots_outcome(robots: Robots) -> str:
    if robots.parser is None:
        return robots.outcome
    return outcomes.OK if robots.status == 200 else outcomes.GONE
