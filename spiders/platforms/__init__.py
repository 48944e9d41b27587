"""The platforms that spiders know, by name. A new one is one module here and one line below."""

from spiders.platform import Platform
from spiders.platforms import (
    bhd_legacy,
    generic,
    haiduong_subportal_v1,
    haiduong_subportal_v2,
    haiduongtv,
    hdnd_custom,
    hpg_portal,
    liferay,
    nukeviet,
    onecms,
    tandan_sharepoint,
    tinhuy_sharepoint,
    wordpress,
    youtube,
)
from theodoi.errors import TheodoiError

PLATFORMS: dict[str, Platform] = {
    module.PLATFORM.name: module.PLATFORM
    for module in (
        bhd_legacy,
        onecms,
        tandan_sharepoint,
        nukeviet,
        wordpress,
        haiduong_subportal_v1,
        haiduong_subportal_v2,
        haiduongtv,
        hdnd_custom,
        tinhuy_sharepoint,
        liferay,
        hpg_portal,
        youtube,
        generic,
    )
}


def platform_of(name: str) -> Platform:
    """The platform of that name.

    Raises:
        TheodoiError: There is none.
    """
    try:
        return PLATFORMS[name]
    except KeyError:
        known = ", ".join(sorted(PLATFORMS))
        raise TheodoiError(f"unknown platform “{name}”: write one of {known} into sources.csv") from None
