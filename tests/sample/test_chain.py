"""The chain on the sample province: what is published agrees with the truth, and every number leads to its proof."""

import unicodedata
from collections import Counter
from datetime import UTC, datetime
from html import unescape

import duckdb
import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.sample.score import score
from theodoi.archive import read_capture
from theodoi.steps.status import status

pytestmark = pytest.mark.sample

PROMISED = {
    *(f"core.{t}" for t in ("article", "article_text", "article_agency", "evidence", "capture", "discovery", "poll")),
    *(f"core.{t}" for t in ("drop", "label", "agency", "source", "obligation", "theme", "document", "place")),
    *(f"marts.{t}" for t in ("agency_month", "source_day", "source_month", "theme_month", "obligation_status")),
    *(f"marts.{t}" for t in ("first_coverage", "reprint", "review_queue", "audit_population")),
    *("meta.dictionary", "meta.build"),
}


@pytest.fixture(scope="module")
def db(sample):
    # As a plain client behind a closed network opens it: no extension is fetched or loaded by itself.
    config = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    with duckdb.connect(str(sample.settings.database), read_only=True, config=config) as connection:
        yield connection


@pytest.fixture(scope="module")
def figures(sample):
    return score(sample.settings.database, sample.truth)


def test_the_sample_is_as_large_as_it_must_be(sample):
    reachable = [t for t in sample.truth if t["reachable"] == "yes"]
    assert len({t["article_key"] for t in reachable}) >= 400
    assert len({t["source_id"] for t in reachable}) >= 6
    assert {t["relevance"] for t in reachable} == {"explicit", "implicit", "none"}


def test_every_reachable_article_is_found_and_nothing_else_counts(figures):
    assert figures.discovery_recall == 1
    assert figures.article_recall == 1
    assert figures.article_precision == 1


def test_titles_days_minutes_and_authors_are_read_right(figures):
    assert figures.title == 1
    assert figures.day == 1
    assert figures.minute == 1
    # A desk instead of a person ("Phòng Thời sự") is still missed rather than guessed.
    assert figures.author >= 0.99


def test_relevance_themes_and_copies_agree_with_truth_as_far_as_the_first_rules_reach(figures):
    # Floors a little under what was measured (README). The sample's texts were written apart from the rules and often
    # avoid their words, which themes feel most; the trained classifier of a later version raises these floors.
    assert figures.explicit_f1 >= 0.98
    assert figures.implicit_f1 >= 0.90
    assert figures.themes_f1 >= 0.45
    assert figures.copies_f1 >= 0.98


def test_the_coverage_table_agrees_with_truth_within_the_classifier_s_errors(figures):
    assert figures.cells >= 100
    # An article in the wrong class is wrong in two cells, so the error is at most twice the share of such articles.
    assert figures.cells_error <= 0.15


def test_found_is_kept_plus_dropped_for_every_source(sample, db):
    found = dict(db.execute("select source_id, count(distinct url_key) from core.discovery group by all").fetchall())
    kept = dict(db.execute("select source_id, count(*) from core.article group by all").fetchall())
    dropped = dict(db.execute("select source_id, count(*) from core.drop group by all").fetchall())
    assert len(found) >= 8
    assert found == {s: kept.get(s, 0) + dropped.get(s, 0) for s in found}


def test_what_fell_fell_for_the_reason_that_truth_knows(sample, db):
    reasons = Counter(db.execute("select gate || ':' || reason from core.drop").fetchall())
    for reason in ("fetch:gone", "fetch:robots", "validity:after_source", "identity:same_text", "discover:denied"):
        assert reasons[reason,] > 0, reasons


def test_a_site_that_does_not_answer_is_blind_and_never_zero(sample, db):
    days = db.execute(
        "select distinct state, reason, n_articles from marts.source_day where source_id = 'hdnd'"
    ).fetchall()
    assert days == [("blind", "server_error", None)]
    cells = db.execute(
        "select count(*), count(n_articles), count(n_explicit) from marts.agency_month where agency_id = 'hdnd_tinh'"
    ).fetchone()
    assert cells[0] > 0
    assert cells[1:] == (0, 0)
    stands = {s.source_id: s for s in status(sample.settings, sample.registry)}
    assert stands["hdnd"].state == "blind"
    assert stands["hdnd"].advice
    assert {s.state for i, s in stands.items() if i != "hdnd"} <= {"published", "silent"}


def test_every_cell_leads_to_the_page_that_proves_it_in_two_queries(sample, db):
    cells = db.execute(
        "select agency_id, month, evidence_article_id from marts.agency_month where n_explicit > 0 order by all"
    ).fetchall()
    assert len(cells) >= 10
    for _, _, article_id in cells:
        title, url, warc_file, offset = db.execute(
            """
            select article.title, article.url, capture.warc_file, capture.warc_offset
            from core.article join core.capture using (capture_id) where article_id = ?
            """,
            [article_id],
        ).fetchone()
        capture = read_capture(sample.settings.archive, warc_file, offset)
        assert capture.url == url
        assert capture.status == 200
        assert title in unicodedata.normalize("NFC", unescape(capture.body.decode()))


def test_the_archive_is_plain_warc_1_1_with_true_digests(sample):
    files = sorted(sample.settings.archive.rglob("*.warc.gz"))
    assert len(files) >= 8
    responses = 0
    for file in files:
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                assert record.rec_headers.protocol == "WARC/1.1"
                record.content_stream().read()
                responses += record.rec_type == "response"
    assert responses >= 400


def test_every_table_and_column_carries_its_comment(db):
    bare = db.execute(
        """
        select schema_name || '.' || table_name, '' from duckdb_tables() where comment is null or trim(comment) = ''
        union all
        select schema_name || '.' || view_name, '' from duckdb_views()
        where not internal and coalesce(trim(comment), '') = ''
        union all
        select schema_name || '.' || table_name, column_name from duckdb_columns()
        where not internal and coalesce(trim(comment), '') = ''
        """
    ).fetchall()
    assert bare == []
    tables = {t for (t,) in db.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()}
    assert tables >= PROMISED


def test_a_plain_client_reads_every_table(db):
    tables = db.execute(
        "select table_schema, table_name from information_schema.tables where table_schema in ('core', 'marts', 'meta')"
    ).fetchall()
    assert len(tables) >= 25
    for schema, table in tables:
        db.execute(f'select * from {schema}."{table}" limit 5').fetchall()


def test_sites_were_asked_politely_and_only_what_they_allow(sample):
    asked = sample.server.requests
    assert len(asked) >= 400
    assert {r.client for r in asked} == {"127.0.0.1"}
    assert all(r.user_agent.startswith("theodoi/") for r in asked)
    closed = {(t["source_id"], t["path"]) for t in sample.truth if t["reachable"] == "robots"}
    denied = {(t["source_id"], t["path"]) for t in sample.truth if t["reachable"] == "denied"}
    assert closed
    assert denied
    assert not {(r.source_id, r.path) for r in asked} & (closed | denied)
    first = {}
    for request in asked:
        first.setdefault(request.source_id, request.path)
    assert set(first.values()) == {"/robots.txt"}


def test_a_review_page_and_dated_copy_are_there(sample):
    copies = sorted(sample.settings.published.glob("coverage-*.duckdb"))
    assert copies
    at = datetime.strptime(copies[-1].stem.removeprefix("coverage-"), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert (datetime.now(UTC) - at).days < 1
