"""The page of the monthly review: the notebook executed on the published database, as one HTML file."""

import os
import re
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from string import Template

import duckdb
import nbformat
from nbconvert import HTMLExporter

from theodoi.disk import named_failures
from theodoi.errors import TheodoiError
from theodoi.progress import bars
from theodoi.settings import PROJECT, Settings

NOTEBOOK = PROJECT / "notebooks" / "monthly_review.ipynb"
STYLE = PROJECT / "notebooks" / "review.css"

# nbconvert's own frames load scripts from a CDN, and offices sit behind closed networks: this one lets nothing load.
_PAGE = Template("""<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>$title</title>
<style>
$style</style>
</head>
<body>
<main>
$body</main>
</body>
</html>
""")


def review(settings: Settings, month: str) -> Path:
    """Write the review page of a month of publication.

    The page is one file that loads nothing from elsewhere, and the same database gives the same bytes.

    Args:
        settings: Where the published database and the reviews are.
        month: `YYYY-MM`, local.

    Returns:
        The page, `<reviews>/<month>.html`.

    Raises:
        TheodoiError: Nothing is published, the file is no database of ours, or the month is not in it.
        DataFolderError: The page cannot be written; an older one stays.
    """
    _check_month(settings.database, month)
    page = settings.reviews / f"{month}.html"
    aside = page.with_name(f".{page.stem}.{uuid.uuid4().hex}.tmp")
    with named_failures(page):
        settings.work.mkdir(parents=True, exist_ok=True)
        settings.reviews.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="review-", dir=settings.work) as folder:
            html = _render(_execute(settings.database.absolute(), month, Path(folder)), month)
        try:
            aside.write_text(html, encoding="utf-8")
            aside.replace(page)
        finally:
            aside.unlink(missing_ok=True)
    return page


def _check_month(database: Path, month: str) -> None:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise TheodoiError(f"“{month}” không phải tháng: viết dạng YYYY-MM, ví dụ 2024-06")
    if not database.exists():
        raise TheodoiError(f"chưa có cơ sở dữ liệu công bố tại {database}: chạy `theodoi run` trước")
    try:
        with duckdb.connect(database, read_only=True) as published:
            known = published.execute("select distinct strftime(month, '%Y-%m') from marts.agency_month order by 1")
            months = [row[0] for row in known.fetchall()]
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise TheodoiError(f"không đọc được {database}: {reason}; chạy `theodoi publish` để công bố lại") from error
    if month not in months:
        span = f"có từ {months[0]} đến {months[-1]}" if months else "chưa có tháng nào"
        raise TheodoiError(f"tháng {month} không có trong cơ sở dữ liệu đã công bố: {span}")


def _execute(database: Path, month: str, folder: Path) -> nbformat.NotebookNode:
    """Run the notebook in a process and a home of its own: nothing of the caller's Jupyter set-up reaches it."""
    done = folder / "done.ipynb"
    command = [
        *(sys.executable, "-m", "papermill", os.fspath(NOTEBOOK), os.fspath(done), "--cwd", os.fspath(folder)),
        *("--kernel", "python3", "--no-progress-bar", "--log-level", "ERROR"),
        *("--parameters_raw", "database", os.fspath(database), "--parameters_raw", "month", month),
    ]
    own = {
        name: os.fspath(folder)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    environment = {**os.environ, **own, "MPLBACKEND": "agg", "PYTHONUTF8": "1"}
    with bars() as progress:
        progress.add_task(f"Trang đánh giá {month}", total=None)
        run = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    if run.returncode:
        raise RuntimeError(f"the notebook failed for {month}:\n{run.stderr}")
    return nbformat.read(done, as_version=4)


def _render(notebook: nbformat.NotebookNode, month: str) -> str:
    # The cell that papermill adds has a random id, which would end up in the page.
    for place, cell in enumerate(notebook.cells):
        cell.id = f"cell-{place:02d}"
    exporter = HTMLExporter(
        template_name="basic",
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    body, _ = exporter.from_notebook_node(notebook)
    title = f"Tuyên truyền Đề án: tháng {month[5:]}/{month[:4]}"
    return _PAGE.substitute(title=title, style=STYLE.read_text(encoding="utf-8"), body=body)
