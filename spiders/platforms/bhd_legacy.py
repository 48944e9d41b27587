"""Báo Hải Dương before July 2023."""

from spiders.platform import Platform

PLATFORM = Platform(
    name="bhd_legacy",
    article=r"^/(?!chuyen-muc/)[a-z0-9-]+/[a-z0-9-]+-\d{4,6}/?$",
    section=r"^/chuyen-muc/[a-z0-9-]+/\d+/?$",
    page="{path}/{n}",
    number=r"-(?P<id>\d{4,6})/?$",
    generator=r"media\.baohaiduong\.vn/files/library|ul class=\"list-news left w100pt",
)
