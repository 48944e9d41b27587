"""Progress on a terminal, silence elsewhere (logs of Airflow, pipes, cron)."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

T = TypeVar("T")

# Messages go to standard error so that tables and JSON on standard output can be piped.
console = Console(stderr=True)


def bars() -> Progress:
    """A set of progress bars to be used as a context manager; does nothing where nobody watches."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def track(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
    """Yield the items while a bar counts them.

    Args:
        items: What is worked through.
        description: Vietnamese, a few words.
        total: How many there are, where `items` cannot tell.
    """
    with bars() as progress:
        yield from progress.track(items, total=total, description=description)
