"""The environment variables that make an Airflow ours, and its secrets."""

import json
import os
import secrets
from pathlib import Path

from theodoi.settings import PROJECT, Settings

HOST = "127.0.0.1"
USER = "admin"
PASSWORDS = "passwords.json"

# Four tasks at once: crawls wait for sites most of the time, so two cores carry more than two of them.
_PARALLELISM = 4


def url_of(port: int) -> str:
    """Address of the user interface and of both APIs."""
    return f"http://{HOST}:{port}"


def make_secrets(home: Path) -> None:
    """Write the secrets that a home lacks, each readable by its owner only."""
    for name, value in (
        (PASSWORDS, json.dumps({USER: secrets.token_urlsafe(9)})),
        ("secret_key", secrets.token_hex(16)),
        ("jwt_secret", secrets.token_hex(32)),
        # 32 random bytes in URL-safe base64 with its padding: the format of a Fernet key.
        ("fernet_key", secrets.token_urlsafe(32) + "="),
    ):
        file = home / name
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(value, encoding="utf-8")


def password(home: Path) -> str:
    """The password of `USER` in this home."""
    return str(json.loads((home / PASSWORDS).read_text(encoding="utf-8"))[USER])


def environment(settings: Settings, home: Path, dags: Path, port: int) -> dict[str, str]:
    """The variables under which Airflow and its tasks run: the user's own, without any Airflow of theirs.

    Args:
        settings: What the tasks work with.
        home: Where Airflow keeps its own; its secrets must be there.
        dags: Folder of the DAGs.
        port: Of the user interface.
    """
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW")}
    return inherited | _for_tasks(settings) | _for_airflow(home, dags, port)


def _for_tasks(settings: Settings) -> dict[str, str]:
    path = os.environ.get("PYTHONPATH", "")
    return {
        "THEODOI_DATA": str(settings.data.resolve()),
        "THEODOI_REGISTRY": str(settings.registry.resolve()),
        "THEODOI_ALLOW_PRIVATE": str(int(settings.allow_private)),
        "THEODOI_CONTACT": settings.contact,
        "PYTHONPATH": os.pathsep.join([str(PROJECT), *([path] if path else [])]),
        "PYTHONUNBUFFERED": "1",
        # dbt and Great Expectations report home unless told not to.
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "NO_PROXY": f"{HOST},localhost",
        "no_proxy": f"{HOST},localhost",
    }


def _for_airflow(home: Path, dags: Path, port: int) -> dict[str, str]:
    def secret(name: str) -> str:
        return (home / name).read_text(encoding="utf-8")

    values: dict[str, dict[str, object]] = {
        "core": {
            "dags_folder": dags,
            "load_examples": False,
            "executor": "LocalExecutor",
            "parallelism": _PARALLELISM,
            "default_timezone": "Asia/Ho_Chi_Minh",
            # The default asks the resolver for our own full name, which may be a question to the network.
            "hostname_callable": "socket.gethostname",
            "simple_auth_manager_users": f"{USER}:admin",
            "simple_auth_manager_passwords_file": home / PASSWORDS,
            "execution_api_server_url": f"{url_of(port)}/execution/",
            "fernet_key": secret("fernet_key"),
        },
        # SQLite has one writer at a time; the others wait for it, longer than the default of five seconds.
        "database": {"sql_alchemy_conn": f"sqlite:///{home / 'airflow.db'}?timeout=30"},
        "logging": {"base_log_folder": home / "logs", "colored_console_log": False},
        "api": {
            "host": HOST,
            "port": port,
            "base_url": url_of(port),
            "workers": 1,
            "instance_name": "theodoi",
            "secret_key": secret("secret_key"),
        },
        "api_auth": {"jwt_secret": secret("jwt_secret")},
        # A busy machine may need longer than the default of five seconds to answer a task.
        "workers": {"execution_api_timeout": 60},
        "scheduler": {"scheduler_idle_sleep_time": 0.5, "enable_health_check": False},
        "dag_processor": {"print_stats_interval": 0},
    }
    named = {
        f"AIRFLOW__{section.upper()}__{key.upper()}": str(value)
        for section, options in values.items()
        for key, value in options.items()
    }
    return {"AIRFLOW_HOME": str(home), **named}
