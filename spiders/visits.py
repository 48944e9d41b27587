"""Fetches the addresses that wait: new ones once, known ones again where something speaks for a change."""

import asyncio
import logging
import re
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from spiders import frontier as causes
from spiders import outcomes
from spiders.addresses import absolute, is_document_address
from spiders.channels import LinkCache, linked
from spiders.fetcher import Answer, Fetcher
from spiders.frontier import Address, Entry, Frontier
from spiders.intake import Intake
from spiders.job import Job
from spiders.journal import Journal, report
from spiders.pacing import CLOSED
from spiders.platform import Platform
from theodoi.archive import payload_digest, read_capture
from theodoi.errors import DataFolderError

log = logging.getLogger(__name__)

# Channels that announce edits which are none (a sitemap that gives every page today's time) are believed no longer when
# so many announced pages in a row turned out to be as they were; then a crawl looks at a few to see whether it is over.
_CRIED_WOLF = 20
_SAMPLES = 5
_DOCUMENT_LINK = re.compile(rb"""href\s*=\s*["']?[^"'<>]{1,1000}\.(?:pdf|docx)\b""", re.IGNORECASE)
# How long a worker waits for the channels to find something before it looks into the queue again.
_PATIENCE_S = 0.02


class Visits:
    """Works through the queue of one source.

    Args:
        job: The order.
        platform: How the site addresses its articles.
        fetcher: Asks.
        frontier: Where addresses wait.
        journal: Where everything is noted.
        intake: Takes the links that are found on pages.
        over: Says why the crawl must end; empty while it need not.

    Attributes:
        outcomes: Outcome -> addresses asked.
    """

    def __init__(
        self,
        job: Job,
        platform: Platform,
        fetcher: Fetcher,
        frontier: Frontier,
        journal: Journal,
        intake: Intake,
        over: Callable[[], str],
    ) -> None:
        self.job = job
        self.outcomes: Counter[str] = Counter()
        # While channels are being read, an empty queue may fill again.
        self._reading = False
        self._platform = platform
        self._fetcher = fetcher
        self._frontier = frontier
        self._journal = journal
        self._intake = intake
        self._over = over
        self._failures_in_a_row = 0
        self._announced: deque[bool] = deque(frontier.announced(_CRIED_WOLF), maxlen=_CRIED_WOLF)
        self._samples = 0
        self._links_seen: LinkCache = {}
        self._looks_for_links = not {"link", "tag"}.isdisjoint(job.discovery)

    @property
    def gave_up(self) -> bool:
        """Whether pages failed too often in a row, whatever the lists of the site do."""
        return self._failures_in_a_row >= self.job.limits.errors_in_a_row

    async def work_beside(self, reading: Awaitable[None]) -> None:
        """Fetch what waits while channels are read, and then until nothing waits any more or the crawl must end."""
        self._reading = True
        # With a delay one request at a time goes out anyway; the reader of the channels has its turns among them.
        count = 1 if self.job.delay_s else self.job.limits.parallel
        workers = [asyncio.ensure_future(self._work()) for _ in range(count)]
        try:
            await reading
        finally:
            self._reading = False
        await asyncio.gather(*workers)

    async def _work(self) -> None:
        while not (self._over() or self.gave_up):
            entry = self._frontier.take()
            if entry is not None and entry.cause == causes.RELISTED and not self._believed():
                self._frontier.leave(entry.key)
            elif entry is not None:
                await self._visit(entry)
            elif self._reading:
                await asyncio.sleep(_PATIENCE_S)
            else:
                return

    async def _visit(self, entry: Entry) -> None:
        address = self._frontier.address(entry.key)
        assert address is not None, entry
        if self.job.dry_run:
            self._journal.planned(address.url, entry.cause)
            return
        ask = self._fetcher.document if is_document_address(address.url) else self._fetcher.page
        if not address.digest:
            answer = await ask(address.url)
        else:
            answer = await ask(address.url, etag=address.etag, last_modified=address.last_modified)
            answer = self._compared(address, answer)
        if answer.outcome in CLOSED:
            # Or not asked to its end: the next crawl will.
            self._frontier.leave(entry.key)
            return
        # Before the page counts as fetched: a crawl that is killed in between asks for it again, and nothing is lost.
        if answer.outcome == outcomes.OK and not is_document_address(address.url):
            self._look_at_links(address, answer)
        self._frontier.answered(entry.key, answer.outcome, answer.asked_at)
        self._journal.fetched(entry.key, entry.cause, answer)
        self.outcomes[answer.outcome] += 1
        self._failures_in_a_row = self._failures_in_a_row + 1 if answer.outcome in outcomes.TEMPORARY else 0
        if entry.cause == causes.RELISTED and answer.outcome in outcomes.THERE:
            self._announced.append(answer.outcome == outcomes.OK)
        done = self.outcomes.total()
        report(event="fetched", done=done, found=max(done, self._intake.n_found), outcome=answer.outcome)

    def _look_at_links(self, address: Address, answer: Answer) -> None:
        if self._looks_for_links:
            found = linked(answer.body, answer.final_url, self._platform, self._links_seen)
            self._intake.take_links(found, answer.final_url)
        # Few pages link any document, and of these few show nothing else; only they are read here.
        if _DOCUMENT_LINK.search(answer.body):
            from transforms.extract import document_instead

            content_type = answer.header("content-type")
            document = document_instead(
                answer.body,
                answer.final_url,
                platform=self.job.platform,
                fetched_at=answer.asked_at,
                content_type=content_type,
            )
            url = absolute(answer.final_url, document) if document else None
            if url is not None:
                self._intake.take_document(url, address.url)

    def _compared(self, address: Address, answer: Answer) -> Answer:
        """Tell an edited page from one whose sidebar alone has changed."""
        if answer.outcome != outcomes.OK:
            return answer
        same = payload_digest(answer.body) == address.digest or self._reads_the_same(address, answer)
        return answer.as_outcome(outcomes.UNCHANGED) if same else answer

    def _reads_the_same(self, address: Address, answer: Answer) -> bool:
        # The readers of pages are large and start slowly; a crawl that looks at no page again does without them.
        from transforms.article import NotAnArticleError
        from transforms.extract import extract_article

        if not self.job.archive or not address.warc_file or address.warc_offset is None:
            return False
        try:
            kept = read_capture(Path(self.job.archive), address.warc_file, address.warc_offset)
        except DataFolderError as error:
            # A damaged archive is named, and the page of today is kept beside what is left of it.
            log.warning("%s", error)
            return False

        def read(body: bytes, content_type: str, at: datetime) -> tuple[str, str, str]:
            article = extract_article(
                body, address.url, platform=self.job.platform, fetched_at=at, content_type=content_type
            )
            return article.title, article.lead, article.text

        try:
            before = read(kept.body, kept.content_type, kept.fetched_at)
            return before == read(answer.body, answer.header("content-type"), answer.asked_at)
        except NotAnArticleError:
            return False

    def _believed(self) -> bool:
        """Whether an announced edit is worth a look; what is not looked at now is when its turn comes."""
        if len(self._announced) < _CRIED_WOLF or any(self._announced):
            return True
        self._samples += 1
        return self._samples <= _SAMPLES
