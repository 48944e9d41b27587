"""Hội đồng nhân dân tỉnh, hdnd.haiduong.gov.vn."""

from spiders.platform import Platform

PLATFORM = Platform(
    name="hdnd_custom",
    article=r"^/[a-z0-9-]+/[a-z0-9-]+-n\d+\.html$",
    section=r"^/(?!lien-he|gioi-thieu|tim-kiem)[a-z]+(?:-[a-z]+)*/?$",
    number=r"-n(?P<id>\d+)\.html$",
    generator=r"href=\"[^\"]*-n\d+\.html",
)
