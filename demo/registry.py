"""A registry folder for the sample province: the project's own tables, with the sites of the sample as sources."""

import csv
import shutil
from collections.abc import Mapping
from pathlib import Path

from demo.sites import PLATFORMS
from demo.sources import SOURCES, SourcePlan

SEEDS = Path(__file__).resolve().parent.parent / "warehouse" / "seeds"
COPIED = ("agencies.csv", "obligations.csv", "documents.csv", "themes.csv", "places.csv")
COLUMNS = (
    "source_id",
    "agency_id",
    "base_url",
    "platform",
    "discovery",
    "start_urls",
    "valid_from",
    "valid_to",
    "delay_s",
    "status",
    "notes",
)


def write_registry(folder: Path, base_urls: Mapping[str, str]) -> Path:
    """Write a complete registry folder for a running sample.

    Args:
        folder: Where to; made if it is not there.
        base_urls: Site -> root address, as `SampleServer.base_urls` has them.

    Returns:
        The folder.

    Raises:
        FileNotFoundError: The project's own registry lacks a table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.copyfile(SEEDS / name, folder / name)
    with (folder / "sources.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_row(plan, base_urls[plan.source_id]) for plan in SOURCES)
    return folder


def _row(plan: SourcePlan, base_url: str) -> dict[str, str]:
    starts = PLATFORMS[plan.platform](plan, ()).start_paths
    return {
        "source_id": plan.source_id,
        "agency_id": plan.agency_id,
        "base_url": base_url,
        "platform": plan.platform,
        "discovery": ";".join(plan.discovery),
        "start_urls": ";".join(base_url + path for path in starts),
        "valid_from": plan.valid_from.isoformat(),
        "valid_to": plan.valid_to.isoformat() if plan.valid_to else "",
        "delay_s": "0",
        "status": "active",
        "notes": "trang mẫu trên máy này",
    }
