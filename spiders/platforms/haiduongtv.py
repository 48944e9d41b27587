"""Truyền hình Hải Dương, haiduongtv.com.vn."""

from spiders.platform import Platform

PLATFORM = Platform(
    name="haiduongtv",
    article=r"^/xem-tin-tuc/[a-z0-9-]+-\d+\.html$",
    section=r"^/tin-tuc/[a-z0-9-]+\.html$",
    page="{stem}/trang-{n}.html",
    number=r"-(?P<id>\d+)\.html$",
    generator=r"href=\"[^\"]*/xem-tin-tuc/",
)
