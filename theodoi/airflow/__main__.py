"""`python -m theodoi.airflow up`: Airflow with its user interface for the real registry, until it is stopped."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from theodoi.airflow.environment import USER
from theodoi.airflow.home import AirflowHome
from theodoi.airflow.processes import end_on_sigterm
from theodoi.errors import TheodoiError
from theodoi.progress import console
from theodoi.settings import Settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m theodoi.airflow", description="Airflow cho danh bạ thật, chỉ trên máy này."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="chạy Airflow cùng giao diện; Ctrl-C để dừng")
    up.add_argument("--data", type=Path, help="thư mục dữ liệu (mặc định: THEODOI_DATA hoặc ./data)")
    up.add_argument("--registry", type=Path, help="thư mục danh bạ (mặc định: THEODOI_REGISTRY hoặc của dự án)")
    up.add_argument("--port", type=int, default=8080, help="cổng của giao diện trên 127.0.0.1 (mặc định: 8080)")
    return parser


def _up(settings: Settings, port: int) -> None:
    home = AirflowHome(settings, port=port)
    try:
        with console.status("Đang khởi động Airflow …"):
            home.start()
        console.print(
            f"Airflow: {home.url}   người dùng: {USER}   mật khẩu: {home.password}", markup=False, soft_wrap=True
        )
        console.print("Bật DAG “daily_crawl” để bắt đầu thu thập hằng ngày. Dừng: Ctrl-C.")
        if not settings.contact:
            console.print("Chưa đặt THEODOI_CONTACT: chưa thu thập được trang công khai.", style="yellow")
        while True:
            home.check()
            time.sleep(1)
    finally:
        home.stop()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Airflow until it is stopped and return the exit status."""
    asked = _parser().parse_args(arguments)
    given = {name: getattr(asked, name) for name in ("data", "registry") if getattr(asked, name) is not None}
    end_on_sigterm()
    try:
        _up(Settings(**given), asked.port)
    except KeyboardInterrupt:
        console.print("Đã dừng Airflow.")
        return 0
    except (TheodoiError, OSError) as error:
        console.print(f"Lỗi: {error}", style="red", markup=False, soft_wrap=True, highlight=False)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
