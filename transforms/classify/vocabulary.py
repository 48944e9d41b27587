"""The vocabulary file: read, checked, and refused as a whole with line and reason when something is wrong."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from transforms.classify.reading import words_of

DEFAULT_FILE = Path(__file__).with_name("vocabulary.yaml")
GAP = "…"


class VocabularyError(ValueError):
    """The vocabulary cannot be used; the message is `file:line: reason`."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A document of the programme.

    Attributes:
        document_id: Identifier.
        number: Running number within the year of its issuer.
        kind: Abbreviated kind, `QĐ` or `KH`.
        issuer: Abbreviated issuer as the sign of the document has it, `UBND`.
        signed: Day of signature.
        words: Kind in words, "quyết định".
    """

    document_id: str
    number: int
    kind: str
    issuer: str
    signed: date
    words: str


@dataclass(frozen=True, slots=True)
class Cues:
    """Phrases by how much they say: `strong` ones suffice, `weak` ones only support."""

    strong: tuple[str, ...]
    weak: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything the rules know about words; see the comments in vocabulary.yaml."""

    names: tuple[str, ...]
    short_names: tuple[str, ...]
    not_followed_by: tuple[str, ...]
    documents: tuple[Cited, ...]
    context: tuple[str, ...]
    subject: Mapping[str, Cues]
    rivals: Mapping[str, tuple[str, ...]]
    other_programmes: Mapping[str, tuple[str, ...]]
    digests: tuple[str, ...]
    national: tuple[str, ...]
    themes: Mapping[str, Cues]
    not_places: tuple[str, ...]
    person_words: tuple[str, ...]
    lower_levels: tuple[str, ...]
    local_places: Mapping[str, tuple[str, ...]]
    local_marks: tuple[str, ...]
    other_places: Mapping[str, tuple[str, ...]]
    merged_province: str
    merged_from: date
    merged_other_places: Mapping[str, tuple[str, ...]]


