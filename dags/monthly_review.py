"""After every publication: the review page of the last complete month; any other month by hand."""

from airflow.sdk import DAG, PartitionedAssetTimetable, StartOfMonthMapper, task

from dags.wiring import OWNER, TIMEZONE, advise, coverage

DOC = """
### Trang đánh giá tháng
Mỗi lần chạy ứng với **một tháng đăng bài** (*Partition Key*, dạng `2024-06`). Khi `publish_coverage` công bố xong,
tháng trọn vẹn gần nhất được viết lại, nên bài đến muộn cũng có mặt.

Muốn tháng khác: bấm *Trigger*, điền *Partition Key*, ví dụ `2024-05`; để trống là tháng trọn vẹn gần nhất. Hoặc dùng
dòng lệnh: `theodoi review --month 2024-05`.

Trang HTML nằm trong thư mục `reviews` của thư mục dữ liệu. Bước này chỉ đọc cơ sở dữ liệu đã công bố.
"""

with DAG(
    "monthly_review",
    description="Trang đánh giá của một tháng đăng bài",
    doc_md=DOC,
    schedule=PartitionedAssetTimetable(
        assets=coverage,
        # Keeps the key and refuses one that is no month.
        default_partition_mapper=StartOfMonthMapper(input_format="%Y-%m", timezone=TIMEZONE),
    ),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["theodoi", "danh-gia"],
    default_args={
        "owner": OWNER,
        "on_failure_callback": advise("kiểm tra tháng có trong cơ sở dữ liệu đã công bố, rồi chọn Clear cho ô này"),
    },
):

    @task
    def review(*, partition_key: str | None = None) -> list[str]:
        """Write the page of the run's month, or of the one that is due."""
        from theodoi.settings import Settings
        from theodoi.steps.months import months_due
        from theodoi.steps.review import review as step

        settings = Settings()
        months = [partition_key] if partition_key else months_due(settings)
        return [str(step(settings, month)) for month in months]

    review()
