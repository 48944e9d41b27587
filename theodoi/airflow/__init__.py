"""An Airflow of our own: its home lies below the data root and everything about it is set by environment variables.

This package starts Airflow's programs and talks to their API on loopback; it never imports Airflow. SQLite holds the
metadata and LocalExecutor runs the tasks: enough for one province on one machine. `airflow standalone` is not used, for
it starts a log server on all interfaces and a triggerer that nothing of ours needs.
"""

from theodoi.airflow.api import AirflowError, Run, RunFailedError, Task
from theodoi.airflow.home import AirflowHome
from theodoi.airflow.processes import end_on_sigterm

__all__ = ["AirflowError", "AirflowHome", "Run", "RunFailedError", "Task", "end_on_sigterm"]
