"""The table of Vietnamese dates, each row as a page: `vietnamese_dates.yaml`."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

import yaml

from transforms.extract.dates import VIETNAM

FILE = Path(__file__).with_name("vietnamese_dates.yaml")
# After all dates of the table; the clocks of its pages show this day.
FETCHED_AT = datetime(2026, 6, 30, 9, 41, tzinfo=VIETNAM)
_URL = "https://xa.example/tin-tuc/lop-hoc-nghe-trong-xom.html"
_PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Lớp học nghề trong xóm</title>{head}</head>
<body>{above}<div class="bai"><h1>Lớp học nghề trong xóm</h1>{line}
<p class="sapo">Ba mươi người trong xóm rủ nhau học đan lát, hết khóa ai cũng có việc làm ngay tại nhà mình.</p>{middle}
<p>Lớp mở ở nhà văn hóa, mỗi tuần ba buổi tối. Bà con mang theo tre của nhà, thầy dạy chẻ nan rồi mới đến đan.</p>
<p>Người khéo tay nhất lớp là một cụ ông đã ngoài bảy mươi. Cụ bảo học để dạy lại cho lũ cháu khi hè về.</p>
<p>Hợp tác xã nhận bao tiêu sản phẩm, trả tiền theo từng lứa hàng. Có nhà mỗi tháng thêm được hơn hai triệu đồng.</p>
{below}</div>{foot}</body></html>"""


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        name: The line, or what the page shows.
        url: Address of the page.
        html: The page.
        at: Publication, local, `YYYY-MM-DD[ HH:MM[:SS]]`; empty where a reader takes none from it.
        modified: Last edit that the page states, likewise.
    """

    name: str
    url: str
    html: str
    at: str
    modified: str


def lines() -> list[tuple[str, str]]:
    """Line and what it tells."""
    return [(row["line"], row["at"] or "") for row in _table()["lines"]]


def rows() -> list[Row]:
    """Every row as a page: the lines under a headline, then the pages."""
    shown = [_row({**row, "name": row["line"], "line": f"<p>{escape(row['line'])}</p>"}) for row in _table()["lines"]]
    return [*shown, *map(_row, _table()["pages"])]


def _row(said: dict[str, str | None]) -> Row:
    parts = {key: said.get(key) or "" for key in ("head", "above", "line", "middle", "below", "foot")}
    html = _PAGE.format(**parts)
    return Row(said["name"] or "", said.get("url") or _URL, html, said["at"] or "", said.get("modified") or "")


def _table() -> dict[str, list[dict[str, str | None]]]:
    table: dict[str, list[dict[str, str | None]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return table
