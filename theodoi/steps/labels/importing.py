"""Take in what coders said: all rows of a sheet or none. What is known already is not written again."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from theodoi import lake
from theodoi.disk import alone
from theodoi.errors import TheodoiError
from theodoi.registry import Registry
from theodoi.settings import Settings
from theodoi.steps.labels.judged import judgement_rows
from theodoi.steps.labels.published import coder_problem, opened
from theodoi.steps.labels.sheet import MARK, Row, Sheet, plain, read_sheet, theme_field
from transforms.codebook import CODEBOOK_VERSION, RELEVANCE, edition

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_SHOWN = 10
_YES, _NO = {MARK, "1", "có"}, {"", "0", "không"}
_TIMES = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")
# Clocks of two machines.
_AHEAD = timedelta(hours=1)


@dataclass
class LabelsResult:
    """What became of the rows of one sheet.

    Attributes:
        file: The sheet.
        new: Coder -> labels taken.
        replacing: Of them those that take the place of an earlier one.
        known: Rows whose label was known.
        empty: Rows without a label.
        remarks: Of them those with a note, which is not taken without a label.
    """

    file: Path
    new: dict[str, int] = field(default_factory=dict)
    replacing: int = 0
    known: int = 0
    empty: int = 0
    remarks: int = 0

    def text(self) -> str:
        """For people, Vietnamese, one fact a line."""
        if self.new:
            each = ", ".join(f"{coder} {n}" for coder, n in sorted(self.new.items()))
            lines = [f"{self.file.name}: đã nhập {sum(self.new.values())} nhãn ({each})"]
        else:
            lines = [f"{self.file.name}: không có nhãn mới, không ghi gì"]
        if self.replacing:
            lines.append(f"  trong đó {self.replacing} nhãn thay nhãn trước của cùng người; nhãn trước vẫn được giữ")
        if self.known:
            lines.append(f"Bỏ qua {self.known} nhãn đã có")
        if self.empty:
            lines.append(f"Còn {self.empty} dòng chưa gán")
        if self.remarks:
            lines.append(f"  trong đó {self.remarks} dòng có ghi chú mà chưa có nhãn: ghi chú chưa được nhập")
        if self.new:
            lines.append("Chạy `theodoi build && theodoi publish` để thấy ở core.label")
        return "\n".join(lines)


@dataclass(frozen=True)
class _Article:
    """An article as it is published today."""

    title: str
    text_digest: str
    source_id: str
    url_key: str
    month: str


def import_labels(settings: Settings, registry: Registry, file: Path) -> LabelsResult:
    """Write the labels of a sheet as a new part of `lake.JUDGEMENT`.

    Args:
        settings: Where the published database and the lake are.
        registry: Whose themes and agencies.
        file: Sheet that `export_labels` or the notebook wrote, filled in; xlsx or csv.

    Raises:
        TheodoiError: It is no such sheet, or rows are wrong; the message names them and nothing was written.
        BusyError: Somebody draws or imports labels just now.
        DataFolderError: The lake cannot be written.
    """
    sheet = read_sheet(file)
    _check_themes(file, sheet, registry)
    with alone(settings.work / "labels", "rút mẫu hoặc nhập nhãn"), opened(settings) as db:
        given = judgement_rows(settings)
        taking = _Taking(registry, sheet, _articles(db), _successors(db), given, datetime.now(UTC))
        result = taking.take(file)
        if taking.problems:
            raise TheodoiError(_told(file, taking.problems))
        # Without times nothing in a sheet says that it is an old one; having been here before does.
        folder = lake.partition(settings.lake, lake.JUDGEMENT)
        name = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
        if (folder / f"{name}.parquet").exists():
            return LabelsResult(file, known=len(sheet.rows) - result.empty, empty=result.empty, remarks=result.remarks)
        if taking.rows:
            lake.write(folder, lake.JUDGEMENT, taking.rows, name=name)
    return result


class _Taking:
    """Goes through the rows of one sheet; nothing is written here."""

    def __init__(
        self,
        registry: Registry,
        sheet: Sheet,
        articles: Mapping[str, _Article],
        successors: Mapping[str, str],
        given: list[dict[str, Any]],
        now: datetime,
    ) -> None:
        self.rows: list[dict[str, Any]] = []
        self.problems: dict[int, str] = {}
        self._registry = registry
        self._sheet = sheet
        self._articles = articles
        self._successors = successors
        self._now = now
        self._met: dict[tuple[str, str], int] = {}
        self._history: dict[tuple[str, str], list[dict[str, Any]]] = {}
        replaced = {row["supersedes"] for row in given}
        self._standing = {(r["coder"], r["article_id"]): r for r in given if r["judgement_id"] not in replaced}
        for row in given:
            self._history.setdefault((row["coder"], row["article_id"]), []).append(row)

    def take(self, file: Path) -> LabelsResult:
        result = LabelsResult(file)
        new: Counter[str] = Counter()
        for number, cells in self._sheet.rows.items():
            if not cells.get("relevance") and not self._themes(cells):
                result.empty += 1
                result.remarks += bool(cells.get("note"))
                continue
            try:
                row = self._checked(number, cells)
            except ValueError as problem:
                self.problems[number] = str(problem)
                continue
            if row is None:
                result.known += 1
                continue
            self.rows.append(row | {"imported_at": self._now, "imported_from": file.name})
            new[row["coder"]] += 1
            result.replacing += row["supersedes"] is not None
        result.new = dict(new)
        return result

    def _themes(self, cells: Row) -> list[str]:
        return [t for t in self._sheet.themes if cells.get(theme_field(t), "").lower() not in _NO]

    def _checked(self, number: int, cells: Row) -> dict[str, Any] | None:
        """The judgement of a row; None where it is known.

        Raises:
            ValueError: What is wrong, Vietnamese.
        """
        article_id, coder = cells["article_id"], cells["coder"]
        if problem := coder_problem(coder):
            raise ValueError(problem)
        article = self._article(article_id, cells)
        first = self._met.setdefault((coder, article_id), number)
        if first != number:
            raise ValueError(f"trùng với dòng {first}: cùng bài, cùng người gán")
        said = self._said(cells)
        coded_at = _moment(cells.get("coded_at", ""), self._now)
        standing = self._standing.get((coder, article_id))
        if standing is not None and _same(standing, said):
            return None
        if standing is not None and coded_at is not None and coded_at <= standing["coded_at"]:
            # An older sheet again: its labels are history, as far as they are.
            if any(_same(row, said) and row["coded_at"] == coded_at for row in self._history[coder, article_id]):
                return None
            raise ValueError(f"gán lúc {cells['coded_at']}, trước nhãn đang có của {coder}: sửa lúc gán nếu muốn thay")
        supersedes = standing["judgement_id"] if standing else None
        content = {"article_id": article_id, "coder": coder, "supersedes": supersedes} | said
        identity = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
        place = {"source_id": article.source_id, "url_key": article.url_key, "month": article.month}
        when = {"judgement_id": identity, "coded_at": coded_at or self._now}
        return content | place | when

    def _article(self, article_id: str, cells: Row) -> _Article:
        article = self._articles.get(article_id)
        if article is None and article_id in self._successors:
            raise ValueError(
                f"bài đã được sửa từ lúc xuất (nay có mã {self._successors[article_id]}): xuất lại và gán lại bài này"
            )
        if article is None:
            raise ValueError(f"không có bài nào mang mã “{article_id[:40]}” trong bản đã công bố")
        if plain(cells["title"]) != plain(article.title):
            raise ValueError("tiêu đề không phải của mã bài này: bảng đã bị sửa hoặc xáo dòng")
        if cells["text_digest"] != article.text_digest:
            raise ValueError("nội dung bài đã đổi từ lúc xuất, hoặc mã nội dung đã bị sửa: xuất lại và gán lại bài này")
        return article

    def _said(self, cells: Row) -> dict[str, Any]:
        relevance = cells["relevance"].lower()
        if not relevance:
            raise ValueError("có chủ đề mà thiếu mức liên quan")
        if relevance not in RELEVANCE:
            raise ValueError(f"“{relevance[:40]}” không có trong sổ mã: chọn {', '.join(RELEVANCE)}")
        for theme in self._themes(cells):
            if cells[theme_field(theme)].lower() not in _YES:
                raise ValueError(f"“{cells[theme_field(theme)][:40]}” ở chủ đề {theme}: chỉ gõ {MARK} hoặc để trống")
        themes = sorted(self._themes(cells))
        if themes and relevance == "none":
            raise ValueError(f"none mà có chủ đề {', '.join(themes)}: chỉ gán chủ đề cho explicit và implicit")
        named = sorted(filter(None, map(str.strip, re.split(r"[;,]", cells.get("agencies", "")))))
        unknown = [a for a in named if a not in self._registry.agencies]
        if unknown:
            raise ValueError(f"cơ quan “{unknown[0][:60]}” không có trong danh bạ: dùng mã ở agencies.csv")
        return {
            "text_digest": cells["text_digest"],
            "codebook_version": _version(cells.get("codebook_version", "")),
            "relevance": relevance,
            "themes": themes,
            "agencies": named or None,
            "note": cells.get("note", ""),
        }


def _check_themes(file: Path, sheet: Sheet, registry: Registry) -> None:
    unknown = sorted(set(sheet.themes) - set(registry.themes))
    if unknown:
        raise TheodoiError(f"{file} có cột của chủ đề “{unknown[0]}”, không có trong danh bạ")
    missing = sorted(set(registry.themes) - set(sheet.themes))
    if missing:
        raise TheodoiError(f"{file} thiếu cột chủ đề {', '.join(missing)}: dùng bảng do `theodoi labels export` tạo ra")


def _articles(db: duckdb.DuckDBPyConnection) -> dict[str, _Article]:
    found = db.execute(
        """
        select a.article_id, a.title, t.text_digest, d.source_id, d.url_key, strftime(a.published_month, '%Y-%m')
        from core.article a
        inner join core.article_text t using (article_id)
        inner join core.article_address d on d.article_id = a.article_id and d.is_counted
        """
    )
    return {row[0]: _Article(*row[1:]) for row in found.fetchall()}


def _successors(db: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Text that an article once had -> the article as it is today."""
    return dict(
        db.execute("select article_id, min(counted_article_id) from core.article_version group by 1").fetchall()
    )


