"""The posts of a big site: which there are, what is true of each, and how that changes between two crawls."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta, timezone

from benchmarks.big_site import words
from benchmarks.big_site.spec import SPAN, Lastmod, Removal, SiteSpec

LOCAL = timezone(timedelta(hours=7))
_MORNING = time(7, 30, tzinfo=LOCAL)
# How far apart later posts are: a day's work of an office lies within a day.
_LATER_STEP = timedelta(minutes=1)
# Of 100 posts one is of each kind: a password form, a path that robots.txt closes, one that a longer Allow opens again.
_PROTECTED, _CLOSED, _OPENED = 11, 37, 73
# Linked from pages of others before their time has come.
SCHEDULED = 3


class Shelf:
    """Posts numbered 1, 2, … in the order of their publication.

    Args:
        spec: What the site shall be like.

    Attributes:
        lastmod: What the sitemap says of the last change.
        stirred: How often the sidebar changed.
        bumped: When the sitemap last moved all times of change without an edit.
    """

    def __init__(self, spec: SiteSpec) -> None:
        self._first = datetime.combine(spec.begins, _MORNING)
        self._step = SPAN / spec.articles
        self._at_first = self._count = spec.articles
        self._edited: dict[int, list[datetime]] = {}
        self._cache: dict[object, list[int]] = {}
        self._changes = 0
        self.removed: dict[int, Removal] = {}
        self.lastmod: Lastmod = "honest"
        self.stirred = 0
        self.bumped = self._first

    @property
    def count(self) -> int:
        """The highest number that is published."""
        return self._count

    @property
    def scheduled(self) -> range:
        """Numbers that are not published yet but whose addresses leaked."""
        return range(self._count + 1, self._count + 1 + SCHEDULED)

    def published(self, number: int) -> datetime:
        """Moment of publication, local."""
        later = max(0, number - self._at_first)
        return self._first + (number - later - 1) * self._step + later * _LATER_STEP

    def modified(self, number: int) -> datetime:
        """Moment of the last change, local."""
        edits = self._edited.get(number)
        return edits[-1].astimezone(LOCAL) if edits else self.published(number)

    def version(self, number: int) -> int:
        """How often it was edited."""
        return len(self._edited.get(number, ()))

    def title(self, number: int) -> str:
        """Headline; an edit leaves it."""
        return words.headline(f"title {number}")

    def is_protected(self, number: int) -> bool:
        """Whether it is listed like any other but shows a password form."""
        return number % 100 == _PROTECTED

    def is_closed(self, number: int) -> bool:
        """Whether robots.txt closes its address."""
        return number % 100 == _CLOSED

    def is_opened(self, number: int) -> bool:
        """Whether it lies in a closed path but a longer Allow opens it."""
        return number % 100 == _OPENED

    def alive(self) -> list[int]:
        """What is published and not removed, newest first."""
        return self.group("alive", lambda _: True)

    def group(self, name: object, belongs: Callable[[int], bool]) -> list[int]:
        """Those that are alive and belong, newest first; remembered under the name until something changes."""
        if name not in self._cache:
            numbers = self.alive() if name != "alive" else range(self._count, 0, -1)
            self._cache[name] = [n for n in numbers if n not in self.removed and belongs(n)]
        return self._cache[name]

    def beside(self, number: int) -> tuple[int, int]:
        """The next older and the next newer one that is alive; 0 where there is none."""
        older, newer = number - 1, number + 1
        while older in self.removed:
            older -= 1
        while newer in self.removed:
            newer += 1
        return older, newer if newer <= self._count else 0

    # Changes

    def add(self, count: int) -> list[int]:
        """Publish so many more."""
        first = self._count + 1
        self._count += count
        self._changed()
        return list(range(first, self._count + 1))

    def edit(self, count: int, youngest: int | None) -> list[int]:
        """Change the text of so many, of the youngest alone or of all."""
        chosen = self._chosen(count, youngest)
        for number in chosen:
            self._edited.setdefault(number, []).append(datetime.now(UTC))
        return chosen

    def delete(self, count: int, how: Sequence[Removal]) -> list[int]:
        """Remove so many, in the given ways by turns."""
        chosen = self._chosen(count, None)
        self.removed |= {number: how[place % len(how)] for place, number in enumerate(chosen)}
        self._changed()
        return chosen

    def _chosen(self, count: int, youngest: int | None) -> list[int]:
        """Some that count as articles and were not touched before."""
        alive = [
            n
            for n in self.alive()[:youngest]
            if n not in self._edited and not self.is_protected(n) and not self.is_closed(n)
        ]
        self._changes += 1
        return sorted(random.Random(self._changes).sample(alive, count))

    def _changed(self) -> None:
        self._changes += 1
        self._cache.clear()
