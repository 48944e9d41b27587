"""What the DAG files share: the data that links them, and the note that a failure leaves in its log."""

import logging
from collections.abc import Callable
from typing import Any

from airflow.sdk import Asset

TIMEZONE = "Asia/Ho_Chi_Minh"
OWNER = "theodoi"

# The DAGs are linked by data, not by each other's names.
captures = Asset("captures", extra={"what": "pages kept in the archive"})
coverage = Asset("coverage", extra={"what": "the published database; partitions are publication months, YYYY-MM"})


def advise(note: str) -> Callable[[Any], None]:
    """A callback for failed tasks that says, as the last line of the log, what a person should do.

    Args:
        note: Vietnamese, one line.
    """

    def on_failure(context: Any) -> None:  # noqa: ANN401 - Airflow's own mapping
        task = context["task_instance"]
        logging.getLogger("theodoi").error("Bước %s thất bại. Nên làm: %s", task.task_id, note)

    return on_failure
