"""Real runs of `crawl_due` (the first crawls what is due, the next one skips quietly) and of `rewalk_monthly`."""

import time
from datetime import date

import pytest

from tests.faulty_server import FaultySite, serving
from theodoi.airflow import AirflowHome
from theodoi.registry import Agency, Registry, Source, write_registry
from theodoi.settings import Settings

pytestmark = pytest.mark.slow


def test_what_is_due_is_crawled_once_and_then_there_is_nothing_to_do(tmp_path):
    settings = Settings(data=tmp_path / "data", registry=tmp_path / "registry", allow_private=True)
    with serving(FaultySite(articles=6)) as site, AirflowHome(settings) as home:
        source = Source(
            "vks",
            "vksnd_tinh",
            site.base_url,
            platform="nukeviet",
            discovery=("feed", "listing"),
            start_urls=(f"{site.base_url}/vi/news/tin/",),
            valid_from=date(2024, 1, 1),
            delay_s=0.0,
        )
        agency = Agency("vksnd_tinh", "Viện kiểm sát")
        write_registry(Registry({"vksnd_tinh": agency}, {"vks": source}, {}, {}, {}, {}), settings.registry)
        home.unpause("crawl_due")

        def told():
            """How often somebody was told that there are new pages."""
            events = home.api.get("/api/v2/assets/events?limit=100")["asset_events"]
            return sum(e["source_dag_id"] == "crawl_due" for e in events)

        def states(run):
            return {t.task_id: t.state for t in home.api.tasks(run)}

        first = home.wait("crawl_due", run_id=home.api.trigger("crawl_due"), timeout=300)
        # At a quarter of an hour the scheduler may have been quicker than we; then it was the one who crawled.
        if states(first)["crawl"] != "skipped":
            assert states(first) == dict.fromkeys(("list_due", "crawl", "captured", "every_source"), "success")
        assert sum("/bai-so-" in a.path for a in site.log) == 6
        # Where the scheduler was the one who crawled, its run may still be ending.
        patience = time.monotonic() + 120
        while not told() and time.monotonic() < patience:
            time.sleep(1)
        assert told() == 1
        site.log.clear()
        second = home.wait("crawl_due", run_id=home.api.trigger("crawl_due"), timeout=300)
        assert states(second) == {"list_due": "success"} | dict.fromkeys(
            ("crawl", "captured", "every_source"), "skipped"
        )
        assert site.log == []
        assert told() == 1
        home.unpause("rewalk_monthly")
        walk = home.wait("rewalk_monthly", run_id=home.api.trigger("rewalk_monthly"), timeout=300)
        assert states(walk)["crawl"] == "success"
        # The listing is read again whatever is known, the articles are not.
        asked = [a.path for a in site.log]
        assert "/vi/news/tin/" in asked
        assert [p for p in asked if "/bai-so-" in p] == []
