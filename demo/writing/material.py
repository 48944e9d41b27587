"""Reads the written material beside this module: subjects, words, places, registers."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from demo.writing.frames import Thesaurus

_TEXTS = Path(__file__).parent / "texts"
# Small words that may change in any frame; written here once instead of in a thousand places.
_EVERYWHERE = (
    (r" (?:ở|tại) \{(?!n:)", " [ở|tại] {"),
    (r" của \{place\}", " [của|ở] {place}"),
    (r"đồng (?:một|mỗi) ", "đồng [một|mỗi] "),
    (r", (?:nhưng|song) ", ", [nhưng|song] "),
    (r", (?:vì|bởi) (?!thế|vậy)", ", [vì|bởi] "),
    (r" đã (?!\[)", " [đã|] "),
    (r" sẽ (?!\[)", " [sẽ|] "),
    (r" (?<!không )(?<!khỏi )(?<!đỡ )(?<!chẳng )(?<!cần )(?<!chỉ )phải (?!\[|là )", " [phải|buộc phải] "),
    (r" vẫn (?!còn|\[)", " [vẫn|vẫn còn] "),
    (r" có \{n:", " [có|có chừng] {n:"),
    (r" (?:từng|mỗi) (nhà|xã|thôn|lớp|hộ|người|nghề|trường|em) ", r" [từng|mỗi] \1 "),
    (
        r" các (?!em|cấp|ngành|sở|phòng|ban|khu|huyện|cháu|cụ|bà|đồng|đoàn|tổ|loại|bên|nơi|nghề|địa|mốc|trường|đơn)",
        " [các|những] ",
    ),
)


@dataclass(frozen=True)
class Subject:
    """One thing that can be reported, with the frames to do it; every field of frames is one frame per item.

    Attributes:
        name: Key within its file.
        titles: Headlines, each with the numbers of the leads it can stand over; none for any.
        leads: Sapo.
        opening: Sentences that may begin the body.
        body: Sentences for anywhere behind the opening.
        voices: Quotations and statements of persons.
        closing: Sentences that may end the piece.
        section: Section names a site may file it under.
        tags: Keywords.
        months: Months of the year it belongs to; empty for any.
        styles: Registers that report it; empty for any.
        genres: Forms it is reserved for; empty for any prose.
    """

    name: str
    titles: tuple[tuple[frozenset[int], str], ...]
    leads: tuple[str, ...]
    opening: tuple[str, ...]
    body: tuple[str, ...]
    voices: tuple[str, ...]
    closing: tuple[str, ...]
    section: tuple[str, ...]
    tags: tuple[str, ...]
    months: frozenset[int]
    styles: frozenset[str]
    genres: frozenset[str]


@dataclass(frozen=True)
class Stock:
    """One file of subjects with the loose sentences that suit any of them.

    Attributes:
        subjects: What can be reported.
        extra: Sentences that stand for themselves within this field.
        interview: Pairs of question and answer.
        tasks: Points of an official letter.
    """

    subjects: tuple[Subject, ...]
    extra: tuple[str, ...]
    interview: tuple[tuple[str, str], ...]
    tasks: tuple[str, ...]


def read(name: str) -> Any:  # noqa: ANN401  the shape is the file's own
    """One YAML file of the material."""
    return yaml.safe_load((_TEXTS / f"{name}.yaml").read_text(encoding="utf-8"))


def lines(block: str | None) -> tuple[str, ...]:
    """The frames of a block of text, one per line, with the small words opened up."""
    frames = (line.strip() for line in (block or "").splitlines() if line.strip())
    return tuple(_open(frame) for frame in frames)


def _open(frame: str) -> str:
    for pattern, alternatives in _EVERYWHERE:
        frame = re.sub(pattern, alternatives, frame)
    return frame


def _title(line: str) -> tuple[frozenset[int], str]:
    numbers, mark, frame = line.partition("> ")
    if not mark:
        return frozenset(), line
    return frozenset(int(number) - 1 for number in numbers.split(",")), frame


@cache
def stock(name: str) -> Stock:
    """The subjects of one file, for example a theme or one of the traps."""
    content = read(name)
    subjects = tuple(
        Subject(
            name=key,
            titles=tuple(_title(line) for line in lines(entry["titles"])),
            leads=lines(entry["leads"]),
            opening=lines(entry.get("opening")),
            body=lines(entry["body"]),
            voices=lines(entry.get("voices")),
            closing=lines(entry.get("closing")),
            section=tuple(entry["section"]),
            tags=tuple(entry["tags"]),
            months=frozenset(entry.get("months", ())),
            styles=frozenset(entry.get("styles", ())),
            genres=frozenset(entry.get("genres", ())),
        )
        for key, entry in content["subjects"].items()
    )
    pairs = (line.split("=>") for line in lines(content.get("interview")))
    return Stock(
        subjects=subjects,
        extra=lines(content.get("extra")),
        interview=tuple((question.strip(), answer.strip()) for question, answer in pairs),
        tasks=lines(content.get("tasks")),
    )


@cache
def pools(name: str) -> dict[str, tuple[str, ...]]:
    """A file of named pools of frames."""
    return {key: lines(block) for key, block in read(name).items()}


@cache
def words() -> dict[str, list[str]]:
    """The word lists names are made of."""
    content: dict[str, list[str]] = read("words")
    return content


@cache
def places() -> dict[str, dict[str, Any]]:
    """District -> its formal name, wards and communes."""
    content: dict[str, dict[str, Any]] = read("places")
    return content


@cache
def thesaurus() -> Thesaurus:
    """The interchangeable words."""
    return Thesaurus({word: tuple(others) for word, others in read("thesaurus").items()})
