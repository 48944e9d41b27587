"""What the warehouse makes of the small province of conftest.py."""

import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.warehouse.conftest import REGISTRY, Province
from theodoi import lake
from theodoi.errors import RegistryError, TheodoiError
from theodoi.registry import write_registry
from warehouse.build import build_database

TABLES = {
    "core": {
        *(
            "article",
            "article_text",
            "article_address",
            "article_version",
            "article_agency",
            "evidence",
            "capture",
            "discovery",
            "poll",
            "crawl",
            "probe",
            "drop",
        ),
        *("label", "agency", "source", "obligation", "theme", "document", "place"),
    },
    "marts": {
        *(
            "agency_month",
            "source_day",
            "source_month",
            "theme_month",
            "obligation_status",
            "first_coverage",
            "reprint",
        ),
        *("review_queue", "audit_population", "label_agreement", "doubtful"),
    },
    "meta": {"dictionary", "build"},
}


def test_holds_the_tables_of_the_design_and_nothing_of_this_machine(province: Province) -> None:
    tables = province.rows("select schema_name, table_name from duckdb_tables()")
    assert {(s, t) for s, names in TABLES.items() for t in names} == set(tables)
    assert province.rows("select view_name from duckdb_views() where not internal") == []
    assert str(province.lake).encode() not in province.database.read_bytes()


def test_opens_anywhere(province: Province) -> None:
    # Zoned timestamps need the icu extension to be computed with; newer storage versions need a newer client.
    assert province.rows("select table_name from duckdb_columns() where not internal and data_type like '%ZONE%'") == []
    ((tags,),) = province.rows("select tags from duckdb_databases() where database_name = current_database()")
    assert "v1.0.0" in str(tags)


def test_every_table_and_column_carries_its_comment(province: Province) -> None:
    explained = province.rows("""
        select schema_name, table_name, null as column_name, null as data_type, comment from duckdb_tables()
        union all
        select schema_name, table_name, column_name, lower(data_type), comment from duckdb_columns() where not internal
    """)
    assert len(explained) > 200
    assert [row[:3] for row in explained if not (row[4] or "").strip()] == []
    dictionary = province.rows(
        "select schema_name, table_name, column_name, data_type, meaning from meta.dictionary order by position"
    )
    assert sorted(dictionary, key=repr) == sorted(explained, key=repr)


def test_counts_each_text_of_an_agency_once(province: Province) -> None:
    found = province.rows(
        "select title, source_id, url, published_at::varchar, n_addresses, relevance from core.article order by 1"
    )
    assert found == [
        # Edited; the print page with the text of before is its second address.
        ("Bản sửa", "bao_moi", "http://127.0.0.1:2/sua.html", "2023-08-02 01:00:00", 2, "none"),
        # Withdrawn after it was kept.
        ("Bị rút", "bao_moi", "http://127.0.0.1:2/rut.html", "2023-08-04 01:00:00", 1, "none"),
        ("Chờ được", "bao_moi", "http://127.0.0.1:2/cho.html", "2023-08-05 01:00:00", 1, "none"),
        ("Còn nguyên", "bao_moi", "http://127.0.0.1:2/nguyen.html", "2023-08-06 01:00:00", 1, "none"),
        ("Dò được", "bao_moi", "http://127.0.0.1:2/103.html", "2023-08-08 01:00:00", 1, "none"),
        ("Mô hình hay", "bao_moi", "http://127.0.0.1:2/mo-hinh.html", "2023-08-15 02:00:00", 1, "explicit"),
        ("Mô hình hay ở trường", "cdn", "http://127.0.0.1:3/chep.html", "2023-08-15 23:00:00", 1, "explicit"),
        ("Ngoài danh mục", "bao_moi", "http://127.0.0.1:2/ngoai.html", "2023-08-07 01:00:00", 1, "none"),
        ("Ngày hội việc làm", "bao_cu", "http://127.0.0.1:1/viec-lam-2.html", "2023-07-10 01:00:00", 2, "implicit"),
        # The shorter address counts; its date was guessed, so that of the other one is taken.
        ("Tin bốn", "bao_moi", "http://127.0.0.1:2/tin-4.html", "2023-07-25 01:00:00", 2, "none"),
        ("Triển khai Đề án 1584", "bao_cu", "http://127.0.0.1:1/de-an-1.html", "2023-06-30 17:30:00", 2, "explicit"),
        ("Tuyển sinh", "cdn", "http://127.0.0.1:3/hai.html", "2023-08-01 01:00:00", 1, "implicit"),
        ("Vẫn còn", "bao_moi", "http://127.0.0.1:2/con.html", "2023-08-03 01:00:00", 1, "none"),
    ]


