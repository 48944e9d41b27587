"""A lake and a registry made by hand, small enough to know every answer, and the warehouse built from them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from theodoi import lake
from theodoi.registry import Agency, Document, Obligation, Place, Registry, Source, Theme, write_registry
from transforms.copies import article_identity
from warehouse.build import build_database

REGISTRY = Registry(
    agencies={
        a.agency_id: a
        for a in (
            Agency("bao", "Báo tỉnh", kind="co_quan_bao_chi", level="tinh", report_class="bao_chi"),
            Agency("cdn", "Trường Cao đẳng nghề", kind="truong", level="truong", report_class="truong"),
            Agency("hdnd", "Hội đồng nhân dân", kind="co_quan_dan_cu", level="tinh", report_class="so_ban_nganh"),
            Agency("huyen", "Ủy ban nhân dân huyện", kind="ubnd_huyen", level="huyen", report_class="ubnd_huyen"),
            Agency("so", "Sở Thông tin và Truyền thông", kind="so", level="tinh", report_class="so_ban_nganh"),
        )
    },
    sources={
        s.source_id: s
        for s in (
            Source(
                "bao_cu",
                "bao",
                "http://127.0.0.1:1",
                valid_from=date(2023, 6, 1),
                valid_to=date(2023, 7, 15),
                delay_s=0,
            ),
            Source("bao_moi", "bao", "http://127.0.0.1:2", valid_from=date(2023, 7, 16), delay_s=0),
            Source("cdn", "cdn", "http://127.0.0.1:3", delay_s=0),
            Source("hdnd", "hdnd", "http://127.0.0.1:4", valid_from=date(2023, 7, 1), delay_s=0),
            Source("huyen", "huyen", "http://127.0.0.1:5", valid_from=date(2023, 8, 1), delay_s=0),
            Source("so_doan", "so", "http://127.0.0.1:6", status="guess", delay_s=0),
        )
    },
    obligations={
        o.obligation_id: o
        for o in (
            Obligation(
                "n1",
                "III.2",
                ("class:bao_chi",),
                "Đăng tin, bài",
                "web",
                how_observed="có bài",
                product_kinds=("tin", "bai"),
            ),
            Obligation(
                "n2",
                "III.3",
                ("class:so_ban_nganh",),
                "Đăng tin, bài",
                "web",
                how_observed="có bài",
                product_kinds=("tin",),
            ),
            Obligation("n3", "III.4", ("huyen",), "Treo băng rôn", "no", why_not="ở ngoài phố"),
            Obligation(
                "n4", "III.2", ("bao",), "Mở chuyên mục", "web", how_observed="có bài", product_kinds=("chuyen_muc",)
            ),
            Obligation("n5", "III.5", ("cdn",), "Nêu gương điển hình", "web", how_observed="có bài", themes=("c6",)),
        )
    },
    documents={
        d.document_id: d
        for d in (
            Document("qd1584", "Phê duyệt Đề án", "programme", number="1584/QĐ-UBND", date=date(2022, 6, 7)),
            Document("kh238", "Kế hoạch", "plan", number="238/KH-UBND", date=date(2023, 2, 2)),
        )
    },
    themes={t.theme_id: t for t in (Theme("c1", "Nâng cao nhận thức"), Theme("c6", "Gương điển hình"))},
    places={"hd": Place("hd", "Hải Dương", "tinh", variants=("tỉnh Hải Dương",))},
)

FIRST = datetime(2023, 8, 10, 2, tzinfo=UTC)
SECOND = datetime(2023, 8, 20, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """One address as a crawl met it; `article` is what stands there."""

    url: str
    outcome: str = "ok"
    drop: str = ""
    title: str = ""
    text: str = ""
    published: datetime | None = None
    date_rule: str = "platform:test"
    genre: str = "tin"
    relevance: str = "none"
    score: float = 0.05
    themes: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()  # words of the text, and what they show
    named: tuple[tuple[str, str], ...] = ()  # words of the text, and the agency
    fetched: bool = True
    channels: tuple[str, ...] = ("listing",)
    listed: bool = True
    cause: str | None = None


@dataclass(frozen=True)
class Poll:
    channel: str = "listing"
    outcome: str = "ok"
    reason: str | None = None
    covers_from: date | None = None
    gap: tuple[datetime, datetime] | None = None


@dataclass(frozen=True)
class Probe:
    """Ids of a month drawn at random, and the outcome of those that were asked before the crawl ended."""

    month: str
    n_unknown: int
    outcomes: Mapping[int, str]
    n_drawn: int


@dataclass
class LakeBuilder:
    """Writes a lake as crawl and process do."""

    root: Path
    agency_of: Mapping[str, str]
    _articles: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _drops: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _labels: dict[tuple[str, str], dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    ids: dict[str, str] = field(default_factory=dict)

    def crawl(
        self,
        source_id: str,
        at: datetime,
        polls: Sequence[Poll],
        pages: Sequence[Page] = (),
        *,
        probe: Probe | None = None,
        ended: str = "finished",
    ) -> None:
        crawl_id = f"{source_id}-{at:%Y%m%dT%H%M%SZ}"
        common = {"crawl_id": crawl_id, "source_id": source_id}
        day = f"{at:%Y-%m-%d}"
        found = [
            common
            | {"url": p.url, "url_key": p.url, "channel": channel, "position": n, "seen_at": at}
            | {"listed": p.listed}
            for n, p in enumerate(pages)
            for channel in p.channels
        ]
        asked = [
            common
            | {"channel": p.channel, "channel_url": p.channel, "polled_at": at, "outcome": p.outcome}
            | {"reason": p.reason, "n_seen": len(pages), "covers_from": p.covers_from}
            | ({"gap_from": p.gap[0], "gap_to": p.gap[1]} if p.gap else {})
            for p in polls
        ]
        fetched = [common | self._fetch(source_id, p, at + timedelta(minutes=1)) for p in pages if p.fetched]
        crawled = common | {"kind": "crawl", "started_at": at, "ended_at": at + timedelta(minutes=2), "ended": ended}
        probed = [common | row for row in _probed(probe, at)]
        ledgers = (
            (lake.DISCOVERY, found),
            (lake.POLL, asked),
            (lake.FETCH, fetched),
            (lake.CRAWL, [crawled]),
            (lake.PROBE, probed),
        )
        for dataset, rows in ledgers:
            if rows:
                lake.write(lake.partition(self.root, dataset, source_id, day), dataset, rows, name=crawl_id)

    def _fetch(self, source_id: str, page: Page, at: datetime) -> dict[str, Any]:
        row: dict[str, Any] = {"url": page.url, "url_key": page.url, "fetched_at": at, "outcome": page.outcome}
        row["cause"] = page.cause
        if page.outcome != "ok":
            return row
        capture = sha256(f"{source_id} {page.url} {at}".encode()).hexdigest()[:16]
        partition = (source_id, f"{at:%Y-%m}")
        read = {"source_id": source_id, "url": page.url, "url_key": page.url, "capture_id": capture}
        if page.drop:
            self._drops[partition].append(read | {"gate": "extract", "reason": page.drop, "dropped_at": at})
        else:
            self._read(partition, page, read | {"fetched_at": at})
        return row | {"http_status": 200, "capture_id": capture, "warc_file": f"{source_id}.warc.gz", "warc_offset": 0}

    def _read(self, partition: tuple[str, str], page: Page, read: dict[str, Any]) -> None:
        agency = self.agency_of[partition[0]]
        article = article_identity(agency, page.title, page.text)
        self.ids[page.title] = article
        self._articles[partition].append(
            read
            | {"agency_id": agency, "article_id": article, "title": page.title, "lead": "", "text": page.text}
            | {"published_at": page.published, "date_rule": page.date_rule, "authors": ["An Bình"], "genre": page.genre}
            | {"tags": [], "section": "", "word_count": len(page.text.split()), "image_count": 0, "has_video": False}
        )
        self._labels[partition][read["capture_id"]] = {
            "article_id": article,
            "source_id": partition[0],
            "capture_id": read["capture_id"],
            "relevance": page.relevance,
            "score": page.score,
            "themes": list(page.themes),
            "evidence": [span(page.text, words) | {"kind": "document", "what": what} for words, what in page.evidence],
            "agencies": [span(page.text, words) | {"agency_id": a, "role": "named"} for words, a in page.named],
            "model_version": "test-1",
        }

    def process(self, clusters: Sequence[Sequence[str]], review: Sequence[tuple[str, str]] = ()) -> None:
        """Write what was read; `clusters` are titles, the original first, the others single."""
        for dataset, found in ((lake.ARTICLE, self._articles), (lake.DROP, self._drops)):
            for (source_id, month), rows in found.items():
                lake.write(lake.partition(self.root, dataset, source_id, month), dataset, rows)
        for (source_id, month), labels in self._labels.items():
            lake.write(lake.partition(self.root, lake.LABEL, source_id, month), lake.LABEL, list(labels.values()))
        members = {
            a: {"article_id": a, "cluster_id": a, "is_original": True, "origin_rule": "single"}
            for a in self.ids.values()
        }
        for titles in clusters:
            cluster = [self.ids[t] for t in titles]
            for place, article in enumerate(cluster):
                members[article] = {
                    "article_id": article,
                    "cluster_id": min(cluster),
                    "is_original": place == 0,
                    "origin_rule": "earliest",
                }
        lake.write(lake.partition(self.root, lake.COPY), lake.COPY, [members[a] for a in sorted(members)])
        pairs = [sorted((self.ids[a], self.ids[b])) for a, b in review]
        lake.write(
            lake.partition(self.root, lake.COPY_PAIR),
            lake.COPY_PAIR,
            [{"left_id": a, "right_id": b, "containment": 0.3, "jaccard": 0.1, "verdict": "review"} for a, b in pairs],
        )

    def audit(self, month: str, at: datetime, drawn: Mapping[str, Sequence[tuple[str, bool]]]) -> None:
        """Note a draw that was made: stratum -> titles, and whether they were drawn."""
        rows = [
            self._place(title)
            | {"month": month, "draw_no": 1, "drawn_at": at, "stratum": stratum, "prn": 0.1 * (place + 1)}
            | {"n_stratum": len(titles), "n_sample": (n := sum(sampled for _, sampled in titles))}
            | {"inclusion_probability": n / len(titles), "is_sampled": sampled, "for_second_coder": sampled}
            | {"relevance": "implicit" if stratum == "A" else "none", "score": 0.5, "model_version": "test-0"}
            for stratum, titles in drawn.items()
            for place, (title, sampled) in enumerate(titles)
        ]
        lake.write(lake.partition(self.root, lake.AUDIT), lake.AUDIT, rows, name=f"{month}-1")

    def judge(self, *judgements: Mapping[str, Any]) -> None:
        """Note what people said: title, coder, relevance and what else a judgement has."""
        rows = [
            {"themes": [], "codebook_version": "1", "coded_at": SECOND, "imported_at": SECOND, "month": "2023-07"}
            | self._place(j["title"])
            | {k: v for k, v in j.items() if k != "title"}
            | {"judgement_id": j.get("judgement_id", f"{j['coder']}-{self.ids[j['title']]}")}
            for j in judgements
        ]
        lake.write(lake.partition(self.root, lake.JUDGEMENT), lake.JUDGEMENT, rows)

    def _place(self, title: str) -> dict[str, Any]:
        (row, *_) = (r for rows in self._articles.values() for r in rows if r["title"] == title)
        digest = sha256(f"{row['title']}\n{row['lead']}\n{row['text']}".encode()).hexdigest()[:16]
        return {k: row[k] for k in ("article_id", "source_id", "url_key")} | {"text_digest": digest}


def _probed(probe: Probe | None, at: datetime) -> list[dict[str, Any]]:
    if probe is None:
        return []
    first = min(probe.outcomes)
    drawn = {"month": probe.month, "first_id": first, "last_id": first + probe.n_unknown, "n_drawn": probe.n_drawn}
    return [
        drawn
        | {"n_unknown": probe.n_unknown, "id": number, "probed_at": at}
        | {"url": (url := f"http://127.0.0.1:2/{number}.html"), "outcome": outcome}
        | ({"found_url": url, "found_key": url} if outcome == "article" else {})
        for number, outcome in probe.outcomes.items()
    ]


def span(text: str, words: str) -> dict[str, Any]:
    start = text.index(words)
    return {"field": "text", "start": start, "end": start + len(words)}


def vietnam(day: str, clock: str = "08:00") -> datetime:
    """A local time of the province, in UTC."""
    return datetime.fromisoformat(f"{day}T{clock}:00+07:00").astimezone(UTC)


def fill(builder: LakeBuilder) -> None:
    """The small province; what is expected of it stands in tests/warehouse/test_build.py."""
    plan = Page(
        "http://127.0.0.1:1/de-an-1.html",
        title="Triển khai Đề án 1584",
        text="Hội nghị triển khai Quyết định 1584/QĐ-UBND do Sở Thông tin và Truyền thông chủ trì.",
        published=vietnam("2023-07-01", "00:30"),
        relevance="explicit",
        score=0.98,
        themes=("c1",),
        evidence=(("1584/QĐ-UBND", "qd1584"),),
        named=(("Sở Thông tin và Truyền thông", "so"),),
    )
    fair = Page(
        "http://127.0.0.1:1/viec-lam-2.html",
        title="Ngày hội việc làm",
        text="Hơn ba nghìn người tìm việc tại ngày hội ở thành phố.",
        published=vietnam("2023-07-10"),
        genre="bai",
        relevance="implicit",
        score=0.55,
        evidence=(("ngày hội", "market"),),
    )
    builder.crawl(
        "bao_cu",
        FIRST,
        [Poll(covers_from=date(2023, 6, 1))],
        [
            plan,
            fair,
            Page("http://127.0.0.1:1/cu-3.html", title="Tin cũ", text="Từ năm trước.", published=vietnam("2023-05-01")),
        ],
    )
    builder.crawl(
        "bao_moi",
        FIRST,
        [Poll("feed", covers_from=date(2023, 8, 1)), Poll("listing", "blind", "empty_listing")],
        [
            # Moved here when the platform changed: the same text of the same agency.
            Page("http://127.0.0.1:2/d1.html", title=plan.title, text=plan.text, published=vietnam("2023-07-20")),
            # Moved with the date it had: from before this site existed.
            Page("http://127.0.0.1:2/d2.html", title=fair.title, text=fair.text, published=fair.published),
            Page(
                "http://127.0.0.1:2/muc/tin-4.html",
                title="Tin bốn",
                text="Chuyện thường ngày.",
                published=vietnam("2023-07-25"),
            ),
            Page(
                "http://127.0.0.1:2/tin-4.html",
                title="Tin bốn",
                text="Chuyện thường ngày.",
                published=vietnam("2023-07-24"),
                date_rule="htmldate",
            ),
            Page("http://127.0.0.1:2/mat.html", outcome="gone", channels=("listing", "outside")),
            Page("http://127.0.0.1:2/muc.html", drop="listing_page"),
            Page("http://127.0.0.1:2/cho.html", outcome="timeout"),
            Page(
                "http://127.0.0.1:2/sua.html", title="Bản đầu", text="Bản đầu của tin.", published=vietnam("2023-08-02")
            ),
            Page(
                "http://127.0.0.1:2/con.html",
                title="Vẫn còn",
                text="Tin vẫn còn đó.",
                published=vietnam("2023-08-03"),
                channels=("listing", "outside"),
            ),
            # Somebody outside names three addresses; one that no channel lists, and one that is no article any more.
            Page(
                "http://127.0.0.1:2/ngoai.html",
                title="Ngoài danh mục",
                text="Tin không kênh nào liệt kê.",
                published=vietnam("2023-08-07"),
                channels=("outside",),
            ),
            Page(
                "http://127.0.0.1:2/rut.html",
                title="Bị rút",
                text="Tin sẽ bị rút.",
                published=vietnam("2023-08-04"),
                channels=("listing", "sitemap"),
            ),
            # The print page: fetched once, so that it keeps the text of before the edit.
            Page("http://127.0.0.1:2/in/1", title="Bản đầu", text="Bản đầu của tin.", published=vietnam("2023-08-02")),
            Page(
                "http://127.0.0.1:2/nguyen.html",
                title="Còn nguyên",
                text="Tin không ai sửa.",
                published=vietnam("2023-08-06"),
                channels=("listing", "calendar", "sitemap"),
            ),
            Page("http://127.0.0.1:2/chua.html", fetched=False),
            Page("http://127.0.0.1:2/cam.html", outcome="denied"),
        ],
    )
    model = Page(
        "http://127.0.0.1:2/mo-hinh.html",
        title="Mô hình hay",
        text="Một mô hình hay theo Kế hoạch 238/KH-UBND tại Trường Cao đẳng nghề.",
        published=vietnam("2023-08-15", "09:00"),
        genre="phong_su",
        relevance="explicit",
        score=0.95,
        themes=("c6", "c1"),
        evidence=(("238/KH-UBND", "kh238"),),
        named=(("Trường Cao đẳng nghề", "cdn"),),
    )
    builder.crawl(
        "bao_moi",
        SECOND,
        # The feed shows its last items only: what came between the first crawl and the oldest of them is not known.
        [Poll("feed", covers_from=date(2023, 8, 12), gap=(FIRST, vietnam("2023-08-12", "10:00")))],
        [
            model,
            Page(
                "http://127.0.0.1:2/mai.html",
                title="Ngày mai",
                text="Tin mang ngày sai.",
                published=vietnam("2023-09-30"),
            ),
            Page(
                "http://127.0.0.1:2/cho.html",
                title="Chờ được",
                text="Lần sau thì được.",
                published=vietnam("2023-08-05"),
            ),
            Page(
                "http://127.0.0.1:2/sua.html", title="Bản sửa", text="Bản sửa của tin.", published=vietnam("2023-08-02")
            ),
            Page("http://127.0.0.1:2/con.html", outcome="server_error"),
            Page("http://127.0.0.1:2/rut.html", outcome="gone", listed=False, cause="delisted"),
            Page("http://127.0.0.1:2/nguyen.html", outcome="not_modified", channels=(), cause="recheck"),
            Page(
                "http://127.0.0.1:2/103.html",
                title="Dò được",
                text="Tin chỉ có số hiệu dẫn tới.",
                published=vietnam("2023-08-08"),
                channels=("probe",),
                cause="probe",
            ),
        ],
        probe=Probe("2023-08", 5, {101: "no_page", 102: "timeout", 103: "article", 104: "known"}, n_drawn=4),
    )
    builder.crawl(
        "cdn",
        FIRST,
        [Poll(covers_from=date(2023, 7, 20))],
        [
            Page(
                "http://127.0.0.1:3/hai.html",
                title="Tuyển sinh",
                text="Nhà trường tuyển sinh.",
                published=vietnam("2023-08-01"),
                relevance="implicit",
                score=0.9,
                evidence=(("tuyển sinh", "c1"),),
            )
        ],
    )
    builder.crawl(
        "cdn",
        datetime(2023, 8, 16, 2, tzinfo=UTC),
        # A hole in the listing, and a sitemap that has none.
        [
            Poll(covers_from=date(2023, 8, 14), gap=(FIRST, vietnam("2023-08-14"))),
            Poll("sitemap", covers_from=date(2023, 8, 10)),
        ],
        [
            Page(
                "http://127.0.0.1:3/chep.html",
                title="Mô hình hay ở trường",
                text=model.text,
                published=vietnam("2023-08-16", "06:00"),
                relevance="explicit",
                score=0.95,
                themes=("c6",),
                evidence=(("238/KH-UBND", "kh238"),),
            )
        ],
    )
    # It lists articles and gives none of them: whatever the listing says, nothing could be seen.
    builder.crawl(
        "cdn",
        SECOND,
        [Poll(covers_from=date(2023, 8, 15))],
        [Page("http://127.0.0.1:3/loi.html", outcome="server_error")],
        ended="gave_up",
    )
    # Cut short: the early ids of the month alone are no random ones.
    builder.crawl(
        "bao_moi",
        SECOND + timedelta(hours=1),
        [],
        probe=Probe("2023-08", 4, {101: "no_page", 102: "no_page"}, n_drawn=4),
        ended="budget",
    )
    builder.crawl("hdnd", FIRST, [Poll(outcome="blind", reason="server_error")])
    builder.crawl("hdnd", SECOND, [Poll(outcome="blind", reason="server_error")])
    # A source that the registry does not know any more.
    builder.crawl("la", FIRST, [Poll(covers_from=date(2023, 8, 1))])
    builder.process(
        [("Mô hình hay", "Mô hình hay ở trường"), ("Bản đầu", "Bản sửa")], [("Ngày hội việc làm", "Tuyển sinh")]
    )
    # July was drawn from; two people labelled, and one of them thought better of it.
    builder.audit(
        "2023-07",
        SECOND,
        {"A": [("Triển khai Đề án 1584", True), ("Ngày hội việc làm", False)], "B": [("Tin bốn", True)]},
    )
    builder.judge(
        {"title": "Triển khai Đề án 1584", "coder": "an", "relevance": "explicit", "themes": ["c1"]},
        {"title": "Triển khai Đề án 1584", "coder": "binh", "relevance": "explicit", "themes": ["c1", "c6"]},
        {"title": "Tin bốn", "coder": "an", "relevance": "none", "note": "chuyện thường ngày"},
        {"title": "Tin bốn", "coder": "binh", "relevance": "implicit", "themes": ["c6"], "judgement_id": "hasty"},
        {"title": "Tin bốn", "coder": "binh", "relevance": "none", "supersedes": "hasty"},
        # Labelled before the edit.
        {"title": "Bản đầu", "coder": "an", "relevance": "none", "month": "2023-08"},
    )


@dataclass(frozen=True)
class Province:
    """The small province: its lake and registry, the database built from them, and article ids by title."""

    lake: Path
    registry: Path
    database: Path
    ids: Mapping[str, str]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as db:
            return db.execute(sql).fetchall()


def build_small_province(root: Path) -> Province:
    """Write the lake and the registry of the small province below `root`, and build the warehouse from them."""
    builder = LakeBuilder(root / "lake", {s.source_id: s.agency_id for s in REGISTRY.sources.values()} | {"la": "la"})
    fill(builder)
    write_registry(REGISTRY, root / "registry")
    database = build_database(root / "lake", root / "registry", root / "build" / "coverage.duckdb", root / "work")
    return Province(root / "lake", root / "registry", database, builder.ids)
