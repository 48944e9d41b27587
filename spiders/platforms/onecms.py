"""OneCMS (Hemera): Báo Hải Dương since July 2023 and its successors.

The print form is denied as an article; it is only asked whether a number exists, for it needs no more than that.
"""

from spiders.platform import Platform

PLATFORM = Platform(
    name="onecms",
    article=r"^/(?:[a-z-]+/)*(?:[a-z0-9-]+-)?\d{5,7}\.html$",
    deny=r"^/(?:video|emagazine|podcast|infographic|thong-tin-quang-cao|an-pham|print|en)(?:/|$)",
    deny_title=r"^\s*\[Audio\]",
    feeds=("/rss/home.rss", "/rss/tin-moi-nhat.rss"),
    section=r"^/[a-z]+(?:-[a-z]+)*/?$",
    load_more=True,
    tag=r"^/[a-z0-9-]+-ptag\.html$",
    number=r"(?:^|[/-])(?P<id>\d{5,7})\.html$",
    probe="/print/{id}.html",
    generator=r"onecms|1cdn\.vn",
)