def test_each_dropped_address_has_its_gate_and_reason(province: Province) -> None:
    assert province.rows("select url, gate, reason from core.drop order by url") == [
        ("http://127.0.0.1:1/cu-3.html", "validity", "before_source"),
        ("http://127.0.0.1:2/cam.html", "discover", "denied"),
        ("http://127.0.0.1:2/chua.html", "fetch", "not_yet_fetched"),
        ("http://127.0.0.1:2/d1.html", "identity", "same_text"),
        ("http://127.0.0.1:2/d2.html", "identity", "moved_here"),
        ("http://127.0.0.1:2/in/1", "identity", "other_version"),
        ("http://127.0.0.1:2/mai.html", "validity", "in_future"),
        ("http://127.0.0.1:2/mat.html", "fetch", "gone"),
        ("http://127.0.0.1:2/muc.html", "extract", "listing_page"),
        ("http://127.0.0.1:2/muc/tin-4.html", "identity", "same_text"),
        ("http://127.0.0.1:3/loi.html", "fetch", "server_error"),
    ]


def test_an_edit_makes_a_version_and_no_article(province: Province) -> None:
    assert province.rows("""
        select split_part(url_key, ':2', 2), version_no, title, is_current, counted_article_id = article_id
        from core.article_version
        where counted_article_id = (select article_id from core.article where title = 'Bản sửa') order by 1, 2
    """) == [
        ("/in/1", 1, "Bản đầu", True, False),
        ("/sua.html", 1, "Bản đầu", False, False),
        ("/sua.html", 2, "Bản sửa", True, True),
    ]
    # An older version of itself is no original that it could be a reprint of.
    assert province.rows("select is_original from core.article where title = 'Bản sửa'") == [(True,)]
    assert province.rows("select count(*) from core.article where title = 'Bản đầu'") == [(0,)]
    ((addresses, current),) = province.rows("""
        select (select count(*) from core.article_address), count(*) from core.article_version where is_current
    """)
    assert addresses == current > 10


def test_what_became_of_a_page_is_noted_and_changes_no_count(province: Province) -> None:
    assert province.rows("""
        select title, fetched_at::varchar, last_confirmed_at::varchar, vanished_at::varchar
        from core.article where title in ('Bị rút', 'Còn nguyên', 'Vẫn còn') order by 1
    """) == [
        ("Bị rút", "2023-08-10 02:01:00", "2023-08-10 02:01:00", "2023-08-20 02:01:00"),
        ("Còn nguyên", "2023-08-10 02:01:00", "2023-08-20 02:01:00", None),  # 304
        ("Vẫn còn", "2023-08-10 02:01:00", "2023-08-10 02:01:00", None),  # 500
    ]
    assert province.rows("select url, channel from core.discovery where not listed") == [
        ("http://127.0.0.1:2/rut.html", "listing")
    ]


