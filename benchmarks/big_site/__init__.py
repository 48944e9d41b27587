"""Big invented sites on loopback, each served by a process of its own, that know exactly what they hold.

`serving(SiteSpec("wordpress", 5000))` starts one; its handle changes the site between crawls (`add`, `edit`, `delete`,
`stir`, `bump`), tells the truth (`truth`) and hands out the access log (`log`).
"""

from benchmarks.big_site.process import RunningSite, serving
from benchmarks.big_site.spec import Asked, Kind, Lastmod, Removal, SiteSpec

__all__ = ["Asked", "Kind", "Lastmod", "Removal", "RunningSite", "SiteSpec", "serving"]
