"""The portal of Hải Phòng and of its communes (HPG), successor of the portals under haiduong.gov.vn."""

from spiders.platform import Platform

PLATFORM = Platform(
    name="hpg_portal",
    article=r"^/[a-z0-9-]+-\d+/[a-z0-9-]+--\d+/?(?:\?|$)|^/[a-z0-9-]+/[a-z0-9-]+-\d{6}/?(?:\?|$)",
    deny=r"^/(?:en|print|in-tin)/|[?&](?:print|lang)=",
    section=r"^/[a-z]+(?:-[a-z]+)*-\d{1,5}/?$",
    number=r"--(?P<id>\d+)/?(?:\?|$)",
    generator=r"cdn\.haiphong\.gov\.vn/gov-hpg|divDetail_DateCreate",
)