def test_a_month_says_how_much_may_be_missing(province: Province) -> None:
    assert province.rows("""
        select
            n_probe_unknown, n_probe_drawn, n_probe_found, missed_low, round(missed, 2), missed_high,
            n_outside, n_outside_found, round(recall_low, 2), recall, round(recall_high, 2)
        from marts.source_month where source_id = 'bao_moi' and month = '2023-08-01'
    """) == [
        # Four ids were drawn, of which one gave no answer; of two articles named outside one is in a listing.
        (5, 3, 1, 0, 0.67, 2, 2, 1, 0.09, 0.5, 0.91)
    ]
    assert province.rows("""
        select optimistic_channels, optimistic_completeness, round(optimistic_completeness_chao, 2)
        from marts.source_month where optimistic_channels is not null
    """) == [
        # Six listed; four in one of two kinds, two in both, for a calendar is a listing: 6 / (6 + 4*3/6 / 2).
        (["listing", "sitemap"], 1.0, 0.86)
    ]


def test_every_month_is_graded_with_its_reasons(province: Province) -> None:
    assert province.rows("""
        select source_id, month, grade, grade_reasons from marts.source_month where month >= '2023-07-01' order by 1, 2
    """) == [
        ("bao_cu", date(2023, 7, 1), "C", ["no_bound"]),
        ("bao_moi", date(2023, 7, 1), "C", ["never_looked", "no_bound"]),
        ("bao_moi", date(2023, 8, 1), "C", ["blind_days", "gap", "probe_bound"]),
        # A date that cannot be right: nobody watched September.
        ("bao_moi", date(2023, 9, 1), "X", ["not_observable"]),
        ("cdn", date(2023, 7, 1), "C", ["never_looked", "no_bound"]),
        ("cdn", date(2023, 8, 1), "C", ["blind_days", "no_bound"]),
        ("hdnd", date(2023, 7, 1), "X", ["not_observable"]),
        ("hdnd", date(2023, 8, 1), "X", ["not_observable"]),
        ("huyen", date(2023, 8, 1), "X", ["never_looked"]),
    ]


def test_a_gap_is_told_in_hours_unless_another_channel_saw_it(province: Province) -> None:
    assert province.rows("""
        select source_id, day, state, reason, gap_hours from marts.source_day where gap_hours > 0 order by 1, 2
    """) == [
        # From nine in the morning of the 10th to ten of the 12th.
        ("bao_moi", date(2023, 8, 10), "blind", "gap", 15.0),
        ("bao_moi", date(2023, 8, 11), "blind", "gap", 24.0),
        ("bao_moi", date(2023, 8, 12), "blind", "gap", 10.0),
    ]
    assert province.rows("select source_id, gap_hours from marts.source_month where gap_hours > 0") == [
        ("bao_moi", 49.0)
    ]
    # The listing of cdn had a gap as long, and its sitemap none.
    assert province.rows("select source_id, channel from core.poll where gap_from is not null order by 1") == [
        ("bao_moi", "feed"),
        ("cdn", "listing"),
    ]


def test_days_and_months_are_those_of_the_province(province: Province) -> None:
    # Half past midnight of 1 July in Hải Dương is still June in UTC.
    assert province.rows("""
        select published_day, published_month from core.article where title = 'Triển khai Đề án 1584'
    """) == [(date(2023, 7, 1), date(2023, 7, 1))]


def test_zero_is_never_written_for_blind(province: Province) -> None:
    months = province.rows("""
        select
            agency_id, month, state, n_days_published, n_days_silent, n_days_blind, n_articles, n_explicit, n_implicit
        from marts.agency_month where month >= '2023-06-01' order by 1, 2
    """)
    assert months == [
        ("bao", date(2023, 6, 1), "model_only", 0, 30, 0, 0, 0, 0),
        ("bao", date(2023, 7, 1), "partly_blind", 3, 13, 15, 3, 1, 1),
        ("bao", date(2023, 8, 1), "partly_blind", 8, 9, 3, 8, 1, 0),
        ("cdn", date(2023, 6, 1), "blind", 0, 0, 30, None, None, None),
        ("cdn", date(2023, 7, 1), "partly_blind", 0, 12, 19, 0, 0, 0),
        ("cdn", date(2023, 8, 1), "partly_blind", 2, 14, 4, 2, 1, 1),
        ("hdnd", date(2023, 7, 1), "blind", 0, 0, 31, None, None, None),
        ("hdnd", date(2023, 8, 1), "blind", 0, 0, 20, None, None, None),
        ("huyen", date(2023, 8, 1), "blind", 0, 0, 20, None, None, None),
    ]
    assert province.rows(
        "select source_id, reason, count(*) from marts.source_day where state = 'blind' group by all order by all"
    ) == [
        ("bao_moi", "gap", 3),
        ("bao_moi", "never_looked", 15),
        ("cdn", "never_looked", 408),
        ("cdn", "no_article_fetched", 4),
        ("hdnd", "server_error", 51),
        ("huyen", "never_looked", 20),
    ]


