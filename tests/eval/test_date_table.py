"""Every row of the table of Vietnamese dates: read right, or nothing read."""

from datetime import datetime

import pytest

from tests.eval.date_table import FETCHED_AT, Row, lines, rows
from transforms.article import NotAnArticleError
from transforms.extract import extract_article
from transforms.extract.dates import VIETNAM


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def test_the_table_is_as_long_as_promised() -> None:
    assert len([line for line, at in lines() if at]) >= 60
    assert len([line for line, at in lines() if not at]) >= 40
    assert len(rows()) - len(lines()) >= 30


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_row_is_read_right_or_not_at_all(row: Row) -> None:
    if not row.at:
        with pytest.raises(NotAnArticleError, match="no_date"):
            extract_article(row.html, row.url, fetched_at=FETCHED_AT)
        return
    article = extract_article(row.html, row.url, fetched_at=FETCHED_AT)
    assert article.published_at == local(row.at)
    if row.modified:
        assert article.modified_at == local(row.modified)
