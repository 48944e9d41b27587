"""The command line: reads options, calls one step, prints what it did.

Docstrings of commands are their help, so they speak Vietnamese. Steps are imported late so that help is instant.
"""

import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console

from theodoi import __version__
from theodoi.errors import TheodoiError
from theodoi.settings import Settings
from theodoi.tables import LOCAL, print_agreement, print_crawl, print_previews, print_status, print_turns

if TYPE_CHECKING:
    from theodoi.registry import Registry
    from theodoi.steps.process import ProcessResult

# Addresses of each source that a dry run prints without --all.
_SHOWN = 20

app = typer.Typer(
    help="theodoi: theo dõi từ bên ngoài việc tuyên truyền Đề án nhân lực của tỉnh Hải Dương.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
import_app = typer.Typer(
    no_args_is_help=True, help="Nhập dữ liệu mà chỉ chủ sở hữu mới xuất được, hoặc kho lưu trữ web."
)
app.add_typer(import_app, name="import")
labels_app = typer.Typer(
    no_args_is_help=True, help="Nhãn do người gán: rút mẫu, xuất bảng, đo mức đồng thuận (docs/labelling.md)."
)
app.add_typer(labels_app, name="labels")
out = Console()

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Thư mục dữ liệu.", show_default="THEODOI_DATA hoặc ./data", metavar="DIR")
]
RegistryOption = Annotated[
    Path | None,
    typer.Option(
        "--registry", help="Thư mục danh bạ.", show_default="THEODOI_REGISTRY hoặc warehouse/seeds", metavar="DIR"
    ),
]
SourceOption = Annotated[
    list[str] | None, typer.Option("--source", help="Chỉ nguồn này; lặp lại cho nhiều nguồn.", metavar="ID")
]
MonthOption = Annotated[str, typer.Option("--month", help="Tháng đăng bài.", metavar="YYYY-MM")]
OneSourceOption = Annotated[str, typer.Option("--source", help="Nguồn trong danh bạ.", metavar="ID")]
SinceOption = Annotated[
    datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Chỉ bài từ ngày này.", metavar="YYYY-MM-DD")
]
UntilOption = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d"], help="Chỉ bài đến hết ngày này.", metavar="YYYY-MM-DD"),
]
CapturedSinceOption = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        formats=["%Y-%m-%d"],
        help="Chụp từ ngày này.",
        show_default="2022-06-07, ngày có Đề án",
        metavar="YYYY-MM-DD",
    ),
]
CapturedUntilOption = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d"], help="Chụp đến hết ngày này.", metavar="YYYY-MM-DD"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="In JSON thay cho bảng.")]


