"""Every night: look at every site and keep what is new."""

from datetime import timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable, TriggerRule, task

from dags.wiring import OWNER, TIMEZONE, advise, captures

DOC = """
### Thu thập hằng ngày
02:00 mỗi đêm, từng nguồn đang hoạt động trong danh bạ (`sources.csv`) được thu thập **riêng**: nguồn nào hỏng chỉ chậm
nguồn đó.

* `list_sources` đọc và kiểm tra danh bạ. Đỏ: danh bạ có dòng sai, nhật ký nêu tệp, dòng, cột.
* `crawl` chạy cho từng nguồn (tên nguồn hiện ở cột *Map Index*). Trang web không trả lời **không** làm bước này đỏ:
  nguồn được ghi *không nhìn thấy* (blind) cho ngày đó, xem bằng `theodoi status`. Đỏ nghĩa là chương trình hỏng; tự thử
  lại 2 lần.
* `captured` báo rằng có trang mới, khởi động `publish_coverage`, kể cả khi vài nguồn hỏng.
* `every_source` đỏ khi có nguồn hỏng, để lần chạy không hiện màu xanh.

Chạy lại một nguồn: mở ô của nguồn đó, chọn *Clear*. Chạy lại nhiều lần không làm sai số liệu.
"""

with DAG(
    "daily_crawl",
    description="Thu thập mọi nguồn, 02:00 hằng ngày",
    doc_md=DOC,
    # No delta: a first start shortly after two o'clock must wait for the next night, not crawl at once.
    schedule=CronTriggerTimetable("0 2 * * *", timezone=TIMEZONE, run_immediately=timedelta()),
    catchup=False,
    max_active_runs=1,
    # Real sites are asked only after a person has switched this on.
    is_paused_upon_creation=True,
    tags=["theodoi", "thu-thap"],
    default_args={
        "owner": OWNER,
        "on_failure_callback": advise("đọc lỗi ở trên; nếu là danh bạ thì sửa dòng được nêu, rồi chọn Clear cho ô này"),
    },
):

    @task
    def list_sources() -> list[str]:
        """Ids of the sources that may be crawled."""
        from theodoi.registry import load_registry
        from theodoi.settings import Settings

        settings = Settings()
        registry = load_registry(settings.registry, allow_private=settings.allow_private)
        return [source.source_id for source in registry.crawlable()]

    @task(
        map_index_template="{{ task.op_kwargs['source_id'] }}",
        # A crash may come from a full disk or a network that is away for a moment: 5, then 15 minutes later.
        retries=2,
        retry_delay=timedelta(minutes=5),
        retry_exponential_backoff=3,
        # A first crawl of a large newspaper takes hours at its polite pace; longer than this hides a hang.
        execution_timeout=timedelta(hours=12),
    )
    def crawl(source_id: str) -> str:
        """Crawl one source; what it could see is the result, whatever it is."""
        from theodoi.registry import load_registry
        from theodoi.settings import Settings
        from theodoi.steps.crawl import crawl_source

        settings = Settings()
        registry = load_registry(settings.registry, allow_private=settings.allow_private)
        return crawl_source(settings, registry, source_id).state

    crawled = crawl.expand(source_id=list_sources())
    # One site's crash must not withhold what the others brought.
    crawled >> EmptyOperator(task_id="captured", outlets=[captures], trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
    # A run takes the state of its last tasks: without this one a crashed crawl would stay green.
    crawled >> EmptyOperator(task_id="every_source")
