"""WordPress with dated permalinks."""

from spiders.platform import Platform

PLATFORM = Platform(
    name="wordpress",
    article=r"^/(?:index\.php/)?\d{4}/\d{2}/(?:\d{2}/)?(?!\d{1,2}/?(?:\?|$)|page/)[^/?]+/?(?:\?.*)?$",
    deny=r"[?&](?:replytocom|share|print|attachment_id|preview)=",
    feeds=("/feed/",),
    feed_page="?paged={n}",
    sitemaps=("/wp-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml"),
    sitemap_deny=r"wp-sitemap-(?:taxonomies|users)|(?:author|category|post_tag|page|attachment)-sitemap",
    section=r"^/(?:index\.php/)?category/(?:(?!page/)[^/?]+/)*(?!page/)[^/?]+/?$",
    page="{path}/page/{n}/",
    calendar="/{y}/{m:02}/",
    tag=r"^/(?:index\.php/)?tag/[^/?]+/?$",
    generator=r"WordPress|/wp-content/",
)
