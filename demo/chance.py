"""Where chance comes from: one independent stream for every thing that is drawn."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chance:
    """Streams of chance under one seed; drawing more of one thing changes nothing else.

    Attributes:
        seed: The same seed gives the same streams on every machine.
    """

    seed: int

    def of(self, *what: object) -> random.Random:
        """The stream for one thing, from its beginning."""
        return random.Random("/".join(map(str, (self.seed, *what))))

    def rota(self, name: str, items: Sequence[T]) -> Iterator[T]:
        """The items in a drawn order, again and again, so that none is left out."""
        return cycle(self.of(name).sample(items, len(items)))
