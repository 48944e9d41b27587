"""Sites of the sample province, one module per platform."""

from collections.abc import Mapping, Sequence

from demo.page import Page
from demo.sites.answers import Answer
from demo.sites.base import Site
from demo.sites.bhd_legacy import BhdLegacySite
from demo.sites.haiduongtv import HaiDuongTvSite
from demo.sites.hdnd_custom import HdndSite
from demo.sites.nukeviet import NukeVietSite
from demo.sites.onecms import OneCmsSite
from demo.sites.subportal import SubportalV1Site, SubportalV2Site
from demo.sites.tandan_sharepoint import TandanSite
from demo.sites.wordpress import WordPressSite
from demo.sources import SourcePlan

__all__ = ["PLATFORMS", "Answer", "Site", "open_site"]

PLATFORMS: Mapping[str, type[Site]] = {
    "bhd_legacy": BhdLegacySite,
    "onecms": OneCmsSite,
    "tandan_sharepoint": TandanSite,
    "nukeviet": NukeVietSite,
    "wordpress": WordPressSite,
    "haiduong_subportal_v1": SubportalV1Site,
    "haiduong_subportal_v2": SubportalV2Site,
    "haiduongtv": HaiDuongTvSite,
    "hdnd_custom": HdndSite,
}


def open_site(plan: SourcePlan, pages: Sequence[Page]) -> Site:
    """The site of one source with its own pages among those given."""
    return PLATFORMS[plan.platform](plan, [p for p in pages if p.source_id == plan.source_id])
