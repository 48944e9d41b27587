"""The files beside the sample: the truth for tests, the registry for the pipeline."""

import csv
from datetime import date, datetime

import pytest

from demo.registry import COPIED, SEEDS, write_registry
from demo.truth import COLUMNS, names, write_truth


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_truth_has_every_address(province, tmp_path):
    truth = rows(write_truth(province, tmp_path / "truth.csv"))
    assert truth
    assert tuple(truth[0]) == COLUMNS
    assert [(r["source_id"], r["path"]) for r in truth] == [(p.source_id, p.path) for p in province.pages]
    assert all(datetime.fromisoformat(r["published_at"]).utcoffset().total_seconds() == 7 * 3600 for r in truth)
    assert {r["date_precision"] for r in truth} == {"minute", "day"}
    first = truth[0]
    assert (first["title"], first["relevance"]) == (province.pages[0].title, province.pages[0].relevance)


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("", ""),
        ("Ngọc Diệp Anh", "Ngọc Diệp Anh"),
        ("Minh Hà - Đức Khôi", "Minh Hà, Đức Khôi"),
        ("An Thị Dung - VKSND tỉnh", "An Thị Dung"),
        ("Tạ Thanh Nga - Quay phim Vũ Công Hải", "Tạ Thanh Nga"),
        ("Đào Đức Hùng (Đài Phát thanh Ninh Giang)", "Đào Đức Hùng"),
        ("Phòng Thời sự", "Phòng Thời sự"),
        ("Ban Biên tập", ""),
    ],
)
def test_authors_are_those_who_wrote(byline, author):
    assert names(byline) == author


def test_truth_is_the_same_twice(province, tmp_path):
    first, second = write_truth(province, tmp_path / "a.csv"), write_truth(province, tmp_path / "b.csv")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.skipif(
    not all((SEEDS / name).exists() for name in COPIED), reason="the registry's tables are not written yet"
)
def test_registry_loads_as_a_whole(server, tmp_path):
    from theodoi.registry import load_registry

    folder = write_registry(tmp_path / "registry", server.base_urls)
    registry = load_registry(folder, allow_private=True)
    assert {s.source_id for s in registry.crawlable()} == set(server.base_urls)
    for source in registry.crawlable():
        assert source.agency_id in registry.agencies
        assert source.base_url == server.base_urls[source.source_id]
        assert source.start_urls
        assert all(u.startswith(source.base_url) for u in source.start_urls)
        assert source.delay_s == 0
    assert registry.sources["bhd_cu"].valid_to == date(2023, 7, 15)
    # As in the real registry: the new site carries the old pieces along, so it has no first day of its own.
    assert registry.sources["bao_hai_duong"].valid_from < date(2023, 1, 1)
    assert registry.sources["cdn"].discovery == ("feed", "sitemap", "listing")
