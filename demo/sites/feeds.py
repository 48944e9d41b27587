"""RSS and sitemaps as the platforms write them."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from demo.sites.answers import SAMPLE_NOTE, Answer

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def rss(title: str, base_url: str, items: Sequence[str]) -> Answer:
    """An RSS 2.0 feed of ready items."""
    return _xml(
        f'<rss version="2.0"><channel><title>{escape(title)}</title><link>{base_url}/</link>'
        f"<description>{escape(SAMPLE_NOTE)}</description>\n{chr(10).join(items)}\n</channel></rss>"
    )


def rss_item(title: str, link: str, description: str, at: datetime) -> str:
    """One item; the description is HTML."""
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link><guid>{escape(link)}</guid>"
        f"<description><![CDATA[{description}]]></description><pubDate>{format_datetime(at)}</pubDate></item>"
    )


def sitemap_index(addresses: Sequence[str]) -> Answer:
    """A sitemap of sitemaps."""
    rows = "\n".join(f"<sitemap><loc>{escape(a)}</loc></sitemap>" for a in addresses)
    return _xml(f'<sitemapindex xmlns="{_SITEMAPS}">\n{rows}\n</sitemapindex>')


def sitemap(rows: Sequence[tuple[str, datetime | None]]) -> Answer:
    """A sitemap of addresses with their last change, where that is known."""
    entries = "\n".join(
        f"<url><loc>{escape(a)}</loc>{f'<lastmod>{at.isoformat()}</lastmod>' if at else ''}</url>" for a, at in rows
    )
    return _xml(f'<urlset xmlns="{_SITEMAPS}">\n{entries}\n</urlset>')


def _xml(body: str) -> Answer:
    return Answer(200, f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode(), "text/xml; charset=utf-8")
