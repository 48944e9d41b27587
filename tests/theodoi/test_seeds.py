"""The registry that the project ships obeys rules that hold for all of its rows."""

from collections import Counter
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest

from theodoi.registry import Registry, load_registry
from theodoi.settings import PROJECT

DISTRICTS = [
    "Hải Dương",
    "Chí Linh",
    "Kinh Môn",
    "Nam Sách",
    "Thanh Hà",
    "Cẩm Giàng",
    "Bình Giang",
    "Gia Lộc",
    "Tứ Kỳ",
    "Ninh Giang",
    "Thanh Miện",
    "Kim Thành",
]
# Sites of which somebody saw a page, or whose name stands in public code or an encyclopedia. Nothing else may be asked.
SEEN = {
    "baohaiduong.vn",
    "baohaiphong.vn",
    "baohaiphongplus.vn",
    "camgiang.haiduong.gov.vn",
    "chilinh.haiduong.gov.vn",
    "congan.haiduong.gov.vn",
    "gialoc.haiduong.gov.vn",
    "haiduong.gov.vn",
    "haiduongtv.com.vn",
    "haiphong.gov.vn",
    "hdnd.haiduong.gov.vn",
    "hdvtc.edu.vn",
    "hmtu.edu.vn",
    "kimthanh.haiduong.gov.vn",
    "kinhmon.haiduong.gov.vn",
    "namsach.haiphong.gov.vn",
    "news.baohaiduong.vn",
    "ninhgiang.haiduong.gov.vn",
    "phucthanh1.kimthanh.haiduong.gov.vn",
    "quansu.haiduong.gov.vn",
    "sct.haiduong.gov.vn",
    "soyte.haiduong.gov.vn",
    "thanhha.haiduong.gov.vn",
    "thanhmien.haiduong.gov.vn",
    "thanhmien1.haiduong.gov.vn",
    "thitranninhgiang.ninhgiang.haiduong.gov.vn",
    "tinhuyhaiduong.vn",
    "tuyensinh.uhd.edu.vn",
    "uhd.edu.vn",
    "vieclamhaiduong.vn",
    "vienkiemsat.haiduong.gov.vn",
    "web01.haiduong.gov.vn",
}
LOOKALIKES = {"baohaiduong.com.vn", "chilinhquetoi.com"}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(PROJECT / "warehouse" / "seeds")


def hosts(registry: Registry, *status: str) -> set[str]:
    return {urlsplit(s.base_url).hostname or "" for s in registry.sources.values() if s.status in status}


def test_nothing_is_missing(registry: Registry) -> None:
    sizes = {
        name: len(getattr(registry, name))
        for name in ("agencies", "sources", "obligations", "documents", "themes", "places")
    }
    assert sizes["agencies"] == 97
    assert sizes["themes"] == 6
    assert sizes["sources"] >= 60
    assert sizes["obligations"] >= 45
    assert sizes["documents"] >= 20
    assert sizes["places"] >= 14


def test_only_seen_sites_are_asked(registry: Registry) -> None:
    assert hosts(registry, "active", "closed") == SEEN
    asked = registry.crawlable()
    assert asked
    assert {urlsplit(s.base_url).hostname for s in asked} <= SEEN
    assert not any(s.confidence == "unverified" for s in asked)
    guessed = hosts(registry, "guess")
    assert len(guessed) >= 25
    assert not guessed & SEEN
    assert all(s.confidence == "unverified" for s in registry.sources.values() if s.status == "guess")


def test_lookalikes_are_no_sources(registry: Registry) -> None:
    assert not hosts(registry, "active", "closed", "guess") & LOOKALIKES


def test_one_living_source_per_host(registry: Registry) -> None:
    asked = Counter(urlsplit(s.base_url).netloc for s in registry.crawlable())
    assert asked
    assert max(asked.values()) == 1


def test_sources_are_patient(registry: Registry) -> None:
    assert all(s.delay_s >= 5 for s in registry.sources.values())


