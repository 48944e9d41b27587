"""The gate can refuse: nothing is published, the last good file stays, the message names table, rule and rows."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from theodoi.errors import GateRefusedError
from theodoi.steps.build import candidate
from theodoi.steps.publish import publish

pytestmark = pytest.mark.sample


@pytest.fixture
def corrupted(sample, tmp_path):
    """Settings whose candidate puts twelve articles before their site existed, beside a good published file."""
    settings = sample.settings.model_copy(update={"data": tmp_path})
    shutil.copytree(sample.settings.published, settings.published)
    candidate(settings).parent.mkdir(parents=True)
    shutil.copy(candidate(sample.settings), candidate(settings))
    with duckdb.connect(str(candidate(settings))) as db:
        changed = db.execute(
            """
            update core.article set published_at = '2001-01-01', published_day = '2001-01-01'
            where article_id in (select article_id from core.article order by article_id limit 12) returning article_id
            """
        ).fetchall()
    assert len(changed) == 12
    return settings


def _content(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_refused_build_is_not_published_and_the_last_good_file_stays(corrupted):
    before = _content(corrupted.published)
    assert "coverage.duckdb" in before
    with pytest.raises(GateRefusedError) as refused:
        publish(corrupted)
    assert _content(corrupted.published) == before
    said = str(refused.value)
    assert "core.article" in said
    assert "giữ nguyên" in said
    with duckdb.connect(str(corrupted.database), read_only=True) as db:
        offending = [row[0] for row in db.execute("select article_id from core.article order by 1 limit 12").fetchall()]
    assert sum(article_id in said for article_id in offending) == 10
    report = json.loads((corrupted.work / "gate" / "report.json").read_text(encoding="utf-8"))
    assert report["passed"] is False
    assert (corrupted.work / "gate" / "report.txt").read_text(encoding="utf-8").startswith(said.split("\n")[0])


def test_the_undisturbed_candidate_would_be_published_again(sample, tmp_path):
    settings = sample.settings.model_copy(update={"data": tmp_path})
    candidate(settings).parent.mkdir(parents=True)
    shutil.copy(candidate(sample.settings), candidate(settings))
    assert publish(settings) == settings.database
    assert settings.database.exists()
    assert settings.public_database.exists()
    assert len(list(settings.public_folder.rglob("*.parquet"))) > 20
