"""The provincial party committee, tinhuyhaiduong.vn: a SharePoint list shown by one page."""

import re
from urllib.parse import urlsplit

from spiders.addresses import below, canonical, host
from spiders.platform import Platform

_PART = re.compile(r"(?:^|&)(CateID|ItemID)=(\d+)", re.IGNORECASE)


def by_item(url: str) -> str:
    """Known by category and item; whether an item keeps its number in another category is not known."""
    parts = urlsplit(below(url))
    found = {name.lower(): number.lstrip("0") for name, number in _PART.findall(parts.query)}
    if "itemid" not in found:
        return canonical(url)
    return f"{host(url)}{parts.path.lower()}?cateid={found.get('cateid', '')}&itemid={found['itemid']}"


PLATFORM = Platform(
    name="tinhuy_sharepoint",
    article=r"^/news/Pages/new\.aspx\?(?:[^#]*&)?ItemID=\d+",
    deny=r"[?&](?:print|IsDlg)=",
    section=r"^/news/Pages/[^/?]+\.aspx\?(?:(?!ItemID)[^&=]+=[^&]*&)*CateID=\d+$",
    number=r"[?&]ItemID=(?P<id>\d+)",
    key=by_item,
    generator=r"/news/Pages/new\.aspx\?(?:CateID|ItemID)=",
)
