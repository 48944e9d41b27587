"""`python -m benchmarks.crawl.bare_spider FILE`: download the addresses of a file with Scrapy and throw them away.

The least that a Scrapy spider can do with a list; the crawl is measured against it.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class BareSpider(scrapy.Spider):  # type: ignore[misc]  # mypy skips scrapy's own types
    """Asks for its start addresses and looks at nothing."""

    name = "bare"

    def parse(self, response: Response) -> Iterator[None]:
        """Drop the page."""
        del response
        yield from ()


def main() -> None:
    """Download the list."""
    process = CrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "CONCURRENT_REQUESTS": 16,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
            "HTTPPROXY_ENABLED": False,
            # Servers on loopback that run whatever Python they are sent; a spider has no need of them.
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "EXTENSIONS": {
                "scrapy.extensions.telnet.TelnetConsole": None,
                "scrapy.extensions.remote_control.RemoteControl": None,
            },
        }
    )
    process.crawl(BareSpider, start_urls=Path(sys.argv[1]).read_text(encoding="utf-8").split())
    process.start()


if __name__ == "__main__":
    main()
