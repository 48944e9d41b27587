"""What is known while the files are read: rows that may lack cells, and problems that name theirs."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, order=True)
class Problem:
    """A cell and what is wrong with it; column `*` is the whole file."""

    file: str
    line: int
    column: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}"


@dataclass(frozen=True)
class Row:
    """One line of a file: the cells that could be read."""

    line: int
    cells: dict[str, Any] = field(default_factory=dict)
