"""Asks for running numbers that belong to no known article: what they find is what no channel showed."""

from collections.abc import Callable

from spiders import frontier as causes
from spiders import outcomes
from spiders.addresses import absolute
from spiders.channels import Item
from spiders.fetcher import Answer, Fetcher
from spiders.frontier import Frontier
from spiders.job import Job, ProbeFrame
from spiders.journal import Journal, report
from spiders.pacing import CLOSED
from spiders.platform import Platform

ARTICLE = "article"
KNOWN = "known"
OTHER = "other"
NO_PAGE = "no_page"


class Probing:
    """Probes the frames of a job.

    Args:
        job: The order.
        platform: How an address is made of a number.
        fetcher: Asks.
        frontier: Knows which articles are known; those found wait there.
        journal: Where everything is noted.
        over: Says why the crawl must end; empty while it need not.
    """

    def __init__(
        self,
        job: Job,
        platform: Platform,
        fetcher: Fetcher,
        frontier: Frontier,
        journal: Journal,
        over: Callable[[], str],
    ) -> None:
        self._job = job
        self._platform = platform
        self._fetcher = fetcher
        self._frontier = frontier
        self._journal = journal
        self._over = over
        self._channel = frontier.channel(causes.PROBE, job.base_url).number

    async def probe_all(self) -> None:
        """Ask for every number of every frame, as far as the crawl may go on."""
        for frame in self._job.probes:
            for done, number in enumerate(frame.ids, 1):
                if self._over():
                    return
                await self._probe(frame, number)
                report(event="probed", month=frame.month, done=done, total=len(frame.ids))

    async def _probe(self, frame: ProbeFrame, number: int) -> None:
        url = self._platform.probe_url(self._job.base_url, number)
        answer = await self._fetcher.page(url)
        if answer.outcome in CLOSED:
            return
        outcome, found = self._judged(answer)
        key = self._platform.key(found) if found else None
        if outcome == ARTICLE and found and key:
            self._take(found, key)
        self._journal.probed(
            month=frame.month,
            first_id=frame.first_id,
            last_id=frame.last_id,
            n_unknown=frame.n_unknown,
            n_drawn=len(frame.ids),
            id=number,
            url=url,
            probed_at=answer.asked_at,
            outcome=outcome,
            found_url=found,
            found_key=key,
        )

    def _judged(self, answer: Answer) -> tuple[str, str | None]:
        """What a number led to, and the article's own address."""
        if answer.outcome in outcomes.ABSENT or answer.outcome in (outcomes.HTTP_ERROR, outcomes.EMPTY):
            return NO_PAGE, None
        if answer.outcome != outcomes.OK:
            return answer.outcome, None
        found = self._own_address(answer)
        if found is None:
            return OTHER, None
        known = self._frontier.address(self._platform.key(found))
        return (KNOWN if known is not None else ARTICLE), found

    def _own_address(self, answer: Answer) -> str | None:
        """The address under which the page counts: where we were led to, or what it calls canonical."""
        named = answer.html().xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content").getall()
        for candidate in (answer.final_url, *(absolute(answer.final_url, n) for n in named)):
            if (
                candidate
                and self._platform.is_article(candidate)
                and not self._platform.is_denied(candidate)
                and self._platform.number_of(candidate) is not None
            ):
                return candidate
        return None

    def _take(self, url: str, key: str) -> None:
        item = Item(url, key, 0)
        noted = self._frontier.note(self._channel, 1, [item], self._job.crawl_id)
        self._journal.discovered([n.item for n in noted if n.is_news], causes.PROBE, self._job.base_url)
        self._frontier.wait_for(key, causes.PROBE)
