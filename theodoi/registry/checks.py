"""What only several rows or files together can have wrong."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from theodoi.registry.hosts import is_private_host
from theodoi.registry.records import CLASS_PREFIX, LEAST_PUBLIC_DELAY_S
from theodoi.registry.rows import Problem, Row
from theodoi.registry.tables import TABLES, Table


def check_rows(found: Mapping[str, list[Row] | None], problems: list[Problem], *, allow_private: bool) -> None:
    """Add what is wrong to the problems, and give sources without a start their home page.

    Args:
        found: File -> its rows; None for a file that could not be read as a table.
        problems: Problems found so far.
        allow_private: Whether sites on loopback or in private ranges are allowed.
    """
    known: dict[str, Collection[str] | None] = {}
    for table in TABLES:
        rows = found[table.file]
        _check_ids(table, rows or [], problems)
        # A file that could not be read at all is reported once, not once more for every row that points at it.
        known[table.name] = None if rows is None else {r.cells[table.key] for r in rows if table.key in r.cells}
    agencies, sources = found["agencies.csv"] or [], found["sources.csv"] or []
    obligations, places = found["obligations.csv"] or [], found["places.csv"] or []
    for file, first, last in (
        ("agencies.csv", "valid_from", "valid_to"),
        ("sources.csv", "valid_from", "valid_to"),
        ("places.csv", "valid_from", "valid_to"),
        ("obligations.csv", "since", "until"),
    ):
        _check_span(file, found[file] or [], first, last, problems)
    for file, column, target in (
        ("agencies.csv", "successors", "agencies"),
        ("sources.csv", "agency_id", "agencies"),
        ("obligations.csv", "themes", "themes"),
        ("documents.csv", "issuer_agency_id", "agencies"),
        ("places.csv", "parent", "places"),
    ):
        _check_known(file, found[file] or [], column, target, known[target], problems)
    _check_cycles("agencies.csv", agencies, "agency_id", "successors", problems)
    _check_cycles("places.csv", places, "place_id", "parent", problems)
    if known["agencies"] is not None:
        classes = {r.cells.get("report_class") for r in agencies}
        _check_bindings(obligations, known["agencies"], classes, problems)
    _check_observability(obligations, problems)
    _check_hosts(sources, problems, allow_private=allow_private)


def _values(row: Row, column: str) -> tuple[str, ...]:
    value = row.cells.get(column, ())
    return value if isinstance(value, tuple) else (value,) if value else ()


def _check_ids(table: Table, rows: Iterable[Row], problems: list[Problem]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if table.key in row.cells:
            # Ids become folder names, and some file systems do not tell case apart.
            ident = row.cells[table.key].casefold()
            if ident in first:
                problems.append(Problem(table.file, row.line, table.key, f"mã trùng với dòng {first[ident]}"))
            first.setdefault(ident, row.line)


def _check_span(file: str, rows: Iterable[Row], first: str, last: str, problems: list[Problem]) -> None:
    for row in rows:
        begin, end = row.cells.get(first), row.cells.get(last)
        if begin and end and begin > end:
            problems.append(Problem(file, row.line, last, f"{end} đứng trước {first} {begin}"))


def _check_known(
    file: str,
    rows: Iterable[Row],
    column: str,
    target: str,
    known: Collection[str] | None,
    problems: list[Problem],
) -> None:
    if known is None:
        return
    for row in rows:
        problems.extend(
            Problem(file, row.line, column, f"“{value}” không có trong {target}.csv")
            for value in _values(row, column)
            if value not in known
        )


def _check_cycles(file: str, rows: Sequence[Row], key: str, column: str, problems: list[Problem]) -> None:
    follows = {row.cells[key]: _values(row, column) for row in rows if key in row.cells}
    for row in rows:
        ahead = list(_values(row, column))
        reached: set[str] = set()
        while ahead:
            ident = ahead.pop()
            if ident not in reached:
                reached.add(ident)
                ahead.extend(follows.get(ident, ()))
        if row.cells.get(key) in reached:
            problems.append(Problem(file, row.line, column, f"vòng lặp: “{row.cells[key]}” quay về chính nó"))


def _check_bindings(
    rows: Iterable[Row], agencies: Collection[str], classes: Collection[str | None], problems: list[Problem]
) -> None:
    for row in rows:
        for entry in _values(row, "binds"):
            wanted = entry.removeprefix(CLASS_PREFIX)
            if entry.startswith(CLASS_PREFIX) and wanted not in classes:
                what = f"không cơ quan nào có report_class “{wanted}” trong agencies.csv"
                problems.append(Problem("obligations.csv", row.line, "binds", what))
            elif not entry.startswith(CLASS_PREFIX) and entry not in agencies:
                problems.append(Problem("obligations.csv", row.line, "binds", f"“{entry}” không có trong agencies.csv"))


def _check_observability(rows: Iterable[Row], problems: list[Problem]) -> None:
    for row in rows:
        observable = row.cells.get("observable")
        if observable is None:
            continue
        needed = "why_not" if observable == "no" else "how_observed"
        if row.cells.get(needed, "") == "":
            what = f"cần điền vì observable là “{observable}”"
            problems.append(Problem("obligations.csv", row.line, needed, what))


def _check_hosts(rows: Iterable[Row], problems: list[Problem], *, allow_private: bool) -> None:
    for row in rows:
        base = row.cells.get("base_url")
        if base is None:
            continue
        # The home page is where a reader starts when nothing better is known.
        starts = tuple(urljoin(f"{base}/", u) for u in _values(row, "start_urls")) or (f"{base}/",)
        row.cells["start_urls"] = starts
        for column, url in (("base_url", base), *(("start_urls", u) for u in starts)):
            host = urlsplit(url).hostname or ""
            private = is_private_host(host)
            if private and not allow_private:
                what = f"máy chủ nội bộ “{host}” bị từ chối; chỉ khi chạy thử mới đặt THEODOI_ALLOW_PRIVATE=1"
                problems.append(Problem("sources.csv", row.line, column, what))
            delay = row.cells.get("delay_s", LEAST_PUBLIC_DELAY_S)
            if not private and delay < LEAST_PUBLIC_DELAY_S:
                what = f"{delay:g} giây là quá nhanh với máy chủ công cộng “{host}”: ít nhất {LEAST_PUBLIC_DELAY_S:g}"
                problems.append(Problem("sources.csv", row.line, "delay_s", what))