def test_twelve_districts_with_body_station_and_place(registry: Registry) -> None:
    places = [p for p in registry.places.values() if p.level == "huyen"]
    assert len(places) == len(DISTRICTS) == 12
    for kind in ("ubnd_cap_huyen", "dai_phat_thanh_cap_huyen"):
        names = [a.name for a in registry.agencies.values() if a.kind == kind]
        assert len(names) == 12
        assert all(any(n.endswith(d) for n in names) for d in DISTRICTS)
    for district in DISTRICTS:
        (place,) = [p for p in places if p.name.endswith(f" {district}")]
        assert place.parent == "hai_duong"
        assert place.valid_to == date(2025, 6, 30)
        assert len(place.variants) >= 4
    # The bare name of the city is that of the province, so it must not stand for the city.
    assert "Hải Dương" not in registry.places["tp_haiduong"].variants


def test_every_obligation_binds_somebody(registry: Registry) -> None:
    assert registry.obligations
    for obligation in registry.obligations.values():
        bound = registry.resolve_bound(obligation)
        assert bound, obligation.obligation_id
        assert obligation.since is not None
        lived = {h for a in bound for h in registry.agency_on(a, obligation.since)}
        assert lived, f"{obligation.obligation_id} binds nobody who lived"


def test_all_sections_of_the_plan_are_there(registry: Registry) -> None:
    sections = Counter(o.section for o in registry.obligations.values())
    assert set(sections) == {"II.1", "II.2", "II.3", *(f"III.{n}" for n in range(1, 8))}


def test_observability_is_said_with_its_reason(registry: Registry) -> None:
    kinds = Counter(o.observable for o in registry.obligations.values())
    assert set(kinds) == {"web", "partly", "no"}
    for o in registry.obligations.values():
        assert bool(o.how_observed) == (o.observable in {"web", "partly"}), o.obligation_id
        assert bool(o.why_not) == (o.observable in {"partly", "no"}), o.obligation_id


def test_every_theme_is_asked_for(registry: Registry) -> None:
    asked = {t for o in registry.obligations.values() for t in o.themes}
    assert asked == set(registry.themes)
    assert {t.split("_")[0] for t in registry.themes} == {f"c{n}" for n in range(1, 7)}


def test_successors_live_when_they_take_over(registry: Registry) -> None:
    ended = [a for a in registry.agencies.values() if a.valid_to and a.successors]
    assert ended
    for agency in ended:
        assert agency.valid_to
        assert registry.agency_on(agency.agency_id, agency.valid_to + timedelta(days=1)), agency.agency_id


def test_report_desk_moves_with_the_mergers(registry: Registry) -> None:
    assert registry.agency_on("so_tttt", date(2024, 11, 30)) == ("so_tttt",)
    assert registry.agency_on("so_tttt", date(2025, 5, 1)) == ("so_khcn", "so_vhttdl")
    assert registry.agency_on("bao_hai_duong", date(2025, 7, 1)) == ("bao_ptth_hai_phong",)


def test_seventeen_bodies_in_2023(registry: Registry) -> None:
    day = date(2023, 6, 1)
    bodies = [
        a
        for a in registry.agencies.values()
        if a.kind == "so_ban_nganh" and registry.agency_on(a.agency_id, day) == (a.agency_id,)
    ]
    # 15 sở, the office of the committee and the inspectorate; the bodies of Hải Phòng come after the merger.
    assert len(bodies) == 17


def test_programme_documents(registry: Registry) -> None:
    roles = Counter(d.role for d in registry.documents.values())
    assert roles["programme"] == 2
    assert roles["plan"] == 1
    assert roles["basis"] >= 3
    assert roles["confuser"] >= 10
    assert (registry.documents["qd1584"].number, registry.documents["qd1584"].date) == (
        "1584/QĐ-UBND",
        date(2022, 6, 7),
    )
    assert (registry.documents["kh238"].number, registry.documents["kh238"].date) == ("238/KH-UBND", date(2023, 2, 2))
    ct37 = {d.date for d in registry.documents.values() if d.number == "37-CT/TW"}
    assert len(ct37) == 2


def test_names_of_places_are_no_names_of_bodies(registry: Registry) -> None:
    bare = {*DISTRICTS, "Hải Phòng"}
    for agency in registry.agencies.values():
        assert not bare & {agency.name, *agency.aliases}, agency.agency_id
