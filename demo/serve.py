"""`python -m demo.serve`: the sample province until it is interrupted."""

import signal
import threading
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from demo.province import DEFAULT_SEED, build_province
from demo.registry import write_registry
from demo.server import SampleServer
from demo.sources import BY_ID
from demo.truth import write_truth


def serve(
    port: Annotated[int, typer.Option(help="Cổng của trang thứ nhất, các trang sau nối tiếp; 0 = tự chọn.")] = 8750,
    seed: Annotated[int, typer.Option(help="Số gieo: cùng số thì cùng một tỉnh mẫu.")] = DEFAULT_SEED,
    registry: Annotated[Path | None, typer.Option(help="Ghi thư mục danh mục (registry) vào đây.")] = None,
    log: Annotated[Path | None, typer.Option(help="Ghi mỗi yêu cầu thành một dòng JSON vào tệp này.")] = None,
    truth: Annotated[Path | None, typer.Option(help="Ghi tệp đáp án (CSV) vào đây.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Chỉ hiện tin đăng đến hết ngày này; mặc định: tất cả."),
    ] = None,
) -> None:
    """Chạy tỉnh mẫu trên máy này cho đến khi bấm Ctrl+C.

    Ví dụ: python -m demo.serve --registry /tmp/mau/registry --truth /tmp/mau/truth.csv
    """
    stopped = threading.Event()
    # Also where the shell started us in the background and so ignores Ctrl+C for us, and where a supervisor ends us.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: stopped.set())
    day: date | None = as_of.date() if as_of else None
    province = build_province(seed)
    try:
        server = SampleServer(province, port, as_of=day, access_log=log).start()
    except OSError as error:
        typer.echo(f"Không mở được cổng từ {port}: {error.strerror}. Hãy chọn cổng khác bằng --port.", err=True)
        raise typer.Exit(1) from error
    try:
        if truth:
            typer.echo(f"Đáp án: {write_truth(province, truth)}")
        if registry:
            typer.echo(f"Danh mục: {write_registry(registry, server.base_urls)}")
        for source_id, address in server.base_urls.items():
            typer.echo(f"{address}  {source_id:15}  {BY_ID[source_id].site_name}")
        typer.echo("Tỉnh mẫu đang chạy, nội dung hư cấu. Bấm Ctrl+C để dừng.")
        stopped.wait()
    finally:
        server.stop()
    typer.echo("Đã dừng.")


if __name__ == "__main__":
    typer.run(serve)