def _version(written: str) -> str:
    if not written:
        return CODEBOOK_VERSION
    try:
        known = edition(written) <= edition(CODEBOOK_VERSION)
    except ValueError:
        known = False
    if not known:
        raise ValueError(f"không có sổ mã bản “{written[:20]}”; bản đang dùng là {CODEBOOK_VERSION}")
    return written


def _moment(written: str, now: datetime) -> datetime | None:
    """A time of day here unless it names its zone; None where nothing is written."""
    if not written:
        return None
    moment = None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        for form in _TIMES:
            try:
                moment = datetime.strptime(written, form)  # noqa: DTZ007  the zone is set below
                break
            except ValueError:
                continue
    if moment is None:
        raise ValueError(f"lúc gán “{written[:40]}” không đọc được: viết 2024-07-03 09:30 hoặc để trống")
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).astimezone(UTC)
    if moment > now + _AHEAD:
        raise ValueError(f"lúc gán “{written[:40]}” ở tương lai")
    return moment


def _same(row: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether a judgement says just that."""
    return all((row[k] or None) == (v or None) for k, v in said.items())


def _told(file: Path, problems: Mapping[int, str]) -> str:
    shown = [f"  {file.name} dòng {number}: {what}" for number, what in sorted(problems.items())[:_SHOWN]]
    more = [f"  … và {len(problems) - _SHOWN} dòng sai khác"] if len(problems) > _SHOWN else []
    return "\n".join([f"{file} có {len(problems)} dòng sai, không nhập gì:", *shown, *more])
