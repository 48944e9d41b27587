"""Take in a list of addresses that should be there, supplied by somebody who did not look through our eyes.

What part of them the crawl had found by itself says how much it sees; what it had not, the next crawl fetches.
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from spiders.addresses import absolute, host
from spiders.platforms import platform_of
from theodoi import lake
from theodoi.errors import TheodoiError
from theodoi.registry import Registry, Source
from theodoi.settings import Settings

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_SHOWN = 10
# As programs write days, and as people here do.
_DAYS = ("%Y-%m-%d", "%d/%m/%Y")
_DELIMITERS = ",;\t"


@dataclass
class OutsideResult:
    """What became of the lines of one list.

    Attributes:
        file: The list.
        source_id: Source.
        taken: Addresses taken.
        known: Of them those that were known before.
        repeated: Lines whose address stood on an earlier line.
        bad: Line number -> what is wrong with it.
        other_hosts: Line number -> address of another host, left.
        no_articles: Line number -> address taken though it has not the form of an article's.
        before: Whether this very list was taken in before; then nothing was written.
        not_crawled: Status of the source where no crawl will fetch the addresses; empty else.
    """

    file: Path
    source_id: str
    taken: int = 0
    known: int = 0
    repeated: int = 0
    bad: dict[int, str] = field(default_factory=dict)
    other_hosts: dict[int, str] = field(default_factory=dict)
    no_articles: dict[int, str] = field(default_factory=dict)
    before: bool = False
    not_crawled: str = ""

    def text(self) -> str:
        """For people, Vietnamese, one fact a line."""
        what = "đã nhập từ trước, không ghi thêm" if self.before else f"đã nhập {self.taken} địa chỉ"
        lines = [f"{self.file.name}: {what} cho nguồn {self.source_id}; {self.known} địa chỉ đã biết từ trước"]
        if self.repeated:
            lines.append(f"Bỏ qua {self.repeated} dòng trùng địa chỉ")
        lines += _named("hỏng", self.bad)
        lines += _named("máy chủ không phải của nguồn, không lấy", self.other_hosts)
        lines += _named("không có dạng địa chỉ bài của nền tảng, vẫn lấy", self.no_articles)
        if self.not_crawled:
            lines.append(f"Nguồn có status={self.not_crawled} nên sẽ không được thu thập")
        return "\n".join(lines)


def import_addresses(settings: Settings, registry: Registry, source_id: str, file: Path) -> OutsideResult:
    """Note the addresses of a list as discoveries of the channel `outside`.

    Args:
        settings: Where the lake is.
        registry: Whose sources.
        source_id: Source that the addresses belong to.
        file: One address a line; or a table with the column `url` and perhaps `day`, its first line naming them.

    Raises:
        TheodoiError: The source is unknown, the file is not there or no text, or no address of it can be taken.
        DataFolderError: The lake cannot be written.
    """
    source = registry.sources.get(source_id)
    if source is None:
        known = ", ".join(sorted(registry.sources)) or "—"
        raise TheodoiError(f"không có nguồn “{source_id}” trong sources.csv; hiện có: {known}")
    content = _content(file)
    result = OutsideResult(file, source_id, not_crawled="" if source.status == "active" else source.status)
    name = f"outside-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
    rows = _rows(source, result, content)
    if not rows:
        first = [*_named("hỏng", result.bad), *_named("máy chủ khác", result.other_hosts), "tệp rỗng"][0]
        raise TheodoiError(f"{file} không có địa chỉ nào của {source_id}: {first}")
    result.taken = len(rows)
    files = lake.files(settings.lake, lake.DISCOVERY, source_id=source_id)
    seen = lake.read(files, lake.DISCOVERY, ["crawl_id", "url_key"]).to_pylist()
    result.known = len({row["url_key"] for row in rows} & {r["url_key"] for r in seen if r["crawl_id"] != name})
    result.before = any(r["crawl_id"] == name for r in seen)
    if not result.before:
        _write(settings, source_id, name, rows)
    return result


def _rows(source: Source, result: OutsideResult, content: str) -> list[dict[str, Any]]:
    platform = platform_of(source.platform)
    rows: dict[str, dict[str, Any]] = {}
    for number, written, day in _lines(content):
        url = absolute("", written)
        if url is None:
            result.bad[number] = f"“{written[:200]}” không phải địa chỉ http(s)"
            continue
        if host(url) != host(source.base_url):
            result.other_hosts[number] = url
            continue
        key = platform.key(url)
        if key in rows:
            result.repeated += 1
            continue
        listed_at = _moment(day)
        if day and listed_at is None:
            result.bad[number] = f"ngày “{day[:40]}” không đọc được (viết 2024-06-05), địa chỉ vẫn lấy"
        if not platform.is_article(url) or platform.is_denied(url):
            result.no_articles[number] = url
        rows[key] = {
            "source_id": source.source_id,
            "url": url,
            "url_key": key,
            "channel": "outside",
            "channel_url": result.file.name,
            "position": len(rows),
            "listed_title": "",
            "listed_at": listed_at,
            "listed": True,
        }
    return list(rows.values())


def _write(settings: Settings, source_id: str, name: str, rows: list[dict[str, Any]]) -> None:
    now = datetime.now(UTC)
    crawl = {
        "crawl_id": name,
        "source_id": source_id,
        "kind": "import",
        "started_at": now,
        "ended_at": now,
        "ended": "finished",
        "n_requests": 0,
        "n_bytes": 0,
    }
    discoveries = [{**row, "crawl_id": name, "seen_at": now} for row in rows]
    # The discoveries go last: they alone say that the list is here.
    for dataset, found in ((lake.CRAWL, [crawl]), (lake.DISCOVERY, discoveries)):
        lake.write(lake.partition(settings.lake, dataset, source_id, f"{now:%Y-%m-%d}"), dataset, found, name=name)


def _content(file: Path) -> str:
    try:
        # Excel writes the mark of UTF-8 before the first line.
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise TheodoiError(f"không có tệp {file}: kiểm tra đường dẫn") from error
    except OSError as error:
        raise TheodoiError(f"không đọc được {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise TheodoiError(f"{file} dòng {line} không phải văn bản UTF-8: lưu lại bằng mã UTF-8") from error


def _lines(content: str) -> Iterator[tuple[int, str, str]]:
    """Line number, address and day, as they are written."""
    lines = content.splitlines()
    heading = lines[0].lower() if lines else ""
    for delimiter in _DELIMITERS:
        names = [name.strip(' "') for name in heading.split(delimiter)]
        if "url" in names:
            break
    else:
        # No table: an address may have commas of its own.
        yield from ((n, line.strip(), "") for n, line in enumerate(lines, 1) if line.strip())
        return
    table = csv.reader(lines[1:], delimiter=delimiter)
    for cells in table:
        row = dict(zip(names, (c.strip() for c in cells), strict=False))
        if any(row.values()):
            yield table.line_num + 1, row.get("url", ""), row.get("day", "")


def _moment(day: str) -> datetime | None:
    """The beginning of a day here; None where it is none."""
    for form in _DAYS:
        try:
            return datetime.strptime(day, form).replace(tzinfo=LOCAL).astimezone(UTC)
        except ValueError:
            continue
    return None


def _named(what: str, lines: dict[int, str]) -> list[str]:
    said = [f"Dòng {number} {what}: {text}" for number, text in lines.items()]
    more = len(said) - _SHOWN
    return said[:_SHOWN] + ([f"… và {more} dòng khác {what}"] if more > 0 else [])
