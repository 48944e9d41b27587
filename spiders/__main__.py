"""`python -m spiders FOLDER`: do the job in that folder. Started by `theodoi.steps.crawl` and `theodoi.steps.probe`."""

import gc
import logging
import os
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerProcess, Crawler

from spiders.clock import Clock
from spiders.job import LOG, Job
from spiders.journal import Journal
from spiders.probe import ProbeSpider
from spiders.source import SourceSpider
from spiders.webarchive import order as webarchive
from spiders.webarchive.spider import WebArchiveSpider
from theodoi.registry import is_private_host


def scrapy_settings(job: Job | webarchive.Order, log_file: Path) -> dict[str, Any]:
    """Settings of Scrapy for one job; what they switch off is done by `spiders.fetcher`, in view of the tests."""
    private = is_private_host(urlsplit(job.base_url).hostname or "")
    return {
        "USER_AGENT": job.user_agent,
        "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"},
        "CONCURRENT_REQUESTS_PER_DOMAIN": job.limits.parallel,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": job.limits.timeout_s,
        "DOWNLOAD_MAXSIZE": job.limits.body_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DNS_TIMEOUT": job.limits.timeout_s,
        # A proxy of the environment must not be asked for loopback.
        "HTTPPROXY_ENABLED": not private,
        "ROBOTSTXT_OBEY": False,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        # Servers on loopback that run whatever Python they are sent, on by default; not even to be imported.
        "EXTENSIONS": {
            "scrapy.extensions.telnet.TelnetConsole": None,
            "scrapy.extensions.remote_control.RemoteControl": None,
        },
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        # Counted in the ledgers.
        "DOWNLOADER_STATS": False,
        "AUTOTHROTTLE_ENABLED": False,
        "LOG_FILE": str(log_file),
        "LOG_LEVEL": "INFO",
        "LOGSTATS_INTERVAL": 0,
    }


def die_with_caller() -> None:
    """Wait until standard input ends, as it does when the caller is gone, and end at once.

    A spider that nobody watches would keep asking a site that the next crawl asks too. Nothing is lost: rows are on
    disk.
    """
    # Not sys.stdin: a thread that waits in its buffer keeps the interpreter from ending.
    while os.read(0, 1):
        pass
    os._exit(3)


def main() -> int:
    """Do the job; 0 when it came to its end by itself."""
    threading.Thread(target=die_with_caller, daemon=True).start()
    folder = Path(sys.argv[1])
    # What was imported stays. Left out of account, it does not keep the collector from pages that are done with.
    gc.freeze()
    if (folder / webarchive.ORDER).exists():
        order = webarchive.Order.read(folder)
        process = AsyncCrawlerProcess(scrapy_settings(order, folder / LOG))
        crawler = process.create_crawler(WebArchiveSpider)
        process.crawl(crawler, order=order, folder=folder)
        process.start()
        return _ended(crawler)
    job = Job.read(folder)
    process = AsyncCrawlerProcess(scrapy_settings(job, folder / LOG))
    if job.probe:
        crawler = process.create_crawler(ProbeSpider)
        process.crawl(crawler, job=job, folder=folder)
        process.start()
    else:
        clock = Clock(datetime.fromisoformat(job.begun_at))
        journal = Journal(job, folder, clock)
        crawler = process.create_crawler(SourceSpider)
        process.crawl(crawler, job=job, folder=folder, journal=journal, clock=clock)
        try:
            process.start()
        finally:
            journal.close()
    return _ended(crawler)


def _ended(crawler: Crawler) -> int:
    finished = bool(getattr(crawler.spider, "finished", False))
    if not finished:
        logging.getLogger(__name__).error("the spider did not come to its end")
    return 0 if finished else 1


if __name__ == "__main__":
    sys.exit(main())
