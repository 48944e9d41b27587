"""Any other site: what looks like an article by its address, listed through whatever channels the site offers."""

from spiders.platform import Platform

PLATFORM = Platform(
    name="generic",
    article=(
        r"^/[^?]*?(?:[^/?-]+-){4,}[^/?-]+/?(?:\?.*)?$"  # a headline of five words or more
        r"|-[a-z]?\d{4,}(?:\.[a-z]{3,5})?/?$"  # a closing number
        r"|[?&](?:id|nid|itemid|newsid|articleid|pid)=\d+"
    ),
    deny=(
        r"^/(?:tag|tags|author|search|tim-kiem|print|rss|feed|wp-json|login|dang-nhap|en)(?:/|$)"
        r"|/(?:feed|print|amp)/?$|[?&](?:print|replytocom|share)="
        r"|\.(?:jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|zip|rar|mp[34]|css|js|xml)$"
    ),
    feeds=("/feed/", "/rss", "/rss.xml"),
    sitemaps=("/sitemap.xml", "/sitemap_index.xml"),
)
