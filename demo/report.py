"""What the demonstration shows at its end: the published counts, where everything is, what to try next."""

import sys
from datetime import date
from pathlib import Path

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table

from demo.sources import FIRST_DAY, LAST_DAY
from theodoi.settings import Settings

# A pipe has no width of its own; this one shows the longest name and eighteen months without breaking a line.
_WIDTH = 112
_MONTHS_NAME_WIDTH = 36
# Both tables list the agencies alike: who names the programme most comes first, who cannot be seen last.
_ORDERED = """
with seen as (
    select agency.name, agency_month.*, sum(n_explicit) over (partition by agency_id) as n
    from marts.agency_month
    join core.agency using (agency_id)
    where month between ? and ?
),

ordered as (
    select *, dense_rank() over (order by n desc nulls last, name) as place
    from seen
)
"""
_STATES = {"model_only": "nhìn thấy đủ", "partly_blind": "nhìn thấy một phần", "blind": "không nhìn thấy"}


def print_coverage(out: Console, database: Path) -> None:
    """Print both tables from the published file.

    Args:
        out: Where to.
        database: The published DuckDB file.
    """
    if not out.is_terminal:
        out.width = _WIDTH
    with duckdb.connect(database, read_only=True) as connection:
        out.print()
        out.print(_totals(connection))
        out.print(_months(connection))
        out.print("? không nhìn thấy trang (không phải là không có bài)   · nhìn thấy, không có bài", highlight=False)


def _totals(connection: duckdb.DuckDBPyConnection) -> Table:
    table = Table(
        title=f"Tin bài theo cơ quan, {FIRST_DAY:%m/%Y} đến {LAST_DAY:%m/%Y}", title_justify="left", box=box.SIMPLE_HEAD
    )
    table.add_column("Cơ quan")
    for heading in ("Nêu tên\nĐề án", "Cùng\nnội dung", "Khác", "Bản\ngốc", "Đăng\nlại"):
        table.add_column(heading, justify="right")
    table.add_column("Quan sát")
    rows = connection.execute(
        f"""
        {_ORDERED}
        select
            name,
            sum(n_explicit), sum(n_implicit), sum(n_none), sum(n_original), sum(n_reprint),
            case
                when bool_and(state = 'blind') then 'blind'
                when bool_or(state != 'model_only') then 'partly_blind'
                else 'model_only'
            end
        from ordered
        group by place, name
        order by place
        """,  # noqa: S608 - a constant of this module
        [FIRST_DAY, LAST_DAY],
    ).fetchall()
    for name, *counts, state in rows:
        table.add_row(name, *("?" if count is None else str(count) for count in counts), _STATES[state])
    return table


def _months(connection: duckdb.DuckDBPyConnection) -> Table:
    counts: dict[str, dict[date, int | None]] = {}
    for name, month, count in connection.execute(
        f"{_ORDERED} select name, month, n_explicit + n_implicit from ordered order by place, month",  # noqa: S608
        [FIRST_DAY, LAST_DAY],
    ).fetchall():
        counts.setdefault(name, {})[month] = count
    months = sorted({month for by_month in counts.values() for month in by_month})
    table = Table(
        title="Bài nêu tên Đề án hoặc cùng nội dung, theo tháng đăng", title_justify="left", padding=(0, 0), box=None
    )
    table.add_column("Cơ quan", max_width=_MONTHS_NAME_WIDTH, no_wrap=True)
    for month in months:
        year = f"{month:%Y}" if month.month == 1 or month == months[0] else ""
        table.add_column(f"{year}\n{month.month}", justify="right", width=4)
    for name, by_month in counts.items():
        table.add_row(name, *(_cell(by_month.get(month, 0)) for month in months))
    return table


def _cell(count: int | None) -> str:
    return "?" if count is None else str(count) if count else "·"


def print_places(out: Console, settings: Settings, month: str) -> None:
    """Print where everything is and three commands that go on from there.

    Args:
        out: Where to.
        settings: Of the demonstration.
        month: The reviewed month, `YYYY-MM`.
    """
    places = {
        "Cơ sở dữ liệu (DuckDB)": settings.database,
        "Bản để chia sẻ": settings.public_folder,
        f"Trang đánh giá {month}": next(settings.reviews.rglob(f"*{month}*.html"), settings.reviews),
        "Trang đã lưu (WARC)": settings.archive,
        "Đáp án của tỉnh mẫu": settings.data / "truth.csv",
        "Nhật ký Airflow": settings.data / "airflow" / "logs",
    }
    out.print()
    for what, path in places.items():
        out.print(f"{what + ':':26}{_short(path)}", soft_wrap=True, highlight=False)
    data, registry, database = _short(settings.data), _short(settings.registry), _short(settings.database)
    programs = Path(sys.executable).parent
    python = _short(programs / "python")
    # The short name is there where theodoi was installed, as `make` does.
    theodoi = _short(programs / "theodoi") if (programs / "theodoi").exists() else f"{python} -m theodoi"
    sql = "from marts.agency_month select month, agency_id, n_explicit where n_explicit > 0 order by 3 desc limit 10"
    query = f"import duckdb; duckdb.connect('{database}', read_only=True).sql('{sql}').show()"
    out.print("\nThử tiếp:")
    for command in (
        f"THEODOI_ALLOW_PRIVATE=1 {theodoi} status --data {data} --registry {registry}",
        f"{theodoi} review --month 2024-05 --data {data}",
        f'{python} -c "{query}"',
    ):
        out.print(f"  {command}", soft_wrap=True, highlight=False, markup=False)


def _short(path: Path) -> Path:
    """The path as one types it here."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
