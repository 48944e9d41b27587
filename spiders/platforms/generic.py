"""Any other site: what looks like an article by its address, listed through whatever channels the site offers."""

from spiders.platform import Platform

# Where lists, people, files and services live; what lies there is no article however long its name.
_NOT_BELOW = (
    r"(?!(?:/[^/?]*)*?/(?:tags?|tu-khoa|keywords?|topics?|authors?|tac-gia|users?|thanh-vien|category|categories|archives?"
    r"|luu-tru|search|tim-kiem|attachments?|wp-content|wp-admin|wp-json|uploads?|files?|rss|feed|cart|login|dang-nhap"
    r"|dang-ky|lien-he|contact|sitemap|so-do-trang|thu-vien-anh|albums?|gallery)(?:[/?.]|$))"
    r"(?!(?:/[a-z]{2})?/(?:chuyen-muc|danh-muc|the-loai|chu-de|page|trang)/[^/?]+/?(?:\?|$))"
    r"(?![^?]*/(?:page|trang)[/-]\d+(?:\.html?)?/?(?:\?|$))"
    r"(?![^?]*\.(?:jpe?g|png|gif|webp|svg|ico|pdf|docx?|xlsx?|pptx?|zip|rar|7z|mp[34]|avi|css|js|xml|txt|csv)(?:\?|$))"
    # Below the address of a dated post stand its pictures.
    r"(?!/(?:[^/?]+/){0,2}(?:19|20)\d{2}/\d{1,2}/(?:\d{1,2}/)?(?!\d{1,2}/)[^/?]+/[^/?]+)"
)
# One whose page shows a list: by its script's name, or by the number of a page.
_LIST = (
    r"(?:chuyen-?muc|danh-?muc|danh-?sach|category|list|loai|nhom|album|gallery|topic|tag|search|tim-?kiem|author"
    r"|tac-?gia)"
)

PLATFORM = Platform(
    name="generic",
    article=(
        rf"^{_NOT_BELOW}(?:"
        # A headline of five words or more at the end.
        r"/(?:[^/?]*/)*(?:[^/?-]+-){4,}[^/?-]+/?(?:\?|$)"
        # A closing number that is no year.
        r"|/(?:[^/?]*/)*[^/?]*-(?!(?:19|20)\d{2}(?:\.|/|\?|$))[a-z]{0,2}\d{4,}(?:\.[a-z]{3,5})?/?(?:\?|$)"
        # A day or a month, and a name.
        r"|/(?:[^/?]+/){0,2}20\d{2}/\d{1,2}/(?:\d{1,2}/)?(?!\d+/?(?:\?|$))[^/?]+/?(?:\?|$)"
        # The number of an item, on a page that shows one.
        rf"|(?![^?]*{_LIST})(?!.*[?&](?:page|trang|p|pageindex)=)[^?]*\?(?:.*&)?(?:id|nid|itemid|newsid|articleid|pid)=\d+"
        r")"
    ),
    deny=r"^/en(?:/|$)|/(?:print|in-tin|in-bai|savefile|sendmail|amp)(?:[/?]|$)|[?&](?:print|replytocom|share|amp|lang)=",
    # Sections and standing pages are named by as many words as headlines.
    fixed=r"^/(?:[^/?]*/)*[^/?\d]+(?:\.[a-z]{3,5})?/?$",
    feeds=("/feed/", "/rss", "/rss.xml", "/feed.xml"),
    sitemaps=("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml"),
    sitemap_deny=(
        r"wp-sitemap-(?:taxonomies|users|posts-page)"
        r"|(?:author|category|categories|post_tag|tag|page|attachment|image|video|static)s?[-_]?sitemap"
        r"|sitemap[-_](?:author|categor|tag|page\.|image|video|static)"
    ),
    tag=r"^/(?:[a-z]{2}/)?(?:tags?|tu-khoa|keywords?)/[^/?]+/?$",
)
