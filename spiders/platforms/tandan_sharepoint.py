"""The provincial portal haiduong.gov.vn (Tân Dân on SharePoint) and its family."""

import re
from urllib.parse import urlsplit

from spiders.addresses import below, canonical, host
from spiders.platform import Platform

_NUMBER = re.compile(r"(?:^|&)nid=(\d+)", re.IGNORECASE)


def by_number(url: str) -> str:
    """Known by the number alone: the title in the address changes with every edit of the headline."""
    parts = urlsplit(below(url))
    number = _NUMBER.search(parts.query)
    return f"{host(url)}{parts.path.lower()}?nid={number[1]}" if number else canonical(url)


PLATFORM = Platform(
    name="tandan_sharepoint",
    article=r"^/Trang/ChiTietTinTuc\.aspx\?(?:.*&)?nid=\d+|^/\d{4}/Trang/[^/?]+\.aspx$",
    deny=r"[?&](?:print|lang)=|^/(?:en|zh)/",
    section=r"^/Trang/(?!ChiTiet|Default|TimKiem|LienHe|Search|Login)[^/?]+\.aspx$",
    page="{path}?page={n}",
    number=r"[?&]nid=(?P<id>\d+)",
    probe="/Trang/ChiTietTinTuc.aspx?nid={id}",
    key=by_number,
    generator=r"tandan-div-module|TD-box-news",
)
