"""Which document stands for the text of which page: the crawl noted it as a discovery of channel `attachment`."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from theodoi import lake

_CHANNEL = "attachment"


class Attachments:
    """The documents of all pages.

    Args:
        root: Root of the lake.
    """

    def __init__(self, root: Path) -> None:
        columns = ("source_id", "url_key", "channel", "channel_url", "seen_at")
        noted = lake.read(lake.files(root, lake.DISCOVERY), lake.DISCOVERY, columns).to_pylist()
        self._document: dict[tuple[str, str], str] = {}
        for row in sorted((r for r in noted if r["channel"] == _CHANNEL), key=lambda r: (r["seen_at"], r["url_key"])):
            self._document[row["source_id"], row["channel_url"]] = row["url_key"]
        self._keys = {(source_id, key) for (source_id, _), key in self._document.items()}
        self._captures: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        if not self._keys:
            return
        for row in lake.read(lake.files(root, lake.FETCH), lake.FETCH).to_pylist():
            if row["outcome"] == "ok" and row["capture_id"] and self.has(row):
                self._captures[row["source_id"], row["url_key"]].append(row)
        for rows in self._captures.values():
            rows.sort(key=lambda r: (r["fetched_at"], r["capture_id"]))

    def has(self, row: dict[str, Any]) -> bool:
        """Whether a row of `fetch` asked for such a document."""
        return (row["source_id"], row["url_key"]) in self._keys

    def of_page(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """The row of `fetch` that kept the document of a page: the first since the page was fetched, else the last."""
        key = self._document.get((row["source_id"], row["url"]))
        captures = self._captures.get((row["source_id"], key), []) if key else []
        since = [c for c in captures if c["fetched_at"] >= row["fetched_at"]]
        return since[0] if since else captures[-1] if captures else None
