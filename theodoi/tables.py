"""What the command line prints as tables, for terminals of 120 columns."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from theodoi.steps.committing import CrawlResult
    from theodoi.steps.due import Due
    from theodoi.steps.preview import Preview
    from theodoi.steps.status import SourceStatus
    from transforms.judgements import Question

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_WIDTH = 120
# Where a column must be narrow.
_SHORT = {"blind": "không thấy"}
STATES = {
    "published": "có bài mới",
    "silent": "im lặng",
    "blind": "không nhìn thấy",
    "never": "chưa thu thập",
    "skipped": "bỏ qua",
}
CLOSED = {"hours": "ngoài giờ được hỏi", "budget": "hết số yêu cầu hôm nay"}
ENDS = {
    **CLOSED,
    "time_limit": "hết giờ, lần sau đọc tiếp",
    "gave_up": "quá nhiều lỗi liên tiếp",
    "killed": "bị dừng giữa chừng",
}
CAUSES = {
    "new": "bài mới",
    "retry": "lần trước chưa tải được",
    "relisted": "danh mục báo có sửa",
    "delisted": "danh mục không còn liệt kê",
    "recheck": "đến lượt xem lại",
    "probe": "dò theo số bài",
}
TURNS = {
    "never": "lần đầu",
    "interval": "đến lượt",
    "backoff": "thưa dần vì lỗi",
    "unfinished": "đọc tiếp phần dở",
}

QUESTIONS = {
    "relevance": "Liên quan (ba mức)",
    "relevant": "Liên quan hay không",
    "themes": "Cả bộ chủ đề",
    "theme": "Chủ đề",
}
READINGS = {
    "reliable": "tin được (từ 0,80)",
    "tentative": "dè dặt (0,667 đến 0,80)",
    "unreliable": "chưa tin được (dưới 0,667)",
    "undefined": "không tính được: mọi nhãn như nhau",
}


def local(moment: datetime | None) -> str:
    """Day and time in Vietnam."""
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(LOCAL).strftime("%d/%m/%Y %H:%M") if moment else "—"


def print_crawl(out: Console, results: "Sequence[CrawlResult]") -> None:
    """What each source's crawl saw."""
    table = Table("Nguồn", "Tình trạng")
    for title in ("Địa chỉ", "Mới", "Đã tải", "Không đổi"):
        table.add_column(title, justify="right")
    table.add_column("Không tải được")
    for r in results:
        failed = ", ".join(f"{reason} {count}" for reason, count in sorted(r.failed.items()))
        numbers = (str(n) for n in (r.found, r.new, r.fetched, r.confirmed))
        table.add_row(r.source_id, STATES[r.state], *numbers, failed)
    out.print(table)
    for r in results:
        if r.ended in ENDS:
            _line(out, f"{r.source_id}: {STATES[r.state]}, {ENDS[r.ended]}")


def print_previews(out: Console, previews: "Sequence[Preview]", shown: int | None) -> None:
    """What crawls would fetch.

    Args:
        out: Where to.
        previews: One for each source.
        shown: So many addresses of each source; None for all.
    """
    for p in previews:
        bounds = [f"{p.delay_s:g} giây một yêu cầu"]
        if p.budget is not None:
            bounds.append(f"hôm nay {p.spent}/{p.budget} yêu cầu")
        if p.hours:
            bounds.append(f"chỉ hỏi {p.hours}")
        _line(out, f"{p.source_id}: {' · '.join(bounds)}")
        if p.closed:
            _line(out, f"  bỏ qua: {CLOSED[p.closed]}")
            continue
        for url, reason in p.blind.items():
            _line(out, f"  không nhìn thấy {url}: {reason}")
        if not p.planned:
            _line(out, "  không thấy gì để tải" if p.blind else "  không có gì để tải")
            continue
        table = Table("Vì sao", box=None, padding=(0, 2))
        table.add_column("Số địa chỉ", justify="right")
        for cause, n in Counter(planned.cause for planned in p.planned).most_common():
            table.add_row(CAUSES.get(cause, cause), str(n))
        out.print(table)
        for planned in p.planned[:shown]:
            _line(out, f"  {planned.url}  ({CAUSES.get(planned.cause, planned.cause)})")
        left = len(p.planned) - len(p.planned[:shown])
        if left:
            _line(out, f"  … và {left} địa chỉ nữa (--all để in hết)")


def print_turns(out: Console, due: "Sequence[Due]", following: "Due | None") -> None:
    """Which sources are due, or when the next one will be."""
    for turn in due:
        _line(out, f"{turn.source_id}: {TURNS[turn.why]}")
    if not due and following is not None:
        held = f" ({CLOSED[following.held]} cho đến lúc đó)" if following.held else ""
        _line(out, f"Chưa nguồn nào đến lượt; sớm nhất là {following.source_id} lúc {local(following.due_at)}{held}.")
    elif not due:
        _line(out, "Danh bạ không có nguồn nào đang hoạt động.")


