from dataclasses import dataclass

# Two-sided confidence of every interval here; methods of other rooms use the same.
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the limits of its 95 % interval, both included.

    Attributes:
        estimate: What is most likely.
        low: Lower limit.
        high: Upper limit.

    Raises:
        ValueError: The estimate lies outside the limits.
    """

    estimate: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.estimate <= self.high:
            raise ValueError(f"{self.estimate} does not lie between {self.low} and {self.high}")
