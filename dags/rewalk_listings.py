"""Now and then: read the listings far back, for articles that were dated back, and probe the numbers of a month."""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG

from dags.wiring import OWNER, advise, crawl_each, every, list_sources

DOC = """
### Đọc lại danh mục
Một lần thu thập bình thường đọc danh mục đến chỗ đã biết thì dừng. Bài bị **ghi lùi ngày** nằm phía sau chỗ ấy nên
không được thấy. Vì vậy:

* `rewalk_monthly` chạy 20:00 ngày 3 hằng tháng: đọc lại 60 ngày, và **dò các số bài còn trống** của tháng vừa hết ở
  những nền tảng cho phép hỏi bài theo số. Kết quả dò cho biết các kênh sót bao nhiêu bài (`theodoi status`).
* `rewalk_quarterly` chạy 20:00 ngày 10 của tháng 1, 4, 7, 10: đọc lại 400 ngày.

Mỗi nguồn một ô, lần lượt từng nguồn. Nguồn ngoài giờ được hỏi, hết số yêu cầu của ngày, hoặc đang được thu thập ở nơi
khác thì ô đó tự thử lại mỗi giờ trong một ngày. Không cần Airflow: `theodoi crawl --rewalk 60`, `--probe-ids 2024-05`.
"""


def _crawl_one(days: int, *, probe: bool) -> Any:  # noqa: ANN401 - a function of theodoi's own types
    def crawl_one(settings: Any, registry: Any, source_id: str) -> str:  # noqa: ANN401
        from theodoi.steps.rewalk import rewalk

        return rewalk(settings, registry, source_id, days=days, probe=probe).state

    return crawl_one


for dag_id, description, cron, days, probe in (
    ("rewalk_monthly", "Đọc lại danh mục 60 ngày, dò số bài của tháng trước", "0 20 3 * *", 60, True),
    ("rewalk_quarterly", "Đọc lại danh mục 400 ngày", "0 20 10 1,4,7,10 *", 400, False),
):
    with DAG(
        dag_id,
        description=description,
        doc_md=DOC,
        schedule=every(cron),
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=True,
        tags=["theodoi", "thu-thap"],
        default_args={
            "owner": OWNER,
            "on_failure_callback": advise(
                "đọc lỗi ở trên; nếu nguồn ngoài giờ hay đang bận thì chọn Clear cho ô này vào lúc khác"
            ),
        },
    ):
        crawl_each(
            list_sources(),
            _crawl_one(days, probe=probe),
            # A walk takes hours at its polite pace; the crawls of the day go on beside it.
            max_active_tis_per_dag=1,
            # Until the source's hours, or the next day's budget, have surely come.
            retries=24,
            retry_delay=timedelta(hours=1),
            retry_exponential_backoff=0,
        )
