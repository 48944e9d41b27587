"""Which of the captures that an index lists are worth fetching."""

from collections.abc import Iterator

from spiders import outcomes
from spiders.addresses import host
from spiders.platform import Platform
from spiders.webarchive.cdx import Line

# Versions of one address. The first is nearest to the publication; the next show its corrections. Later ones mostly
# differ in the sidebar: pages of these sites list their newest neighbours, so that hardly two captures are equal.
MOST_VERSIONS = 5


class Selection:
    """Gathers captures from listings in any order and chooses: per address the earliest of each version.

    Args:
        site_url: Any address of the site whose captures are wanted.
        platform: Its platform.

    Attributes:
        n_lines: Captures listed.
        n_other: Of them those that are no article page of the site.
    """

    def __init__(self, site_url: str, platform: Platform) -> None:
        self.n_lines = 0
        self.n_other = 0
        self._site = host(site_url)
        self._platform = platform
        self._versions: dict[str, dict[str, Line]] = {}

    @property
    def keys(self) -> list[str]:
        """Canonical addresses of the articles listed, in the order in which they were met."""
        return list(self._versions)

    def first(self, key: str) -> Line:
        """The earliest capture of an address."""
        return min(self._versions[key].values(), key=_order)

    def add(self, line: Line) -> None:
        """Take a capture into account."""
        self.n_lines += 1
        if not self._is_wanted(line):
            self.n_other += 1
            return
        versions = self._versions.setdefault(self._platform.key(line.url), {})
        # Without a digest every capture may be another version.
        name = line.digest or line.timestamp
        if name not in versions or _order(line) < _order(versions[name]):
            versions[name] = line
        if len(versions) > MOST_VERSIONS:
            # Never one of the earliest, whatever else is still to come.
            del versions[max(versions, key=lambda n: _order(versions[n]))]

    def chosen(self) -> Iterator[tuple[str, Line]]:
        """Canonical address and capture: first versions of all addresses, oldest first, then second ones, and so on."""
        ranked = [
            (rank, _order(line), key, line)
            for key, versions in self._versions.items()
            for rank, line in enumerate(sorted(versions.values(), key=_order))
        ]
        for _, _, key, line in sorted(ranked, key=lambda r: r[:3]):
            yield key, line

    def _is_wanted(self, line: Line) -> bool:
        return (
            line.status in ("200", "-")
            and outcomes.may_be_html(line.mime)
            and host(line.url) == self._site
            and self._platform.is_article(line.url)
            and not self._platform.is_denied(line.url)
        )


def _order(line: Line) -> tuple[str, str, str]:
    return line.timestamp, line.url, line.digest
