"""What the channels of a site list. Bytes in, items out; broken input is named, never raised.

`feed` and `sitemap` read documents made for machines, `listing` the pages of a section, `more` what a script of such a
page asks for, `links` the links of any page; `dates` knows their ways of writing times.
"""

from spiders.channels.dates import LOCAL, calendar_pages, period_of
from spiders.channels.feed import feed_entries, read_feed
from spiders.channels.links import LinkCache, linked, links_of
from spiders.channels.listed import Item, Listed
from spiders.channels.listing import feeds_of, menu_of, read_listing
from spiders.channels.more import read_more
from spiders.channels.sitemap import read_sitemap

__all__ = [
    "LOCAL",
    "Item",
    "LinkCache",
    "Listed",
    "calendar_pages",
    "feed_entries",
    "feeds_of",
    "linked",
    "links_of",
    "menu_of",
    "period_of",
    "read_feed",
    "read_listing",
    "read_more",
    "read_sitemap",
]