def test_nothing_is_watched_before_the_programme_began(province: Province) -> None:
    assert province.rows("select min(day) from marts.source_day where source_id = 'cdn'") == [(date(2022, 6, 7),)]


def test_a_guess_is_not_observable(province: Province) -> None:
    assert province.rows("select source_id, observability from core.source order by 1") == [
        ("bao_cu", "observed"),
        ("bao_moi", "observed"),
        ("cdn", "observed"),
        ("hdnd", "observed"),
        ("huyen", "never_looked"),
        ("so_doan", "not_observable"),
    ]
    assert province.rows("select observability from core.agency where agency_id = 'so'") == [("not_observable",)]
    assert province.rows("select * from marts.agency_month where agency_id = 'so'") == []


def test_found_is_kept_plus_dropped(province: Province) -> None:
    assert province.rows("""
        select source_id, sum(n_found)::int, sum(n_kept)::int, sum(n_dropped)::int
        from marts.source_month group by 1 having sum(n_found) > 0 order by 1
    """) == [("bao_cu", 3, 2, 1), ("bao_moi", 18, 9, 9), ("cdn", 3, 2, 1)]


def test_evidence_quotes_the_words(province: Province) -> None:
    quotes = province.rows(
        "select title, what, quote from core.evidence join core.article using (article_id) order by all"
    )
    assert ("Triển khai Đề án 1584", "qd1584", "1584/QĐ-UBND") in quotes
    assert province.rows("""
        select role, m.agency_id, quote from core.article_agency m join core.article using (article_id)
        where title = 'Triển khai Đề án 1584' order by mention_no
    """) == [
        ("own_site", "bao", None),
        ("named", "so", "Sở Thông tin và Truyền thông"),
    ]


def test_reprints_and_first_coverage(province: Province) -> None:
    assert province.rows("select agency_id, original_agency_id, lag_hours, n_in_cluster from marts.reprint") == [
        ("cdn", "bao", 21.0, 2)
    ]
    assert province.rows("""
        select subject_kind, subject_id, n_articles, agency_id, lag_days from marts.first_coverage
        where subject_kind != 'agency' order by all
    """) == [
        ("document", "kh238", 2, "bao", 194),
        ("document", "qd1584", 1, "bao", 389),
        ("theme", "c1", 2, "bao", None),
        ("theme", "c6", 2, "bao", None),
    ]


def test_obligations_are_seen_not_seen_or_cannot_be_seen(province: Province) -> None:
    assert province.rows(
        "select obligation_id, agency_id, status, reason, n_evidence from marts.obligation_status order by all"
    ) == [
        ("n1", "bao", "seen", None, 2),
        ("n2", "hdnd", "cannot_be_seen", "blind", None),
        ("n2", "so", "cannot_be_seen", "no_source", None),
        ("n3", "huyen", "cannot_be_seen", "hidden_from_the_web", None),
        ("n4", "bao", "cannot_be_seen", "no_rule_yet", None),
        ("n5", "cdn", "seen", None, 1),
    ]


