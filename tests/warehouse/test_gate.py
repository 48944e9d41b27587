"""Every rule of the gate can fail: each is broken alone in a copy of the small province, and it alone is told."""

import json
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.warehouse.conftest import Province
from warehouse.expectations import FRAMES, RULES, Frame, Rule
from warehouse.gate import judge

# An article of the newspaper that nothing else points at, and its capture.
A = "article_id = (select article_id from core.article_text where title = 'Vẫn còn')"
CAPTURE = f"capture_id = (select capture_id from core.article where {A})"
# What breaks each rule and no other.
BREAKS = {
    "has_articles": ";".join(
        f"delete from {t}"
        for t in (
            *("core.article", "core.article_text", "core.article_address", "core.article_agency", "core.evidence"),
            "core.article_version",
            *("core.discovery", "core.drop", "marts.agency_month", "marts.source_day", "marts.source_month"),
            *("marts.theme_month", "marts.reprint", "marts.obligation_status"),
        )
    ),
    # The twin lies outside the months that are counted, and stands in for an address that was dropped.
    "article_is_unique": """
        insert into core.article select * replace (date '2020-01-01' as published_day, false as is_original)
        from core.article where title = 'Tuyển sinh';
        delete from core.drop where source_id = 'cdn'
    """,
    "article_has_title": f"update core.article set title = ' ' where {A}",
    "article_has_date": f"update core.article set published_at = null where {A}",
    "date_has_rule": f"update core.article set date_rule = null where {A}",
    "not_in_future": f"update core.article set fetched_at = published_at - interval 25 hours where {A}",
    "in_source_life": """
        update core.source set valid_from = date '2023-08-04' where source_id = 'bao_moi'
    """,
    "article_has_source": "delete from core.source where source_id = 'cdn'",
    "article_has_agency": """
        update core.article set agency_id = 'x' where agency_id = 'cdn';
        update marts.agency_month set agency_id = 'x' where agency_id = 'cdn'
    """,
    "article_has_capture": f"update core.article set capture_id = 'x' where {A}",
    "article_has_text": f"delete from core.article_text where {A}",
    "article_is_labelled": f"update core.article set relevance = null where {A}",
    "relevance_is_known": f"update core.article set relevance = 'maybe' where {A}",
    "score_in_range": f"update core.article set score = 1.01 where {A}",
    "themes_are_known": f"update core.article set themes = ['c1', 'x'] where {A}",
    "explicit_has_evidence": "delete from core.evidence where what = 'qd1584'",
    "implicit_has_evidence": "delete from core.evidence where what = 'market'",
    "genre_is_known": f"update core.article set genre = 'x' where {A}",
    "article_has_words": f"update core.article set word_count = 0 where {A}",
    "article_is_clustered": f"update core.article set cluster_id = null where {A}",
    "article_has_own_site": f"delete from core.article_agency where {A}",
    "one_address_counts": f"update core.article_address set is_counted = false where {A}",
    "vanished_fits": f"update core.article set vanished_at = now() where {A}",
    "current_version_counts": """
        update core.article_version set article_id = 'x' where title = 'Bản sửa'
    """,
    "one_original": """
        update core.article set is_original = true where title = 'Mô hình hay ở trường'
    """,
    "evidence_inside": "update core.evidence set end_pos = 9999 where what = 'market'",
    "mention_inside": """
        update core.article_agency set start_pos = null where role != 'own_site' and agency_id = 'so'
    """,
    "mention_is_known": """
        update core.article_agency set agency_id = 'x' where role != 'own_site' and agency_id = 'so'
    """,
    "address_is_unique": """
        insert into core.article_address select * from core.article_address where not is_counted limit 1
    """,
    "address_was_seen": f"update core.article_address set last_confirmed_at = null where {A}",
    "vanished_after_kept": """
        update core.article_address set vanished_at = last_confirmed_at where vanished_at is not null
    """,
    "version_is_unique": """
        update core.article_version set article_id = (select article_id from core.article where title = 'Bản sửa')
        where title = 'Bản đầu' and not is_current
    """,
    "version_has_capture": """
        update core.article_version set capture_id = 'x' where title = 'Bản đầu' and not is_current
    """,
    "one_version_is_current": """
        update core.article_version set is_current = false where url_key = 'http://127.0.0.1:2/d1.html'
    """,
    "versions_are_numbered": "update core.article_version set version_no = 3 where title = 'Bản sửa'",
    "version_has_address": """
        insert into core.article_version select * replace ('x' as url_key) from core.article_version
        where title = 'Tuyển sinh'
    """,
    "drop_is_unique": """
        update core.drop set url_key = (select url_key from core.drop where reason = 'denied')
        where reason = 'listing_page'
    """,
    "gate_is_known": "update core.drop set gate = 'x' where reason = 'denied'",
    "reason_is_known": "update core.drop set reason = 'x' where reason = 'denied'",
    "same_text_is_counted": "update core.drop set article_id = 'x' where reason = 'same_text'",
    "found_is_accounted": "delete from core.drop where reason = 'denied'",
    "capture_is_unique": "insert into core.capture select * from core.capture limit 1",
    "capture_is_kept": f"update core.capture set warc_file = null where {CAPTURE}",
    "capture_has_offset": f"update core.capture set warc_offset = null where {CAPTURE}",
    "channel_is_known": "update core.discovery set channel = 'x' where channel = 'calendar'",
    "listing_is_told": "update core.discovery set listed = null where not listed",
    "poll_channel_is_known": "update core.poll set channel = 'x' where channel = 'sitemap'",
    "gap_is_stretch": "update core.poll set gap_to = null where channel = 'feed'",
    "crawl_is_unique": "insert into core.crawl select * from core.crawl limit 1",
    "crawl_kind_is_known": "update core.crawl set kind = 'x' where source_id = 'bao_cu'",
    "crawl_end_is_known": "update core.crawl set ended = null where source_id = 'bao_cu'",
    "crawl_ends_after_start": """
        update core.crawl set ended_at = started_at - interval 1 second where source_id = 'bao_cu'
    """,
    "probe_is_unique": "insert into core.probe select * from core.probe where outcome = 'no_page'",
    "probe_outcome_is_known": "update core.probe set outcome = 'x' where outcome = 'no_page'",
    "probe_is_in_range": "update core.probe set id = last_id + 1 where outcome = 'known'",
    "probe_hit_is_named": "update core.probe set found_url = '' where outcome = 'article'",
    "draw_fits": "update core.probe set n_drawn = 1 where n_unknown = 4",
    "poll_outcome_is_known": "update core.poll set outcome = 'x' where source_id = 'bao_cu'",
    "blind_poll_is_explained": "update core.poll set reason = null where outcome = 'blind'",
    "source_day_is_unique": """
        insert into marts.source_day select * from marts.source_day where state = 'silent' limit 1
    """,
    "day_state_is_known": """
        update marts.source_day set state = 'x' where source_id = 'bao_cu' and day = '2023-06-02'
    """,
    "day_count_fits_state": """
        update marts.source_day set n_articles = 0 where source_id = 'huyen' and day = '2023-08-02'
    """,
    "blind_day_is_explained": """
        update marts.source_day set reason = null where source_id = 'hdnd' and day = '2023-08-02'
    """,
    "gap_hours_in_day": """
        update marts.source_day set gap_hours = 39 where day = '2023-08-11' and source_id = 'bao_moi';
        update marts.source_day set gap_hours = 0, reason = 'timeout' where day = '2023-08-10' and source_id = 'bao_moi'
    """,
    "gap_day_is_blind": """
        update marts.source_day set state = 'silent', reason = null, n_articles = 0
        where day = '2023-08-11' and gap_hours > 0
    """,
    "no_day_is_missing": "delete from marts.source_day where source_id = 'bao_cu' and day = '2023-06-02'",
    "days_add_up": """
        update marts.source_day set n_articles = 2 where source_id = 'bao_cu' and day = '2023-07-01'
    """,
    "agency_month_is_unique": """
        insert into marts.agency_month select * from marts.agency_month where state = 'blind' limit 1
    """,
    "blind_month_is_null": "update marts.agency_month set n_none = 0 where state = 'blind'",
    "seen_month_is_counted": """
        update marts.agency_month set n_articles = null, n_explicit = null, n_implicit = null, n_none = null,
            n_original = null, n_reprint = null, n_origin_unknown = null
        where agency_id = 'bao' and month = '2023-06-01'
    """,
    "relevance_adds_up": "update marts.agency_month set n_none = n_none + 1 where agency_id = 'bao'",
    "origin_adds_up": """
        update marts.agency_month set n_reprint = n_reprint + 1 where agency_id = 'bao'
    """,
    "month_days_add_up": "update marts.agency_month set n_days = n_days + 1 where agency_id = 'bao'",
    "month_has_evidence": """
        update marts.agency_month set evidence_article_id = 'x' where agency_id = 'bao'
    """,
    "months_add_up": """
        update marts.agency_month set n_articles = n_articles + 1, n_none = n_none + 1, n_original = n_original + 1
        where agency_id = 'bao' and month = '2023-07-01'
    """,
    "source_month_is_accounted": "update marts.source_month set n_kept = n_kept + 1 where source_id = 'cdn'",
    "gates_add_up": """
        update marts.source_month set n_dropped_fetch = n_dropped_fetch + 1 where source_id = 'cdn'
    """,
    "unseen_adds_up": "update marts.source_month set gap_hours = 48 where gap_hours > 0",
    "probe_fits": "update marts.source_month set n_probe_found = 4 where n_probe_found = 1",
    "missed_fits": "update marts.source_month set missed_high = missed_low where n_probe_found = 1",
    "recall_fits": "update marts.source_month set recall = 0.5 where source_id = 'cdn'",
    "ceiling_fits": """
        update marts.source_month set optimistic_completeness = 1.01 where optimistic_channels is not null
    """,
    "month_is_graded": "update marts.source_month set grade = null where source_id = 'cdn'",
    "grade_is_known": "update marts.source_month set grade = 'D' where source_id = 'cdn'",
    "grade_is_explained": "update marts.source_month set grade_reasons = [] where source_id = 'cdn'",
    "unseen_is_x": "update marts.source_month set grade = 'X' where source_id = 'bao_cu' and month = '2023-07-01'",
    "grade_fits": "update marts.source_month set grade = 'A' where source_id = 'bao_cu' and month = '2023-07-01'",
    "source_months_add_up": """
        update marts.source_month set n_found = n_found + 1, n_kept = n_kept + 1
        where source_id = 'bao_cu' and month = '2023-07-01'
    """,
    "theme_adds_up": """
        update marts.theme_month set n_implicit = n_implicit + 1 where n_articles > 0
    """,
    "blind_theme_is_null": "update marts.theme_month set n_agencies = 0 where state = 'blind'",
    "reprint_is_later": "update marts.reprint set lag_hours = -24.5",
    "status_is_backed": "update marts.obligation_status set n_evidence = null where status = 'seen'",
    "source_has_agency": "update core.source set agency_id = 'x' where source_id = 'huyen'",
    "everything_is_explained": "comment on column core.article.url is null",
    "built_once": "insert into meta.build from meta.build",
    "sources_are_known": "update meta.build set n_unknown_sources = 1",
    "labels_are_placed": "update meta.build set n_unplaced_labels = 1",
    "probability_fits": "update marts.audit_population set inclusion_probability = 0.4 where not is_sampled",
    "sizes_fit": """
        insert into marts.audit_population select * replace ('x' as drawn_id, null as article_id)
        from marts.audit_population where not is_sampled
    """,
    "second_coder_fits": "update marts.audit_population set for_second_coder = false where stratum = 'B'",
    "smallest_numbers_are_drawn": "update marts.audit_population set prn = 0 where not is_sampled",
    "population_is_whole": "update marts.audit_population set article_id = null where not is_sampled",
    "queue_is_sample": "update marts.review_queue set inclusion_probability = 0.4 where stratum = 'A'",
    "label_has_provenance": "update core.label set codebook_version = null where coder = 'an'",
    "label_is_known": "update core.label set relevance = 'maybe' where note is not null",
    "label_themes_fit": "update core.label set themes = ['c1'] where note is not null",
    "replaced_label_is_past": "update core.label set is_current = true where label_id = 'hasty'",
    "alpha_fits": "update marts.label_agreement set alpha_low = 0.9, alpha_high = 0.8 where kind = 'relevance'",
    "reading_fits": "update marts.label_agreement set reading = 'tentative' where kind = 'relevance'",
}


