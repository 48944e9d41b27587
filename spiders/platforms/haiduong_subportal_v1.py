"""District and commune portals under haiduong.gov.vn, first generation."""

from spiders.platform import Platform

PLATFORM = Platform(
    name="haiduong_subportal_v1",
    article=r"^/(?:Article|ViewDetail)/[^/@]+(?:@|%40)/.+\.html$",
    section=r"^/(?:ArticleCategory|Category|ListArticle)/[^?]+$",
    page="{path}?page={n}",
    generator=r"href=\"/Article/[^/\"]+(?:@|%40)/",
)
