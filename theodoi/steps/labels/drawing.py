"""Draw the audit sample of a month: what the published list says the next draw would be becomes a fact of the lake."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from theodoi import lake
from theodoi.disk import alone
from theodoi.errors import TheodoiError
from theodoi.settings import Settings
from theodoi.steps.labels.published import checked_month, opened

STRATA = ("S", "A", "B", "C")


@dataclass(frozen=True)
class Draw:
    """One draw of a month.

    Attributes:
        month: YYYY-MM.
        draw_no: 1 for the first.
        sizes: Stratum -> (articles, of them drawn).
        n_second: Of the drawn those that a second person labels too.
        is_new: Whether it was made just now.
    """

    month: str
    draw_no: int
    sizes: dict[str, tuple[int, int]]
    n_second: int
    is_new: bool

    @property
    def n_sample(self) -> int:
        """Articles drawn."""
        return sum(n for _, n in self.sizes.values())

    def text(self) -> str:
        """For people, Vietnamese."""
        verb = "đã rút" if self.is_new else "không có bài mới để rút; đợt gần nhất đã rút"
        strata = ", ".join(f"{s} {self.sizes[s][1]}/{self.sizes[s][0]}" for s in STRATA if s in self.sizes)
        return (
            f"Tháng {self.month}, đợt {self.draw_no}: {verb} {self.n_sample} bài ({strata}); "
            f"{self.n_second} bài có người thứ hai gán"
        )


def draw(settings: Settings, month: str) -> Draw:
    """Draw from the articles of a month that no draw covers yet.

    A month is drawn once it is over. What came later is drawn by a later draw of its own, from the latecomers alone: so
    each article of the month has one known probability, and no draw ever changes.

    Args:
        settings: Where the published database and the lake are.
        month: `YYYY-MM`, local.

    Returns:
        The new draw, or the last one where there is nothing new to draw from.

    Raises:
        TheodoiError: Nothing is published, the month is not over in it, or it has no article.
        BusyError: Somebody draws or imports labels just now.
        DataFolderError: The lake cannot be written.
    """
    checked_month(month)
    with alone(settings.work / "labels", "rút mẫu hoặc nhập nhãn"), opened(settings) as db:
        made = drawn(settings, month)
        last = max((row["draw_no"] for row in made), default=0)
        found = db.execute(
            """
            select strftime(month, '%Y-%m') as month, drawn_id as article_id, * exclude (month, drawn_id, article_id)
            from marts.audit_population
            where strftime(month, '%Y-%m') = $month and drawn_at is null and draw_no > $last order by drawn_id
            """,
            {"month": month, "last": last},
        )
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        if not rows and not made:
            raise TheodoiError(f"không có bài nào của tháng {month} trong bản đã công bố: kiểm tra tháng")
        if not rows:
            return _told([row for row in made if row["draw_no"] == last], is_new=False)
        ((over,),) = db.execute(
            """
            select coalesce(data_up_to + interval 7 hours >= cast($month || '-01' as date) + interval 1 month, false)
            from meta.build
            """,
            {"month": month},
        ).fetchall()
        if not over:
            raise TheodoiError(f"dữ liệu đã công bố chưa tới hết tháng {month}: rút mẫu khi tháng đã kết thúc")
        now = datetime.now(UTC)
        drawn_rows = [row | {"drawn_at": now} for row in rows]
        name = f"{month}-{rows[0]['draw_no']}"
        lake.write(_folder(settings), lake.AUDIT, drawn_rows, name=name)
        return _told(drawn_rows, is_new=True)


def drawn(settings: Settings, month: str) -> list[dict[str, Any]]:
    """Rows of `lake.AUDIT` of a month."""
    rows: list[dict[str, Any]] = lake.read(lake.files(settings.lake, lake.AUDIT), lake.AUDIT).to_pylist()
    return [row for row in rows if row["month"] == month]


def _folder(settings: Settings) -> Path:
    return lake.partition(settings.lake, lake.AUDIT)


def _told(rows: list[dict[str, Any]], *, is_new: bool) -> Draw:
    sizes = {row["stratum"]: (row["n_stratum"], row["n_sample"]) for row in rows}
    n_second = sum(row["for_second_coder"] for row in rows)
    return Draw(rows[0]["month"], rows[0]["draw_no"], sizes, n_second, is_new)