@pytest.fixture(scope="module")
def clean(province: Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small province without the stranger in its lake, which is the one thing the gate warns of."""
    path = tmp_path_factory.mktemp("clean") / "coverage.duckdb"
    shutil.copyfile(province.database, path)
    with duckdb.connect(str(path)) as db:
        db.execute("update meta.build set n_unknown_sources = 0")
    return path


@pytest.fixture
def broken(clean: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(clean, tmp_path / "broken.duckdb"))


@pytest.fixture(scope="module")
def frames(clean: Path) -> dict[str, pd.DataFrame]:
    return read_frames(clean)


def read_frames(database: Path) -> dict[str, pd.DataFrame]:
    with duckdb.connect(str(database), read_only=True) as db:
        return {f.name: db.execute(f.query).df() for f in FRAMES if not f.needs_previous}


def test_an_undisturbed_build_passes(clean: Path) -> None:
    report = judge(clean, previous=clean)
    assert (report.failures, report.warnings, report.errors, report.skipped) == ((), (), {}, ())
    assert report.passed
    assert report.n_rules == len(RULES) >= 25
    assert "ĐẠT" in report.text()


def test_every_rule_looks_at_something(frames: dict[str, pd.DataFrame]) -> None:
    assert [name for name, rows in frames.items() if rows.empty] == []
    assert {r.frame for r in RULES} == {f.name for f in FRAMES}
    assert len({r.name for r in RULES}) == len(RULES)


def test_every_rule_has_a_break() -> None:
    assert {*BREAKS, "volume_holds", "queue_holds"} == {r.name for r in RULES}


@pytest.mark.parametrize("name", BREAKS)
def test_each_rule_alone_refuses(name: str, broken: Path, frames: dict[str, pd.DataFrame]) -> None:
    with duckdb.connect(str(broken)) as db:
        db.execute(BREAKS[name])
    # Frames that read as before are judged as before; what the break changed is judged by all its rules.
    now = read_frames(broken)
    changed = [f for f in FRAMES if f.name in now and not now[f.name].equals(frames[f.name])]
    report = judge(broken, frames=changed, rules=[r for r in RULES if r.frame in {f.name for f in changed}])
    told = [*report.failures, *report.warnings]
    assert not report.errors
    assert [b.rule.name for b in told] == [name]
    assert report.passed == (told[0].rule.severity == "warning")
    line = report.text().splitlines()[1]
    assert told[0].table in line
    assert told[0].rule.meaning in line


def test_a_collapse_against_the_published_file_is_told(clean: Path, broken: Path) -> None:
    with duckdb.connect(str(broken)) as db:
        db.execute("insert into core.article from core.article where source_id = 'cdn'")
    report = judge(clean, previous=broken)
    assert report.passed
    assert [(b.rule.name, dict(b.rows[0])["source_id"]) for b in report.warnings] == [("volume_holds", "cdn")]
    assert set(judge(clean).skipped) == {"volume_holds", "queue_holds"}


@pytest.mark.parametrize(
    "change",
    [
        "delete from marts.review_queue where drawn_at is not null and stratum = 'B'",
        "update marts.review_queue set inclusion_probability = 1 where drawn_at is not null and stratum = 'A'",
        "update marts.review_queue set drawn_at = null where drawn_at is not null and stratum = 'A'",
    ],
)
def test_what_was_drawn_and_published_never_changes_silently(clean: Path, broken: Path, change: str) -> None:
    with duckdb.connect(str(broken)) as db:
        db.execute(change)
    held = [f for f in FRAMES if f.name == "queue_held"]
    report = judge(broken, previous=clean, frames=held, rules=[r for r in RULES if r.name == "queue_holds"])
    assert [b.rule.name for b in report.failures] == ["queue_holds"]
    assert not report.passed


def test_a_file_published_before_there_were_draws_stands_in_nobodys_way(clean: Path, broken: Path) -> None:
    with duckdb.connect(str(broken)) as db:
        db.execute("create or replace table marts.review_queue as select article_id, 'x' as reason from core.article")
    held = [f for f in FRAMES if f.name == "queue_held"]
    report = judge(clean, previous=broken, frames=held, rules=[r for r in RULES if r.name == "queue_holds"])
    assert (report.failures, report.errors) == ((), {})


def test_a_refusal_names_ten_offending_rows(broken: Path) -> None:
    with duckdb.connect(str(broken)) as db:
        db.execute("update marts.source_day set n_articles = 0 where state = 'blind'")
        n_blind = db.execute("select count(*) from marts.source_day where state = 'blind'").fetchall()[0][0]
    report = judge(broken)
    assert not report.passed
    text = report.text()
    assert "LỖI marts.source_day: published có bài, silent là 0, blind là NULL" in text
    assert f"{n_blind} trường hợp" in text
    assert text.count("state=blind") == 10
    assert "source_id=bao_moi, day=2023-07-16, state=blind, n_articles=0" in text
    told = json.loads(report.as_json())
    assert told["passed"] is False
    assert [f["rule"] for f in told["failures"]] == ["day_count_fits_state"]
    assert len(told["failures"][0]["rows"]) == 10


@pytest.mark.parametrize(
    ("frame", "rule"),
    [
        (
            Frame("f", "core.article", ("url",), "from core.nothing"),
            Rule("r", "f", "m", "ExpectColumnValuesToBeUnique", {"column": "x"}),
        ),
        (
            Frame("f", "core.article", ("url",), "from core.article"),
            Rule("r", "f", "m", "ExpectColumnValuesToBeUnique", {"column": "x"}),
        ),
        (
            Frame("f", "core.article", ("url",), "from core.article"),
            Rule("r", "f", "m", "ExpectNothing", {"column": "url"}),
        ),
        (
            Frame("f", "core.article", ("url",), "from core.article"),
            Rule("r", "g", "m", "ExpectColumnValuesToBeUnique", {"column": "url"}),
        ),
    ],
    ids=["sql", "column", "expectation", "frame"],
)
def test_a_rule_that_raises_is_never_a_pass(clean: Path, frame: Frame, rule: Rule) -> None:
    report = judge(clean, frames=[frame], rules=[rule])
    assert not report.passed
    assert list(report.errors) == ["r"]
    assert report.errors["r"]
    assert "HỎNG r" in report.text()