def load_vocabulary(file: Path = DEFAULT_FILE) -> Vocabulary:
    """Read and check a vocabulary file.

    Args:
        file: YAML in the shape of the one beside this module.

    Raises:
        VocabularyError: Something is wrong; nothing of the file is used.
    """
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(f"{file}: cannot be read: {error}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise VocabularyError(f"{file}:{line}: no valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise VocabularyError(f"{file}:1: no valid YAML: {error}") from error
    return _Checker(file).vocabulary(root)


class _Checker:
    """Walks the composed nodes, which remember their lines."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def vocabulary(self, root: Node | None) -> Vocabulary:
        if root is None:
            raise VocabularyError(f"{self._file}:1: the file is empty")
        top = self._mapping(root, keys=Vocabulary.__dataclass_fields__.keys() - _OF_PROGRAMME | {"programme"})
        programme = self._mapping(top["programme"], keys=_OF_PROGRAMME)
        vocabulary = Vocabulary(
            names=self._phrases(programme["names"]),
            short_names=self._phrases(programme["short_names"]),
            not_followed_by=self._phrases(programme["not_followed_by"]),
            documents=tuple(self._documents(programme["documents"])),
            context=self._phrases(programme["context"]),
            subject=self._cues(top["subject"]),
            rivals=self._lists(top["rivals"]),
            other_programmes=self._lists(top["other_programmes"]),
            digests=self._phrases(top["digests"]),
            national=self._phrases(top["national"]),
            themes=self._cues(top["themes"]),
            not_places=self._phrases(top["not_places"]),
            person_words=self._phrases(top["person_words"]),
            lower_levels=self._phrases(top["lower_levels"]),
            local_places=self._lists(top["local_places"]),
            local_marks=self._phrases(top["local_marks"]),
            other_places=self._lists(top["other_places"]),
            merged_province=self._text(top["merged_province"]),
            merged_from=self._day(top["merged_from"]),
            merged_other_places=self._lists(top["merged_other_places"]),
        )
        if vocabulary.merged_province not in vocabulary.other_places:
            self._refuse(top["merged_province"], f"“{vocabulary.merged_province}” stands not in other_places")
        self._no_place_twice(top)
        return vocabulary

    def _refuse(self, node: Node, reason: str) -> NoReturn:
        raise VocabularyError(f"{self._file}:{node.start_mark.line + 1}: {reason}")

    def _mapping(self, node: Node, keys: Set[str] | None = None) -> dict[str, Node]:
        if not isinstance(node, MappingNode):
            self._refuse(node, "a mapping (name: …) is needed here")
        found: dict[str, Node] = {}
        for key, value in node.value:
            if key.value in found:
                self._refuse(key, f"“{key.value}” stands twice")
            if keys is not None and key.value not in keys:
                self._refuse(key, f"unknown entry “{key.value}”; known: {', '.join(sorted(keys))}")
            found[key.value] = value
        if missing := sorted((keys or set()) - found.keys()):
            self._refuse(node, f"missing: {', '.join(missing)}")
        return found

    def _text(self, node: Node) -> str:
        if not isinstance(node, ScalarNode) or not node.value.strip():
            self._refuse(node, "a text is needed here")
        return str(node.value).strip()

    def _day(self, node: Node) -> date:
        try:
            return date.fromisoformat(self._text(node))
        except ValueError as error:
            raise VocabularyError(f"{self._file}:{node.start_mark.line + 1}: no day (YYYY-MM-DD): {error}") from error

    def _phrases(self, node: Node) -> tuple[str, ...]:
        return tuple(phrase for phrase, _ in self._checked(node))

    def _checked(self, node: Node) -> Iterator[tuple[str, Node]]:
        if not isinstance(node, SequenceNode):
            self._refuse(node, "a list (- …) is needed here")
        seen: dict[str, int] = {}
        for item in node.value:
            phrase = self._text(item)
            parts = [words_of(part) for part in phrase.split(GAP)]
            if len(parts) > 2 or not all(parts):
                self._refuse(item, f"“{phrase}”: words are needed, and at most one {GAP} between words")
            # Capitals tell entries of not_places apart ("Hải Dương địa chất"), so they count here.
            if phrase in seen:
                self._refuse(item, f"“{phrase}” stands already in line {seen[phrase]}")
            seen[phrase] = item.start_mark.line + 1
            yield phrase, item

    def _lists(self, node: Node) -> dict[str, tuple[str, ...]]:
        return {name: self._phrases(value) for name, value in self._mapping(node).items()}

    def _cues(self, node: Node) -> dict[str, Cues]:
        found = {}
        for name, value in self._mapping(node).items():
            tiers = self._mapping(value, keys={"strong", "weak"})
            strong, weak = self._phrases(tiers["strong"]), self._phrases(tiers["weak"])
            if twice := {tuple(words_of(p)) for p in strong} & {tuple(words_of(p)) for p in weak}:
                self._refuse(value, f"“{' '.join(min(twice))}” is strong and weak at once in {name}")
            found[name] = Cues(strong, weak)
        return found

    def _documents(self, node: Node) -> Iterator[Cited]:
        if not isinstance(node, SequenceNode):
            self._refuse(node, "a list (- …) is needed here")
        for item in node.value:
            row = self._mapping(item, keys={"id", "number", "kind", "issuer", "date", "words"})
            number = self._text(row["number"])
            if not number.isdecimal():
                self._refuse(row["number"], f"“{number}” is no number of a document")
            yield Cited(
                document_id=self._text(row["id"]),
                number=int(number),
                kind=self._text(row["kind"]),
                issuer=self._text(row["issuer"]),
                signed=self._day(row["date"]),
                words=self._text(row["words"]),
            )

    def _no_place_twice(self, top: Mapping[str, Node]) -> None:
        owner: dict[str, str] = {}
        for part in ("local_places", "other_places", "merged_other_places"):
            for place, node in self._mapping(top[part]).items():
                for phrase, item in self._checked(node):
                    name = " ".join(words_of(phrase))
                    if owner.setdefault(name, place) != place:
                        self._refuse(item, f"“{phrase}” stands already under {owner[name]}")


_OF_PROGRAMME = frozenset({"names", "short_names", "not_followed_by", "documents", "context"})
