"""NukeViet 4, module `news`."""

from spiders.platform import Platform

PLATFORM = Platform(
    name="nukeviet",
    article=r"^/(?:[a-z]{2}/)?[a-z0-9-]+/(?:(?:print|savefile|sendmail)/)?[a-z0-9-]+/[^/?]+-\d+\.html$",
    deny=r"/(?:print|savefile|sendmail|tag|search)/|^/en/",
    feeds=("/vi/news/rss/", "/news/rss/"),
    section=r"^/(?:vi/)?news/(?!rss|tag|search|print|savefile|sendmail|groups|topic|author|archive)[a-z0-9-]+/$",
    page="{path}/page-{n}/",
    tag=r"^/(?:[a-z]{2}/)?news/tag/[^/?]+/?$",
    number=r"-(?P<id>\d+)\.html$",
    generator=r"NukeViet",
)