def settings_of(data: Path | None, registry: Path | None) -> Settings:
    """Settings from the environment, the command line going first."""
    given: dict[str, Any] = {"data": data, "registry": registry}
    try:
        return Settings(**{key: value for key, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        raise TheodoiError(f"THEODOI_{str(first['loc'][0]).upper()}={first['input']!r}: {first['msg']}") from error


def registry_of(settings: Settings) -> "Registry":
    """The checked registry of these settings."""
    from theodoi.registry import load_registry

    return load_registry(settings.registry, allow_private=settings.allow_private)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@app.callback(invoke_without_command=True)
def _root(
    *,
    version: Annotated[bool, typer.Option("--version", help="In phiên bản rồi thoát.", is_eager=True)] = False,
) -> None:
    if version:
        out.print(f"theodoi {__version__}")
        raise typer.Exit


@app.command(
    epilog=(
        "**Ví dụ:** `theodoi crawl` · `theodoi crawl --source bao_hai_duong --since 2024-01-01` · `theodoi crawl --due`"
        " · `theodoi crawl --dry-run` · `theodoi crawl --rewalk 60 --probe-ids 2024-05`"
    ),
)
def crawl(
    *,
    source: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    due: Annotated[bool, typer.Option("--due", help="Chỉ những nguồn đã đến lượt.")] = False,
    rewalk: Annotated[
        int | None,
        typer.Option(
            "--rewalk",
            min=1,
            help="Đọc lại danh mục lùi về từng ấy ngày, kể cả phần đã biết: tìm bài bị ghi lùi ngày.",
            metavar="DAYS",
        ),
    ] = None,
    probe_ids: Annotated[
        list[str] | None,
        typer.Option(
            "--probe-ids", help="Dò các số bài còn trống của tháng đăng này; lặp lại được.", metavar="YYYY-MM"
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ cho biết sẽ tải gì và vì sao; không tải bài nào, không lưu gì.")
    ] = False,
    show_all: Annotated[bool, typer.Option("--all", help="Cùng --dry-run: in mọi địa chỉ.")] = False,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Thu thập các trang trong danh bạ: tìm bài mới, tải về, lưu nguyên bản (WARC).

    Với --dry-run chỉ đọc robots.txt và các kênh (feed, sitemap, danh mục) rồi in những địa chỉ sẽ được tải.
    """
    settings = settings_of(data, registry)
    sources = registry_of(settings)
    if due:
        source = _due(settings, sources, source)
        if not source:
            return
    scope: dict[str, Any] = {
        "source_ids": source,
        "since": _day(since),
        "until": _day(until),
        "rewalk_days": rewalk,
        "probe_months": probe_ids or (),
    }
    if dry_run:
        from theodoi.steps.preview import preview

        print_previews(out, preview(settings, sources, **scope), None if show_all else _SHOWN)
        return
    from theodoi.steps.crawl import crawl as step

    results = step(settings, sources, **scope)
    print_crawl(out, results)
    broken = [r.problem for r in results if r.problem]
    if broken:
        raise TheodoiError("; ".join(broken))


def _due(settings: Settings, registry: "Registry", wanted: list[str] | None) -> list[str]:
    """Those of the wanted sources whose turn it is, after telling why."""
    from theodoi.steps.due import turns

    now = datetime.now(UTC)
    found = [t for t in turns(settings, registry, now) if wanted is None or t.source_id in wanted]
    due = [t for t in found if t.due_at <= now]
    print_turns(out, due, found[0] if found else None)
    return [t.source_id for t in due]


@app.command(
    epilog="**Ví dụ:** `theodoi process` · `theodoi process --month 2026-11` (tháng thu thập)",
)
def process(
    *,
    month: Annotated[
        list[str] | None, typer.Option("--month", help="Tháng thu thập; lặp lại được.", metavar="YYYY-MM")
    ] = None,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Đọc các trang đã lưu: tách bài, nhận bản sao, phân loại."""
    from theodoi.steps.process import process as step

    settings = settings_of(data, registry)
    _print_process(step(settings, registry_of(settings), months=month))


@app.command(
    epilog="**Ví dụ:** `theodoi build && theodoi publish`",
)
def build(*, data: DataOption = None, registry: RegistryOption = None) -> None:
    """Dựng cơ sở dữ liệu (dbt) vào một tệp riêng, chưa công bố."""
    from theodoi.steps.build import build as step

    settings = settings_of(data, registry)
    registry_of(settings)
    out.print(f"Đã dựng: {step(settings)}", soft_wrap=True)


@app.command(
    epilog="**Ví dụ:** `theodoi publish` · `theodoi publish --as-of 2024-07-01` (đặt lại bản đã công bố đến lúc đó)",
)
def publish(
    *,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
            help="Công bố lại bản có hiệu lực lúc này (giờ Việt Nam).",
            metavar="T",
        ),
    ] = None,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Kiểm định bản vừa dựng rồi công bố; bị từ chối thì bản cũ được giữ nguyên."""
    from theodoi.steps.publish import publish as step

    moment = as_of.replace(tzinfo=LOCAL) if as_of else None
    out.print(f"Đã công bố: {step(settings_of(data, registry), as_of=moment)}", soft_wrap=True)


@app.command(
    epilog="**Ví dụ:** `theodoi run` · `theodoi run --source cong_ttdt`",
)
def run(
    *,
    source: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Cả chuỗi: crawl, process, build, publish. Bị ngắt giữa chừng thì chạy lại là tiếp tục."""
    from theodoi.steps.run import run as step

    settings = settings_of(data, registry)
    crawled, processed, published = step(
        settings, registry_of(settings), source_ids=source, since=_day(since), until=_day(until)
    )
    print_crawl(out, crawled)
    _print_process(processed)
    out.print(f"Đã công bố: {published}", soft_wrap=True)
    for result in crawled:
        if result.problem:
            # The others are published; who watches the log must still see it.
            sys.stderr.write(f"theodoi: {result.problem}\n")


@app.command(
    epilog="**Ví dụ:** `theodoi status` · `theodoi status --json`",
)
def status(*, as_json: JsonOption = False, data: DataOption = None, registry: RegistryOption = None) -> None:
    """Tình trạng từng nguồn: có nhìn thấy trang không, còn đăng đều không, có vấn đề gì, nên làm gì, bao giờ đến lượt.

    *7 ngày (thường lệ)*: số bài đăng trong 7 ngày, và khoảng của 95 % số tuần trước đây. *Không thấy*: số ngày trong 30
    ngày qua mà không biết trang đã đăng gì. *Hổng*: số giờ mà kênh có thể đã giấu bài. *Hạng*: độ đầy đủ của tháng trọn
    vẹn gần nhất (A, B, C, X).
    """
    from theodoi.steps.status import status as step

    settings = settings_of(data, registry)
    rows = step(settings, registry_of(settings))
    if as_json:
        out.print_json(json.dumps([asdict(r) for r in rows], default=str, ensure_ascii=False))
        return
    print_status(out, rows)


@app.command(
    epilog="**Ví dụ:** `theodoi review --month 2024-06`",
)
def review(
    *,
    month: MonthOption,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Trang đánh giá của một tháng (HTML), từ cơ sở dữ liệu đã công bố."""
    from theodoi.steps.review import review as step

    out.print(f"Trang đánh giá: {step(settings_of(data, registry), month)}", soft_wrap=True)


@app.command(
    epilog="**Ví dụ:** `theodoi probe https://baohaiduong.vn`",
)
def probe(
    url: Annotated[str, typer.Argument(help="Địa chỉ trang chủ hoặc một bài.")],
    *,
    as_json: JsonOption = False,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Xem một địa chỉ: nền tảng, feed, sitemap, danh mục, và sẽ tách được gì, theo quy tắc nào."""
    from theodoi.steps.probe import probe as step

    report = step(settings_of(data, registry), url)
    if as_json:
        out.print_json(json.dumps(asdict(report), default=str, ensure_ascii=False))
        return
    out.print(report.text(), soft_wrap=True, markup=False, highlight=False)


@import_app.command(
    "archive",
    epilog="**Ví dụ:** `theodoi import archive trang-2023.warc.gz && theodoi process && theodoi build`",
)
def import_archive(
    file: Annotated[Path, typer.Argument(help="Tệp .warc, .warc.gz hoặc .wacz.")],
    *,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Nhập tệp WARC hoặc WACZ: các trang của những nguồn có trong danh bạ vào kho, như thể đã thu thập."""
    from theodoi.steps.importing import import_archive as step

    settings = settings_of(data, registry)
    out.print(step(settings, registry_of(settings), file).text(), soft_wrap=True, markup=False, highlight=False)


@import_app.command(
    "wayback",
    epilog="**Ví dụ:** `theodoi import wayback --source bhd_cu --until 2023-07-15` · "
    "`theodoi import wayback --source bhd_cu --endpoint http://127.0.0.1:8080/kho`",
)
def import_wayback(
    *,
    source: OneSourceOption,
    endpoint: Annotated[
        str | None,
        typer.Option(
            "--endpoint",
            help="Kho tương thích Wayback; với pywb là địa chỉ một bộ sưu tập.",
            show_default="https://web.archive.org",
            metavar="URL",
        ),
    ] = None,
    since: CapturedSinceOption = None,
    until: CapturedUntilOption = None,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Lấy bản chụp các bài của một nguồn từ kho Wayback (Internet Archive, pywb), giữ thời điểm chụp."""
    from theodoi.steps import webarchive as step

    settings = settings_of(data, registry)
    result = step.import_wayback(
        settings,
        registry_of(settings),
        source,
        endpoint=endpoint or step.WAYBACK,
        since=_day(since),
        until=_day(until),
    )
    out.print(result.text(), soft_wrap=True, markup=False, highlight=False)


@import_app.command(
    "commoncrawl",
    epilog="**Ví dụ:** `theodoi import commoncrawl --source bhd_cu --since 2022-06-01 --until 2023-07-31`",
)
def import_commoncrawl(
    *,
    source: OneSourceOption,
    endpoint: Annotated[
        str | None,
        typer.Option(
            "--endpoint", help="Máy chủ chỉ mục.", show_default="https://index.commoncrawl.org", metavar="URL"
        ),
    ] = None,
    records: Annotated[
        str | None,
        typer.Option(
            "--records", help="Máy chủ chứa các tệp WARC.", show_default="https://data.commoncrawl.org", metavar="URL"
        ),
    ] = None,
    since: CapturedSinceOption = None,
    until: CapturedUntilOption = None,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Lấy bản chụp các bài của một nguồn từ Common Crawl, giữ thời điểm chụp."""
    from theodoi.steps import webarchive as step

    settings = settings_of(data, registry)
    result = step.import_commoncrawl(
        settings,
        registry_of(settings),
        source,
        endpoint=endpoint or step.COMMON_CRAWL,
        records_url=records or step.COMMON_CRAWL_RECORDS,
        since=_day(since),
        until=_day(until),
    )
    out.print(result.text(), soft_wrap=True, markup=False, highlight=False)


@import_app.command(
    "addresses",
    epilog="**Ví dụ:** `theodoi import addresses phai-co-2024-06.csv --source bao_hai_duong && theodoi crawl`",
)
def import_addresses(
    file: Annotated[Path, typer.Argument(help="Mỗi dòng một địa chỉ, hoặc bảng CSV có cột url và có thể có cột day.")],
    *,
    source: OneSourceOption,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Nhập danh sách địa chỉ lẽ ra phải có, do người ngoài hệ thống cung cấp; lần thu thập sau sẽ tải."""
    from theodoi.steps.outside import import_addresses as step

    settings = settings_of(data, registry)
    result = step(settings, registry_of(settings), source, file)
    out.print(result.text(), soft_wrap=True, markup=False, highlight=False)


@import_app.command(
    "labels",
    epilog="**Ví dụ:** `theodoi import labels data/labelling/2024-06-gv1.xlsx && theodoi build && theodoi publish`",
)
def import_labels(
    file: Annotated[Path, typer.Argument(help="Bảng xlsx hoặc csv đã gán.")],
    *,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Nhập nhãn do người gán; một dòng sai thì không nhập gì. Nhập lại cùng tệp không ghi thêm gì."""
    from theodoi.steps.labels.importing import import_labels as step

    settings = settings_of(data, registry)
    out.print(step(settings, registry_of(settings), file).text(), soft_wrap=True, markup=False, highlight=False)


@labels_app.command(
    "draw",
    epilog="**Ví dụ:** `theodoi labels draw --month 2024-06`",
)
def labels_draw(*, month: MonthOption, data: DataOption = None, registry: RegistryOption = None) -> None:
    """Rút mẫu bài của một tháng đã hết để người gán nhãn. Đã rút thì không đổi; bài đến sau thành đợt sau."""
    from theodoi.steps.labels.drawing import draw as step

    out.print(step(settings_of(data, registry), month).text(), soft_wrap=True, markup=False, highlight=False)


@labels_app.command(
    "export",
    epilog=(
        "**Ví dụ:** `theodoi labels export --month 2024-06 --coder gv1`"
        " · `theodoi labels export --month 2024-06 --coder gv2 --second`"
        " · `theodoi labels export --month 2024-06 --coder chung --disputed`"
    ),
)
def labels_export(
    *,
    month: MonthOption,
    coder: Annotated[str, typer.Option("--coder", help="Bí danh người gán; không dùng tên thật.", metavar="ID")],
    form: Annotated[str, typer.Option("--format", help="xlsx hoặc csv.")] = "xlsx",
    file: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Tệp bảng.", show_default="<data>/labelling/<tháng>-<bí danh>.<dạng>", metavar="FILE"
        ),
    ] = None,
    second: Annotated[bool, typer.Option("--second", help="Chỉ phần của người thứ hai.")] = False,
    disputed: Annotated[
        bool, typer.Option("--disputed", help="Chỉ bài còn ý kiến khác nhau, kèm ý kiến từng người.")
    ] = False,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Xuất bảng để một người gán nhãn, không kèm nhãn của máy. Tháng chưa rút mẫu thì rút luôn."""
    from theodoi.steps.labels.exporting import export_labels as step

    result = step(settings_of(data, registry), month, coder, form=form, out=file, second=second, disputed=disputed)
    out.print(result.text(), soft_wrap=True, markup=False, highlight=False)


@labels_app.command(
    "agreement",
    epilog="**Ví dụ:** `theodoi labels agreement` · `theodoi labels agreement --month 2024-06`",
)
def labels_agreement(
    *,
    month: Annotated[
        str | None, typer.Option("--month", help="Chỉ tháng đăng này.", show_default="mọi tháng", metavar="YYYY-MM")
    ] = None,
    data: DataOption = None,
    registry: RegistryOption = None,
) -> None:
    """Những người gán nhãn đồng ý với nhau đến đâu: α của Krippendorff, khoảng 95 %, cho từng câu hỏi."""
    from theodoi.steps.labels.judged import agreement as step

    settings = settings_of(data, registry)
    print_agreement(out, *step(settings, registry_of(settings), month))


def _print_process(result: "ProcessResult") -> None:
    out.print(
        f"Đã đọc {result.articles} bài; bỏ {sum(result.drops.values())} trang; {result.fresh} phân vùng không đổi.",
        soft_wrap=True,
    )
    for reason, count in sorted(result.drops.items()):
        out.print(f"  bỏ vì {reason}: {count}")


def main() -> None:
    """Run the command line; a failure that a person can mend is one line, not a traceback."""
    # Tools that we start must not report home; set before any of them is imported.
    os.environ.setdefault("DO_NOT_TRACK", "1")
    try:
        app()
    except TheodoiError as error:
        sys.stderr.write(f"theodoi: {error}\n")
        sys.exit(1)
    except OSError as error:
        # What no step named: still the machine's fault, not a defect that a traceback would help with.
        sys.stderr.write(f"theodoi: {error.strerror or error}: {error.filename or 'no file named'}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("theodoi: đã ngắt; chạy lại cùng lệnh để tiếp tục\n")
        sys.exit(130)
