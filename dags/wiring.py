"""What the DAG files share: the data that links them, how sources are crawled, the note that a failure leaves."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import Asset, CronTriggerTimetable, TriggerRule, task

TIMEZONE = "Asia/Ho_Chi_Minh"
OWNER = "theodoi"

# The DAGs are linked by data, not by each other's names.
captures = Asset("captures", extra={"what": "pages kept in the archive"})
coverage = Asset("coverage", extra={"what": "the published database; partitions are publication months, YYYY-MM"})

# What `crawl_one` answers where a source need not be crawled after all.
NOT_NOW = "not_now"


def every(cron: str) -> CronTriggerTimetable:
    """A timetable in local time; a DAG that is switched on waits for its next time."""
    # No delta: a first start shortly after that time must not run at once.
    return CronTriggerTimetable(cron, timezone=TIMEZONE, run_immediately=timedelta())


def advise(note: str) -> Callable[[Any], None]:
    """A callback for failed tasks that says, as the last line of the log, what a person should do.

    Args:
        note: Vietnamese, one line.
    """

    def on_failure(context: Any) -> None:  # noqa: ANN401 - Airflow's own mapping
        failed = context["task_instance"]
        logging.getLogger("theodoi").error("Bước %s thất bại. Nên làm: %s", failed.task_id, note)

    return on_failure


@task
def list_sources() -> list[str]:
    """Ids of the sources that may be crawled."""
    from theodoi.registry import load_registry
    from theodoi.settings import Settings

    settings = Settings()
    registry = load_registry(settings.registry, allow_private=settings.allow_private)
    return [source.source_id for source in registry.crawlable()]


def crawl_each(
    source_ids: Any,  # noqa: ANN401 - what a task returns
    crawl_one: Callable[[Any, Any, str], str],
    *,
    always_captures: bool = False,
    **options: Any,  # noqa: ANN401 - of Airflow's task
) -> None:
    """Wire the crawl of each source as a task of its own, and what follows from all of them.

    Args:
        source_ids: What a task returned.
        crawl_one: (settings, registry, source) -> state of the crawl, or `NOT_NOW`.
        always_captures: Whether `captures` is told also when nothing new came, so that silence is published too.
        options: Of the task, in place of those below.
    """
    usual: dict[str, Any] = {
        # A crash may come from a full disk or a network that is away for a moment: 5, then 15 minutes later.
        "retries": 2,
        "retry_delay": timedelta(minutes=5),
        "retry_exponential_backoff": 3,
        # A first crawl of a large newspaper takes hours at its polite pace; longer than this hides a hang.
        "execution_timeout": timedelta(hours=12),
    }

    @task(map_index_template="{{ task.op_kwargs['source_id'] }}", **(usual | options))
    def crawl(source_id: str) -> str:
        """Crawl one source; what it could see is the result, whatever it is."""
        from airflow.sdk.exceptions import AirflowSkipException

        from theodoi.registry import load_registry
        from theodoi.settings import Settings

        settings = Settings()
        registry = load_registry(settings.registry, allow_private=settings.allow_private)
        state = crawl_one(settings, registry, source_id)
        if state == NOT_NOW:
            raise AirflowSkipException(f"{source_id}: chưa đến lượt, hoặc đang được thu thập ở nơi khác")
        return state

    # One site's crash must not withhold what the others brought.
    @task(outlets=[captures], trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
    def captured(states: Any) -> None:  # noqa: ANN401 - Airflow's own
        """Tell that there are new pages."""
        from airflow.sdk.exceptions import AirflowSkipException

        if not always_captures and "published" not in states:
            raise AirflowSkipException("không có bài mới")

    crawled = crawl.expand(source_id=source_ids)
    captured(crawled)
    # A run takes the state of its last tasks: without this one a crashed crawl would stay green.
    crawled >> EmptyOperator(task_id="every_source")
