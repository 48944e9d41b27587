"""Copies in the lake: what a text alone decides is kept, and a run finds what all in one go would."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from theodoi import lake
from theodoi.steps import copying
from theodoi.steps.copying import keep_fingerprints, mark_copies

AT = datetime(2023, 5, 10, 2, tzinfo=UTC)
BODY = " ".join(f"từ{n} nối{n * 7 % 31} tiếp" for n in range(60))


def article(capture: str, text: str, **other: Any) -> dict[str, Any]:
    row = {
        "capture_id": capture,
        "source_id": f"s_{capture}",
        "agency_id": f"agency_{capture}",
        "url_key": f"{capture}.vn/1",
        "fetched_at": AT + timedelta(hours=9),
        "article_id": f"id_{capture}",
        "title": f"Bài số {capture}",
        "lead": "",
        "text": text,
        "published_at": AT,
        "canonical_url": "",
        "credit": "",
    }
    return row | other


def put(root: Path, rows: Sequence[dict[str, Any]], month: str = "2023-05") -> None:
    for source_id in {r["source_id"] for r in rows}:
        lake.write(
            lake.partition(root, lake.ARTICLE, source_id, month),
            lake.ARTICLE,
            [r for r in rows if r["source_id"] == source_id],
        )


def copies(root: Path, code: str = "1") -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    keep_fingerprints(root, code)
    mark_copies(root, code)
    members, pairs = (lake.read(lake.files(root, d), d).to_pylist() for d in (lake.COPY, lake.COPY_PAIR))
    return members, pairs


def test_a_day_more_gives_what_all_in_one_go_gives(tmp_path: Path):
    rows = [article("a", BODY), article("b", f"{BODY} thêm một câu của xã"), article("c", BODY[:400], credit="TTXVN")]
    put(tmp_path / "days", rows[:2])
    members, pairs = copies(tmp_path / "days")
    assert [(p["left_id"], p["right_id"], p["verdict"]) for p in pairs] == [("id_a", "id_b", "copy")]
    assert {m["cluster_id"] for m in members} == {"id_a"}
    put(tmp_path / "days", rows[2:])
    put(tmp_path / "once", rows)
    after = copies(tmp_path / "days")
    assert after == copies(tmp_path / "once")
    assert len(after[1]) == 3


def test_texts_are_hashed_once_and_pairs_compared_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    hashed: list[str] = []
    real = copying.shingles
    monkeypatch.setattr(copying, "shingles", lambda text: hashed.append(text) or real(text))
    put(tmp_path, [article("a", BODY), article("b", BODY)])
    first = copies(tmp_path)
    assert len(hashed) == 2
    assert copies(tmp_path) == first
    assert len(hashed) == 2
    put(tmp_path, [article("c", BODY)])
    copies(tmp_path)
    assert len(hashed) == 3
    # Other code may hash otherwise.
    copies(tmp_path, code="2")
    assert len(hashed) == 6


def test_of_an_address_the_newest_capture_counts_and_of_a_text_all_its_addresses(tmp_path: Path):
    old = article("a", BODY, source_id="s", url_key="bao.vn/1")
    new = article("b", BODY[:500], source_id="s", url_key="bao.vn/1", fetched_at=AT + timedelta(days=3))
    twin = article("c", BODY[:500], source_id="s", url_key="bao.vn/in/1", article_id="id_b", agency_id="agency_b")
    # Half an hour apart time does not decide; the page names the print page of the other.
    late = article("d", BODY, published_at=AT + timedelta(minutes=30), canonical_url="https://www.bao.vn/in/1")
    put(tmp_path, [old, new, twin, late])
    members, _ = copies(tmp_path)
    assert {m["article_id"]: (m["is_original"], m["origin_rule"]) for m in members} == {
        "id_b": (True, "canonical"),
        "id_d": (False, "canonical"),
    }


def test_a_run_that_ended_between_its_two_files_is_not_trusted(tmp_path: Path):
    put(tmp_path, [article("a", BODY), article("b", BODY)])
    whole = copies(tmp_path)
    assert len(whole[1]) == 1
    lake.write(lake.partition(tmp_path, lake.COPY_PAIR), lake.COPY_PAIR, [], made_from="a later run")
    put(tmp_path, [article("c", "Một thông báo ngắn.")])
    members, pairs = copies(tmp_path)
    assert pairs == whole[1]
    assert len(members) == 3


def test_a_lake_without_articles_gives_empty_files(tmp_path: Path):
    assert copies(tmp_path) == ([], [])
