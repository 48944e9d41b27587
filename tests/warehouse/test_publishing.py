import errno
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from theodoi.errors import DataFolderError
from warehouse import publishing, sharing

AT = datetime(2024, 6, 30, 17, 5, 9, tzinfo=UTC)
DATED = "coverage-20240630T170509Z.duckdb"
NAMES = [DATED, "coverage.duckdb", "coverage_public", "coverage_public.duckdb"]


def database(path: Path, title: str) -> Path:
    """The least that can be published: one article."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as db:
        db.execute("create schema core; create schema meta")
        db.execute("""
            create table core.article (
                article_id varchar, url varchar, title varchar, lead varchar, published_at timestamp, agency_id varchar,
                relevance varchar
            );
            create table core.agency (agency_id varchar, name varchar);
            create table core.article_text (article_id varchar, title varchar, lead varchar, text varchar);
            create table meta.dictionary (table_name varchar, column_name varchar, warnings varchar[]);
        """)
        db.execute("insert into core.article (article_id, title) values ('a', ?)", [title])
    return path


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    return database(tmp_path / "candidate.duckdb", "new")


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def titles(folder: Path) -> dict[str, str]:
    """Which article each thing for readers tells of."""
    found = {}
    for file in sorted(folder.glob("*.duckdb")):
        with duckdb.connect(str(file), read_only=True) as db:
            ((found[file.name],),) = db.execute("select title from core.article").fetchall()
    csv = (folder / "coverage_public" / "csv" / "core.article.csv").read_text(encoding="utf-8-sig").splitlines()
    found["coverage_public"] = csv[1].split(",")[2]
    return found


def test_publishes_with_a_dated_copy_and_what_may_be_passed_on(candidate: Path, tmp_path: Path) -> None:
    published = tmp_path / "a" / "published"
    assert publishing.publish(candidate, published, AT) == published / "coverage.duckdb"
    assert names(published) == NAMES
    assert titles(published) == dict.fromkeys(NAMES, "new")
    assert {(published / n).read_bytes() for n in NAMES[:2]} == {candidate.read_bytes()}
    assert publishing.dated_copies(published) == [(AT, published / DATED)]


def test_a_reader_keeps_the_file_it_opened(candidate: Path, tmp_path: Path) -> None:
    old = candidate.read_bytes()
    file = publishing.publish(candidate, tmp_path / "p", AT)
    with file.open("rb") as reader:
        database(candidate, "newer")
        publishing.publish(candidate, tmp_path / "p", AT + timedelta(days=1))
        assert reader.read() == old
    assert file.read_bytes() == candidate.read_bytes() != old


def test_keeps_the_last_copies_only(candidate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "KEEP", 3)
    times = [AT + timedelta(days=d) for d in range(5)]
    for at in times:
        publishing.publish(candidate, tmp_path / "p", at)
    assert [at for at, _ in publishing.dated_copies(tmp_path / "p")] == times[2:]
    assert len(names(tmp_path / "p")) == 3 + 3


def test_restores_a_dated_copy_with_what_may_be_passed_on(candidate: Path, tmp_path: Path) -> None:
    published = tmp_path / "p"
    publishing.publish(candidate, published, AT)
    database(candidate, "newer")
    publishing.publish(candidate, published, AT + timedelta(hours=1))
    (_, first), (_, second) = publishing.dated_copies(published)
    assert titles(published) == dict.fromkeys(NAMES, "newer") | {first.name: "new", second.name: "newer"}
    assert publishing.restore(first, published) == published / "coverage.duckdb"
    assert titles(published) == dict.fromkeys(NAMES, "new") | {first.name: "new", second.name: "newer"}


def full_when_copying(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"ne")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)


def full_when_writing_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(public: Path, folder: Path) -> None:
        (folder / "csv").mkdir(parents=True)
        raise duckdb.IOException("Could not write file: No space left on device (đĩa đầy)")

    monkeypatch.setattr(sharing, "write_folder", full)


@pytest.mark.parametrize("full", [full_when_copying, full_when_writing_tables])
def test_a_full_disk_leaves_everything_as_it_was(
    candidate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: object
) -> None:
    published = tmp_path / "p"
    publishing.publish(candidate, published, AT)
    database(candidate, "newer")
    assert callable(full)
    full(monkeypatch)
    with pytest.raises(DataFolderError, match="đĩa đầy"):
        publishing.publish(candidate, published, AT + timedelta(days=1))
    assert names(published) == NAMES
    assert titles(published) == dict.fromkeys(NAMES, "new")


def test_nothing_gets_its_name_before_everything_is_written(
    candidate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = tmp_path / "p"
    publishing.publish(candidate, published, AT)
    database(candidate, "newer")
    seen = []
    real = os.fsync

    def watched(handle: int) -> None:
        seen.append(titles(published) if (published / "coverage_public").exists() else {})
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    publishing.publish(candidate, published, AT + timedelta(days=1))
    # All but the last are of what lies aside; the last is of the folder after the renames.
    assert len(seen) > 10
    assert all(told == dict.fromkeys(NAMES, "new") for told in seen[:-1])
    assert seen[-1]["coverage_public"] == "newer"


def test_what_is_no_database_is_not_published(candidate: Path, tmp_path: Path) -> None:
    publishing.publish(candidate, tmp_path / "p", AT)
    candidate.write_bytes(b"broken")
    with pytest.raises(DataFolderError, match=r"coverage_public\.duckdb"):
        publishing.publish(candidate, tmp_path / "p", AT + timedelta(days=1))
    assert titles(tmp_path / "p") == dict.fromkeys(NAMES, "new")


def test_a_folder_that_is_none_is_told(candidate: Path, tmp_path: Path) -> None:
    (tmp_path / "p").write_text("in the way")
    with pytest.raises(DataFolderError):
        publishing.publish(candidate, tmp_path / "p", AT)


def test_clears_what_a_killed_publication_left(candidate: Path, tmp_path: Path) -> None:
    (tmp_path / "p" / ".coverage_public.0123.tmp" / "csv").mkdir(parents=True)
    (tmp_path / "p" / ".coverage.duckdb.0123.tmp").write_bytes(b"ne")
    publishing.publish(candidate, tmp_path / "p", AT)
    assert names(tmp_path / "p") == NAMES
