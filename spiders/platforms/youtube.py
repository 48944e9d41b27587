"""A channel of YouTube, by its Atom feed `/feeds/videos.xml?channel_id=…`, given in `start_urls`.

The feed is the only public list that needs no key; it shows some fifteen newest videos, and its entries are all that
is read. robots.txt is obeyed here as everywhere: since about 2025 that of YouTube closes the feed's path, and while it
does the source is blind with the reason `robots`.
"""

import re
from urllib.parse import urlsplit

from spiders.addresses import below, canonical, host
from spiders.platform import Platform

_VIDEO = re.compile(r"(?:^|&)v=([\w-]{11})(?:&|$)")


def by_video(url: str) -> str:
    """Known by the video alone, whether it is shown as a page or as a short one."""
    parts = urlsplit(below(url))
    number = _VIDEO.search(parts.query)
    short = re.match(r"/shorts/([\w-]{11})/?$", parts.path)
    name = number[1] if number else short[1] if short else ""
    return f"{host(url)}/watch?v={name}" if name else canonical(url)


PLATFORM = Platform(
    name="youtube",
    article=r"^/watch\?(?:[^#]*&)?v=[\w-]{11}(?:&|$)|^/shorts/[\w-]{11}/?$",
    sitemaps=(),
    items_in_feed=True,
    key=by_video,
    generator=r"ytInitialData",
)