def test_a_month_that_was_drawn_stands_and_the_others_follow_the_data(province: Province) -> None:
    queue = province.rows("""
        select strftime(q.month, '%Y-%m'), title, stratum, inclusion_probability, drawn_at is not null, n_coders
        from marts.review_queue q join core.article using (article_id) order by q.month, title
    """)
    assert queue[:2] == [
        ("2023-07", "Tin bốn", "B", 1.0, True, 2),
        ("2023-07", "Triển khai Đề án 1584", "A", 0.5, True, 2),
    ]
    # August is not drawn: every agency has few articles, so all would be taken.
    august = queue[2:]
    assert {(month, stratum, p, drawn) for month, _, stratum, p, drawn, _ in august} == {("2023-08", "S", 1.0, False)}
    assert len(august) == 10
    assert province.rows("select score, model_version from marts.audit_population where is_sampled = false") == [
        (0.5, "test-0")
    ]
    # Anybody can draw it again.
    numbers = province.rows("select drawn_id, prn from marts.audit_population where drawn_at is null")
    assert len(numbers) == 10
    for article, number in numbers:
        assert number == int(sha256(f"audit:2023-08:{article}".encode()).hexdigest()[:13], 16) / 2**52
    # What people say of it stands beside what the model said; of one they disagree on the themes alone.
    assert province.rows("""
        select stratum, relevance, label_relevance, label_themes, is_disputed
        from marts.audit_population where drawn_at is not null and is_sampled order by 1
    """) == [("A", "implicit", "explicit", None, True), ("B", "none", "none", [], False)]


def test_labels_of_people_stand_beside_the_models_and_none_is_lost(province: Province) -> None:
    assert province.rows("""
        select title, coder, l.relevance, l.themes, codebook_version, is_current, is_same_text
        from core.label l join core.article using (article_id) where coder != 'model' order by title, coder, is_current
    """) == [
        ("Bản sửa", "an", "none", [], "1", True, False),
        ("Tin bốn", "an", "none", [], "1", True, True),
        ("Tin bốn", "binh", "implicit", ["c6"], "1", False, True),
        ("Tin bốn", "binh", "none", [], "1", True, True),
        ("Triển khai Đề án 1584", "an", "explicit", ["c1"], "1", True, True),
        ("Triển khai Đề án 1584", "binh", "explicit", ["c1", "c6"], "1", True, True),
    ]
    assert province.rows("select count(*) from core.label where coder = 'model' and score is not null") == [(13,)]


def test_agreement_is_published_with_its_reading(province: Province) -> None:
    # Two articles; of one of them the coders said different things at first.
    assert province.rows("""
        select month, kind, theme_id, n_articles, share_equal, round(alpha, 3), reading
        from marts.label_agreement where month is not null order by kind, theme_id
    """) == [
        (date(2023, 7, 1), "relevance", None, 2, 0.5, 0.4, "unreliable"),
        (date(2023, 7, 1), "relevant", None, 2, 0.5, 0.0, "unreliable"),
        (date(2023, 7, 1), "theme", "c1", 1, 1.0, None, "undefined"),
        (date(2023, 7, 1), "theme", "c6", 1, 0.0, 0.0, "unreliable"),
        (date(2023, 7, 1), "themes", None, 1, 0.0, 0.0, "unreliable"),
    ]
    assert province.rows("select count(*) from marts.label_agreement where month is null") == [(5,)]


def test_a_stranger_in_the_lake_is_told(province: Province) -> None:
    assert province.rows("select n_unknown_sources, model_version, data_up_to::varchar from meta.build") == [
        (1, "test-1", "2023-08-20 02:01:00")
    ]


def test_a_broken_registry_stops_the_build(province: Province, tmp_path: Path) -> None:
    write_registry(REGISTRY, tmp_path / "registry")
    with (tmp_path / "registry" / "sources.csv").open("a", encoding="utf-8") as file:
        file.write("x,nobody,http://127.0.0.1:7\n")
    with pytest.raises(RegistryError, match=r"sources\.csv:"):
        build_database(province.lake, tmp_path / "registry", tmp_path / "coverage.duckdb", tmp_path / "work")


