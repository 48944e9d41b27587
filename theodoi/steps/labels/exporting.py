"""Hand out what a coder is to label, without a word of what the model thinks."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from theodoi.errors import TheodoiError
from theodoi.settings import Settings
from theodoi.steps.labels.drawing import Draw, draw, drawn
from theodoi.steps.labels.judged import judgement_rows, judgements_of
from theodoi.steps.labels.published import checked_coder, checked_month, opened
from theodoi.steps.labels.sheet import write_sheet
from transforms.codebook import CODEBOOK_VERSION, CONSENSUS
from transforms.judgements import standing, verdicts

# Characters of the text that a sheet shows; who needs more opens the address.
OPENING = 1_500


@dataclass(frozen=True)
class ExportResult:
    """A sheet that was written.

    Attributes:
        file: The sheet.
        coder: For whom.
        n_rows: Articles in it.
        n_done: Articles left out: this coder labelled them before.
        n_gone: Articles left out: they do not count any more, so there is no text to read.
        draw: The draw that was made on the way; None where the month had been drawn.
    """

    file: Path
    coder: str
    n_rows: int
    n_done: int
    n_gone: int
    draw: Draw | None

    def text(self) -> str:
        """For people, Vietnamese, one fact a line."""
        lines = [self.draw.text()] if self.draw else []
        lines.append(f"{self.file}: {self.n_rows} bài cho {self.coder}")
        if self.n_done:
            lines.append(f"Không đưa vào {self.n_done} bài mà {self.coder} đã gán")
        if self.n_gone:
            lines.append(f"Không đưa vào {self.n_gone} bài không còn được tính")
        lines.append(f"Gán xong thì nhập: theodoi import labels {self.file}")
        return "\n".join(lines)


def export_labels(
    settings: Settings,
    month: str,
    coder: str,
    *,
    form: str = "xlsx",
    out: Path | None = None,
    second: bool = False,
    disputed: bool = False,
) -> ExportResult:
    """Write the sheet of a coder for a month; a month that was never drawn is drawn first.

    Args:
        settings: Where everything is.
        month: `YYYY-MM`, local.
        coder: Pseudonym; with `disputed` the one that signs what was agreed on.
        form: xlsx or csv.
        out: The file; None for `<data>/labelling/<month>-<coder>.<form>`.
        second: Only what a second person labels too.
        disputed: Only what the coders disagree on, with what they said.

    Raises:
        TheodoiError: Month or coder are none, there is nothing to draw from or to label, or the file is there already.
        DataFolderError: The file or the lake cannot be written.
    """
    checked_month(month)
    checked_coder(coder)
    if (coder == CONSENSUS) != disputed:
        raise TheodoiError(f"--disputed và bí danh “{CONSENSUS}” đi với nhau: chúng dành cho ý kiến thống nhất")
    if form not in ("xlsx", "csv"):
        raise TheodoiError(f"không có dạng “{form}”: chọn xlsx hoặc csv")
    made = None if disputed or drawn(settings, month) else draw(settings, month)
    sample = [row for row in drawn(settings, month) if row["is_sampled"] and (row["for_second_coder"] or not second)]
    given = judgement_rows(settings)
    with opened(settings) as db:
        themes = dict(db.execute("select theme_id, name from core.theme order by theme_id").fetchall())
        texts = _texts(db, month)
        if disputed:
            said = _said(given, month)
            rows = [texts[a] | {"said": words} for a, words in said.items() if a in texts]
            n_gone, n_done = len(said) - len(rows), 0
        else:
            done = {row["article_id"] for row in given if row["coder"] == coder}
            ids = [row["article_id"] for row in sample]
            # Labelled as it was drawn, or as it is today.
            left = [a for a in ids if not {a, texts.get(a, {}).get("article_id")} & done]
            rows = [texts[a] for a in left if a in texts]
            n_gone, n_done = len(left) - len(rows), len(ids) - len(left)
    if not rows:
        raise TheodoiError(f"không còn bài nào của tháng {month} để {coder} gán ({n_done} bài đã gán)")
    file = out or settings.data / "labelling" / f"{month}-{coder}.{form}"
    signed = {"coder": coder, "codebook_version": CODEBOOK_VERSION}
    write_sheet(file, [row | signed for row in sorted(rows, key=lambda r: int(r["queue_no"]))], themes)
    return ExportResult(file, coder, len(rows), n_done, n_gone, made)


def _texts(db: duckdb.DuckDBPyConnection, month: str) -> dict[str, dict[str, str]]:
    """What a coder reads, of every article in the queue of a month, under the id it was drawn by and that of today."""
    found = db.execute(
        """
        select
            q.drawn_id, q.article_id, q.queue_no, a.title, a.lead, a.url, a.published_day, t.text, t.text_digest
        from marts.review_queue q
        inner join core.article a using (article_id) inner join core.article_text t using (article_id)
        where strftime(q.month, '%Y-%m') = $month
        """,
        {"month": month},
    )
    texts: dict[str, dict[str, str]] = {}
    for drawn_id, article_id, queue_no, title, lead, url, day, text, digest in found.fetchall():
        row = {
            "article_id": article_id,
            "queue_no": str(queue_no),
            "title": title or "",
            "lead": lead or "",
            "url": url or "",
            "published_day": f"{day:%d/%m/%Y}",
            "opening": _opening(text or ""),
            "text_digest": digest,
        }
        texts[drawn_id] = texts[article_id] = row
    return texts


def _opening(text: str) -> str:
    if len(text) <= OPENING:
        return text
    return text[:OPENING].rsplit(" ", 1)[0] + " …"


def _said(given: list[dict[str, Any]], month: str) -> dict[str, str]:
    """Disputed article -> what each coder said of it."""
    judgements = judgements_of(given)
    disputed = {v.article_id for v in verdicts(judgements) if v.is_disputed and month in v.months}
    said: dict[str, list[str]] = defaultdict(list)
    for j in sorted(standing(judgements), key=lambda j: j.coder):
        if j.article_id in disputed:
            said[j.article_id].append(" ".join([f"{j.coder}:", j.relevance, *sorted(j.themes)]))
    return {article: "\n".join(words) for article, words in sorted(said.items())}
