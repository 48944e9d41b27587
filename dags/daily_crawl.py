"""Every night: look at every site and keep what is new."""

from typing import Any

from airflow.sdk import DAG

from dags.wiring import NOT_NOW, OWNER, advise, crawl_each, every, list_sources

DOC = """
### Thu thập hằng ngày
02:00 mỗi đêm, từng nguồn đang hoạt động trong danh bạ (`sources.csv`) được thu thập **riêng**: nguồn nào hỏng chỉ chậm
nguồn đó.

* `list_sources` đọc và kiểm tra danh bạ. Đỏ: danh bạ có dòng sai, nhật ký nêu tệp, dòng, cột.
* `crawl` chạy cho từng nguồn (tên nguồn hiện ở cột *Map Index*). Trang web không trả lời **không** làm bước này đỏ:
  nguồn được ghi *không nhìn thấy* (blind) cho ngày đó, xem bằng `theodoi status`. Đỏ nghĩa là chương trình hỏng; tự thử
  lại 2 lần.
* `captured` báo rằng đã thu thập, khởi động `publish_coverage`, kể cả khi vài nguồn hỏng hay không có bài mới: ngày im
  lặng cũng được công bố.
* `every_source` đỏ khi có nguồn hỏng, để lần chạy không hiện màu xanh.

Nguồn đang được DAG khác thu thập thì được bỏ qua. Muốn có tin trong ngày: bật thêm `crawl_due`.

Chạy lại một nguồn: mở ô của nguồn đó, chọn *Clear*. Chạy lại nhiều lần không làm sai số liệu.
"""

with DAG(
    "daily_crawl",
    description="Thu thập mọi nguồn, 02:00 hằng ngày",
    doc_md=DOC,
    schedule=every("0 2 * * *"),
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

    def crawl_one(settings: Any, registry: Any, source_id: str) -> str:  # noqa: ANN401 - of theodoi
        """Crawl a source unless somebody does so at this moment."""
        from theodoi.steps.crawl import crawl_source
        from theodoi.steps.due import is_being_crawled

        if is_being_crawled(settings, source_id):
            return NOT_NOW
        return crawl_source(settings, registry, source_id).state

    # Once a day days without an article are published too.
    crawl_each(list_sources(), crawl_one, always_captures=True)