@pytest.mark.slow
def test_the_same_lake_gives_the_same_tables(province: Province, tmp_path: Path) -> None:
    again = build_database(province.lake, province.registry, tmp_path / "again.duckdb", tmp_path / "work")
    with duckdb.connect() as db:
        db.execute(f"attach '{again}' as again (read_only)")
        db.execute("attach '{}' as first (read_only)".format(str(province.database).replace("'", "''")))
        compared = 0
        for schema, tables in TABLES.items():
            for table in tables - {"build"}:
                here, there = (db.execute(f'from {d}.{schema}."{table}"').fetchall() for d in ("first", "again"))
                assert here == there
                compared += len(here)
        assert compared > 1000
        same = "select registry_digest, lake_digest, data_up_to from {}.meta.build"
        assert db.execute(same.format("first")).fetchall() == db.execute(same.format("again")).fetchall()


@pytest.mark.slow
def test_a_lake_of_before_these_columns_is_read_as_it_was_meant(province: Province, tmp_path: Path) -> None:
    gaps = ["head_seen", "head_known", "canary", "gap_from", "gap_to", "rewalk_days", "etag", "last_modified"]
    new = (
        (lake.DISCOVERY, ["listed", "changed_at"]),
        (lake.POLL, gaps),
        (lake.FETCH, ["cause", "obtained_from", "obtained_at"]),
    )
    shutil.copytree(province.lake, tmp_path / "lake")
    for dataset, columns in new:
        files = lake.files(tmp_path / "lake", dataset)
        assert files
        for file in files:
            pq.write_table(pq.ParquetFile(file).read().drop_columns(columns), file)
    for dataset in (lake.CRAWL, lake.PROBE):
        shutil.rmtree(tmp_path / "lake" / dataset.name)
    built = build_database(tmp_path / "lake", province.registry, tmp_path / "coverage.duckdb", tmp_path / "work")
    with duckdb.connect(str(built), read_only=True) as db:
        assert db.execute("select bool_and(listed), count(*) > 10 from core.discovery").fetchall() == [(True, True)]
        assert db.execute("select count(*) from core.article").fetchall() == [(13,)]
        assert db.execute("select sum(gap_hours) from marts.source_day").fetchall() == [(0,)]
        assert {g for (g,) in db.execute("select distinct grade from marts.source_month").fetchall()} == {"C", "X"}
        assert db.execute("select count(*) from core.crawl").fetchall() == [(0,)]


@pytest.mark.slow
def test_a_failed_build_names_the_model_and_keeps_the_old_file(province: Province, tmp_path: Path) -> None:
    shutil.copytree(province.lake, tmp_path / "lake")
    lake.files(tmp_path / "lake", lake.COPY)[0].write_bytes(b"half a file")
    target = tmp_path / "coverage.duckdb"
    target.write_bytes(b"old")
    with pytest.raises(TheodoiError) as failure:
        build_database(tmp_path / "lake", province.registry, target, tmp_path / "work")
    message = str(failure.value)
    assert "\n" not in message
    assert "copy" in message
    log = message.split("nhật ký: ")[1].rstrip(")")
    assert Path(log).is_file()
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.glob("*.duckdb*")] == ["coverage.duckdb"]


@pytest.mark.slow
def test_an_empty_lake_builds_empty_tables(province: Province, tmp_path: Path) -> None:
    built = build_database(tmp_path / "none", province.registry, tmp_path / "coverage.duckdb", tmp_path / "work")
    with duckdb.connect(str(built), read_only=True) as db:
        assert db.execute("select count(*) from core.article").fetchall() == [(0,)]
        assert db.execute("select count(*) from core.agency").fetchall() == [(5,)]
        assert db.execute("select count(*) from marts.source_day").fetchall() == [(0,)]
