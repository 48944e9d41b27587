"""After every crawl: read the new pages, build the database, let the gate judge it, publish it."""

from typing import Any

from airflow.sdk import DAG, task

from dags.wiring import OWNER, advise, captures, coverage

DOC = """
### Đọc, dựng, kiểm định, công bố
Chạy mỗi khi `daily_crawl` báo có trang mới (dữ liệu `captures`), không theo giờ.

* `process` đọc các trang đã lưu: tách bài, nhận bản sao, phân loại.
* `build` dựng cơ sở dữ liệu vào một tệp riêng.
* `publish` để cổng kiểm định xét tệp đó. Đạt thì công bố; **không đạt thì bước này đỏ, bản đã công bố gần nhất vẫn giữ
  nguyên**, nhật ký nêu bảng, quy tắc và mười dòng vi phạm.

Chạy lại bất kỳ bước nào cũng an toàn: mỗi bước viết lại phần của mình, không cộng dồn.
"""

with DAG(
    "publish_coverage",
    description="Đọc trang, dựng cơ sở dữ liệu, kiểm định, công bố",
    doc_md=DOC,
    schedule=[captures],
    catchup=False,
    # Two builds at once would write the same private file.
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["theodoi", "cong-bo"],
    default_args={
        "owner": OWNER,
        "on_failure_callback": advise(
            "bản đã công bố vẫn giữ nguyên; sửa điều nêu ở trên (dữ liệu, danh bạ hoặc đĩa) rồi chọn Clear cho ô này"
        ),
    },
):

    @task
    def process() -> int:
        """Read the captures; the result is how many articles were read anew."""
        from theodoi.registry import load_registry
        from theodoi.settings import Settings
        from theodoi.steps.process import process as step

        settings = Settings()
        return step(settings, load_registry(settings.registry, allow_private=settings.allow_private)).articles

    @task
    def build() -> str:
        """Build the candidate."""
        from theodoi.settings import Settings
        from theodoi.steps.build import build as step

        return str(step(Settings()))

    @task(outlets=[coverage])
    def publish(*, outlet_events: Any) -> str:  # noqa: ANN401 - Airflow's own
        """Publish the candidate and name the month that is due for review."""
        from theodoi.settings import Settings
        from theodoi.steps.months import months_due
        from theodoi.steps.publish import publish as step

        settings = Settings()
        published = step(settings)
        outlet_events[coverage].add_partitions(months_due(settings))
        return str(published)

    process() >> build() >> publish()
