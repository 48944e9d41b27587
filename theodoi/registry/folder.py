"""A folder of six files to a registry and back."""

from pathlib import Path

from theodoi.disk import named_failures
from theodoi.errors import RegistryError
from theodoi.registry.checks import check_rows
from theodoi.registry.reading import read_table
from theodoi.registry.rows import Problem
from theodoi.registry.tables import TABLES
from theodoi.registry.whole import Registry
from theodoi.registry.writing import as_csv


def load_registry(folder: Path, *, allow_private: bool = False) -> Registry:
    """Read and check the six files of a registry folder.

    Args:
        folder: Holds `agencies.csv, sources.csv, obligations.csv, documents.csv, themes.csv, places.csv`, UTF-8.
        allow_private: Whether sites on loopback or in private ranges are allowed (the demo and the tests).

    Raises:
        RegistryError: Something is wrong; the message has a line `file:line:column: what` for every broken cell.
    """
    if not folder.is_dir():
        raise RegistryError(f"không có thư mục danh mục {folder}: chỉ đúng chỗ bằng --registry hoặc THEODOI_REGISTRY")
    problems: list[Problem] = []
    found = {t.file: read_table(folder / t.file, t, problems) for t in TABLES}
    check_rows(found, problems, allow_private=allow_private)
    if problems:
        lines = "\n".join(f"  {p}" for p in sorted(set(problems)))
        raise RegistryError(f"danh mục {folder} có {len(set(problems))} lỗi, chưa nạp gì (tệp:dòng:cột):\n{lines}")
    tables = {
        t.name: {row.cells[t.key]: t.record(**row.cells) for row in rows or ()}
        for t, rows in zip(TABLES, found.values(), strict=True)
    }
    return Registry(**tables)


def write_registry(registry: Registry, folder: Path) -> None:
    """Write the registry with all columns, UTF-8 and LF, whatever the files it came from looked like.

    Raises:
        DataFolderError: The folder cannot be written.
    """
    with named_failures(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            text = as_csv(table, getattr(registry, table.name))
            (folder / table.file).write_text(text, encoding="utf-8", newline="\n")