def print_status(out: Console, rows: "Sequence[SourceStatus]") -> None:
    """How the sources stand, and below what to do."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="underline")
    for title in ("Nguồn", "Tình trạng"):
        table.add_column(title, no_wrap=True)
    for title in ("Thấy\nlần cuối", "Bài\nmới nhất", "7 ngày\n(thường lệ)", "Không\nthấy\n(ngày)", "Hổng\n(giờ)"):
        table.add_column(title, justify="right", no_wrap=True)
    for title in ("Hạng", "Lượt tới"):
        table.add_column(title, no_wrap=True)
    table.add_column("Vấn đề", overflow="fold")
    for r in rows:
        if r.state != "never":
            table.add_row(*_stands(r))
    if table.row_count:
        # Pipes and logs have no width of their own.
        out.print(table, width=None if out.is_terminal else max(out.width, _WIDTH))
    _advise(out, rows)
    bounded = [f"{r.source_id} {r.requests_today}/{r.daily_budget}" for r in rows if r.daily_budget is not None]
    if bounded:
        _line(out, f"Số yêu cầu hôm nay trên số được phép: {', '.join(bounded)}")
    never = [r.source_id for r in rows if r.state == "never"]
    if never:
        _line(out, f"Chưa thu thập lần nào: {_some(never)}; chạy `theodoi crawl`")


def print_agreement(out: Console, questions: "Sequence[Question]", n_disputed: int) -> None:
    """How far the coders agree, one table per month and edition of the codebook."""
    scopes: dict[tuple[str | None, str], list[Question]] = defaultdict(list)
    for question in questions:
        scopes[question.month, question.codebook_version].append(question)
    for (month, version), found in scopes.items():
        first = found[0].result
        when = f"Tháng {month}" if month else "Mọi tháng"
        _line(out, f"{when}, sổ mã bản {version}: {first.n_units} bài có từ hai người gán")
        table = Table("Câu hỏi", box=None, padding=(0, 2, 0, 0), header_style="underline")
        for title in ("Bài", "Như nhau", "α", "95 %"):
            table.add_column(title, justify="right", no_wrap=True)
        table.add_column("Đọc là", no_wrap=True)
        for question in found:
            r = question.result
            name = f"{QUESTIONS[question.kind]} {question.theme_id or ''}".strip()
            interval = "—" if r.low is None else f"{_alpha(r.low)} … {_alpha(r.high)}"
            share = "—" if r.share_equal is None else f"{r.share_equal:.0%}"
            reading = READINGS[r.reading] if r.n_units else "không có bài nào"
            table.add_row(name, str(r.n_units), share, _alpha(r.alpha), interval, reading)
        out.print(table, width=None if out.is_terminal else max(out.width, _WIDTH))
    if not questions:
        _line(out, "Chưa có bài nào được hai người gán.")
    if n_disputed:
        _line(out, f"{n_disputed} bài còn ý kiến khác nhau: `theodoi labels export --disputed --coder chung` để bàn.")


def _alpha(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}".replace(".", ",")


def _advise(out: Console, rows: "Sequence[SourceStatus]") -> None:
    """Each problem once, with what to do and whose it is; then what the probes found."""
    from theodoi.steps.advice import CLASSES, advice_of

    whose: dict[str, list[str]] = defaultdict(list)
    for r in rows:
        for problem in r.problems:
            whose[problem.name].append(r.source_id)
    for name, ids in sorted(whose.items()):
        advice = advice_of(name)
        _line(out, f"{name} [{CLASSES[advice.failure]}]: {advice.text} — {_some(ids)}")
    for r in rows:
        if m := r.missed:
            many = f"khoảng {m.estimate:g} bài ({m.low}–{m.high})"
            _line(out, f"{r.source_id}: dò số bài tháng {m.month}: các kênh sót {many}")


def _stands(r: "SourceStatus") -> tuple[str, ...]:
    return (
        r.source_id,
        _SHORT.get(r.state, STATES[r.state]),
        _ago(r.hours_since_success),
        _ago(r.hours_since_newest),
        _week(r),
        _number(r.blind_days),
        _number(r.gap_hours),
        r.grade or "—",
        r.next_at.astimezone(LOCAL).strftime("%d/%m %H:%M") if r.next_at else "—",
        r.reason,
    )


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.0f}"


def _week(r: "SourceStatus") -> str:
    if r.week is None:
        return "—"
    return f"{r.week} ({r.week_usual[0]}–{r.week_usual[1]})" if r.week_usual else f"{r.week}"


def _ago(hours: float | None) -> str:
    if hours is None:
        return "—"
    return f"{hours:.0f} giờ" if hours < 48 else f"{hours / 24:.0f} ngày"


def _some(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" và {len(names) - most} nguồn nữa" if len(names) > most else "")


def _line(out: Console, text: str) -> None:
    out.print(text, soft_wrap=True, markup=False, highlight=False)
