"""Liferay: whatever an asset publisher shows, under whichever page it stands."""

import re

from spiders.addresses import below, canonical, host
from spiders.platform import Platform

_SITE = re.compile(r"^/(?:[a-z]{2}(?:_[a-z]{2})?/)?web/(?!guest/)(?P<name>[^/]+)/", re.IGNORECASE)
_IN_PATH = re.compile(r"/-/asset_publisher/[^/?]+/content/(?P<name>(?:id/)?[^/?]+)", re.IGNORECASE)
# The block's name is `101` up to version 6, `com_liferay_asset_publisher_…` since.
_BLOCK = r"[?&]_(?:101_INSTANCE_|[^=&]{0,120}asset_?publisher)[^=&]{0,120}_"
_IN_QUERY = re.compile(rf"{_BLOCK}(?P<field>urlTitle|assetEntryId)=(?P<name>[^&]+)", re.IGNORECASE)


def by_title(url: str) -> str:
    """Known by its site and its name: the page around it, the block and the way back do not count."""
    path = below(url)
    name = _IN_PATH.search(path) or _IN_QUERY.search(path)
    if name is None:
        return canonical(url)
    site = _SITE.match(path)
    part = "entry" if name.re is _IN_QUERY and name["field"].lower() == "assetentryid" else "content"
    return canonical(f"https://{host(url)}/{f'web/{site[1]}/' if site else ''}-/{part}/{name['name']}")


PLATFORM = Platform(
    name="liferay",
    article=(
        r"/-/asset_publisher/[^/?]+/content/(?:id/)?[^/?]+(?:/\d+)?/?(?:\?|$)"
        rf"|{_BLOCK}(?:urlTitle|assetEntryId)="
    ),
    deny=r"[?&](?:p_p_state=pop_up|p_p_state=exclusive|viewMode=print|p_p_mode=print)|[?&]_[^=&]{0,160}_viewMode=print|^/en(?:_US)?/",
    sitemap_deny=r"privateLayout=true",
    tag=r"[?&]p_r_p_(?:\d+_)?tag=[^&]+|/-/(?:asset_publisher|blogs|tags)/(?:[^/?]+/)?tag/[^/?]+",
    key=by_title,
    generator=r"Liferay\.(?:ThemeDisplay|Portlet|AUI|authToken)|/-/asset_publisher/|portlet-asset-publisher",
)
