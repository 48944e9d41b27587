"""What a person who labels may say; docs/codebook.md says what each label means."""

# The edition of docs/codebook.md that is in force; every label carries the edition that its coder worked by.
CODEBOOK_VERSION = "1"

RELEVANCE = ("explicit", "implicit", "none")
RELEVANT = ("explicit", "implicit")
# Signs what the coders of an article agreed on after they had talked: no independent label, and the one that counts.
CONSENSUS = "chung"


def edition(version: str) -> tuple[int, ...]:
    """A version to compare by: "1.10" is younger than "1.9".

    Raises:
        ValueError: It is not made of numbers and full stops.
    """
    return tuple(int(part) for part in version.split("."))
