"""Every quarter of an hour: look at the sites whose turn it is."""

from typing import Any

from airflow.sdk import DAG, task

from dags.wiring import NOT_NOW, OWNER, advise, crawl_each, every

DOC = """
### Thu thập những nguồn đã đến lượt
Cứ 15 phút chạy một lần; chỉ những nguồn **đã đến lượt** được thu thập, mỗi nguồn riêng. Mỗi nguồn có nhịp của nó, từ
15 phút đến 24 giờ, học từ những lần trước: phần lớn là bài đã biết thì hỏi thưa ra, phần lớn là bài mới thì dày lên;
trang không trả lời thì thưa dần. Nguồn ngoài giờ được hỏi (`hours`) hoặc đã hết số yêu cầu của ngày (`daily_budget`)
thì chưa đến lượt. Xem bằng `theodoi status`, cột *Lượt tới*.

* `list_due` chọn nguồn; nguồn đang được thu thập ở nơi khác được để yên. Không nguồn nào đến lượt: các bước sau được bỏ
  qua, lần chạy vẫn xanh.
* `crawl`, `every_source`: như trong `daily_crawl`.
* `captured` chỉ báo `captures` khi có bài mới hoặc bài sửa; không có gì mới thì bước này được bỏ qua.

`daily_crawl` vẫn cần: mỗi đêm nó xem mọi nguồn một lần và công bố cả những ngày im lặng. Bật thêm DAG này khi muốn có
tin trong ngày, hoặc khi có trang đăng nhanh đến mức một ngày xem một lần là sót.
"""

with DAG(
    "crawl_due",
    description="Thu thập các nguồn đã đến lượt, 15 phút một lần",
    doc_md=DOC,
    schedule=every("*/15 * * * *"),
    catchup=False,
    # One source's first crawl takes hours; the others must not wait for it. Two runs never crawl one source at once.
    max_active_runs=8,
    is_paused_upon_creation=True,
    tags=["theodoi", "thu-thap"],
    default_args={
        "owner": OWNER,
        "on_failure_callback": advise("đọc lỗi ở trên; nếu là danh bạ thì sửa dòng được nêu; lượt sau tự chạy lại"),
    },
):

    @task
    def list_due() -> list[str]:
        """Ids of the sources whose turn it is and that nobody crawls at this moment."""
        from datetime import UTC, datetime

        from theodoi.registry import load_registry
        from theodoi.settings import Settings
        from theodoi.steps.due import due_sources, is_being_crawled

        settings = Settings()
        registry = load_registry(settings.registry, allow_private=settings.allow_private)
        found = due_sources(settings, registry, datetime.now(UTC))
        return [due.source_id for due in found if not is_being_crawled(settings, due.source_id)]

    def crawl_one(settings: Any, registry: Any, source_id: str) -> str:  # noqa: ANN401 - of theodoi
        """Crawl a source unless an earlier run, for which this one waited, has done so meanwhile."""
        from datetime import UTC, datetime

        from theodoi.steps.crawl import crawl_source
        from theodoi.steps.due import is_due

        if not is_due(settings, registry, source_id, datetime.now(UTC)):
            return NOT_NOW
        return crawl_source(settings, registry, source_id).state

    # Of four tasks that run at once one place is left for what publishes.
    crawl_each(list_due(), crawl_one, max_active_tis_per_dag=3)
