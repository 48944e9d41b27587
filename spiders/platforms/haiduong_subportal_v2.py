"""District portals under haiduong.gov.vn, second generation: articles and fixed pages share one shape of address."""

from spiders.platform import Platform

PLATFORM = Platform(
    name="haiduong_subportal_v2",
    article=(
        r"^/vi-vn/(?!(?:trang-chu|gioi-thieu|lien-he|tim-kiem|so-do-site|so-do-trang|co-cau-to-chuc|chuyen-muc|dang-nhap)/?$)"
        r"[^/?]+/?$"
    ),
    fixed=r"^/vi-vn/",
    section=r"^/vi-vn/chuyen-muc/[^/?]+/?$",
    page="{path}?page={n}",
    generator=r"href=\"/vi-vn/",
)
