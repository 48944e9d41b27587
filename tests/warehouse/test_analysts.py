"""The questions of docs/analysts.md as they stand there, on the full file and on the one that may be passed on."""

import re
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from tests.warehouse.conftest import Province
from warehouse import sharing

PAGE = Path(__file__).parents[2] / "docs" / "analysts.md"
FULL_TEXT = "core.article_text"


class Question(NamedTuple):
    heading: str
    columns: list[str]
    sql: str


def read_questions() -> list[Question]:
    found = []
    for part in re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        said = re.search(r"Cột ra:(.*?)\.\n", part, re.DOTALL)
        blocks = re.findall(r"^```sql\n(.*?)^```", part, re.DOTALL | re.MULTILINE)
        assert said, part
        assert len(blocks) == 1, part
        found.append(Question(part.split("\n")[0], re.findall(r"`(\w+)`", said[1]), blocks[0]))
    return found


QUESTIONS = read_questions()
PUBLIC = [q for q in QUESTIONS if FULL_TEXT not in q.sql]


@pytest.fixture(scope="module")
def public(province: Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gửi 'đi'") / "coverage_public.duckdb"
    sharing.write_public(province.database, path)
    return path


def ask(database: Path, question: Question) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as db:
        answer = db.execute(question.sql)
        assert [c[0] for c in answer.description or ()] == question.columns
        return answer.fetchall()


def test_the_page_asks_fifteen_questions() -> None:
    assert [q.heading.split(".")[0] for q in QUESTIONS] == [str(n) for n in range(1, 16)]
    assert len(PUBLIC) == 14


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.heading)
def test_each_question_is_answered(province: Province, question: Question) -> None:
    assert ask(province.database, question)


@pytest.mark.parametrize("question", PUBLIC, ids=lambda q: q.heading)
def test_the_public_file_answers_as_much(province: Province, public: Path, question: Question) -> None:
    # Search looks at headlines and leads there; everything else must be the same to the row.
    answer = ask(public, question)
    assert answer
    if "search(" not in question.sql:
        assert answer == ask(province.database, question)
