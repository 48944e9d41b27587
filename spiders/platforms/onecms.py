"""OneCMS (Hemera): Báo Hải Dương since July 2023 and its successors."""

from spiders.platform import Platform

PLATFORM = Platform(
    name="onecms",
    article=r"^/(?:[a-z-]+/)*(?:[a-z0-9-]+-)?\d{5,7}\.html$",
    deny=r"^/(?:video|emagazine|podcast|infographic|thong-tin-quang-cao|an-pham|print|en)(?:/|$)|-ptag\.html$",
    deny_title=r"^\s*\[Audio\]",
    feeds=("/rss/home.rss", "/rss/tin-moi-nhat.rss"),
    section=r"^/[a-z]+(?:-[a-z]+)*/?$",
    load_more=True,
    generator=r"onecms|1cdn\.vn",
)
