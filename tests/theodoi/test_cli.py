"""The command line answers: help for every command, one clear line for every failure."""

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from typer.main import get_command
from warcio.warcwriter import WARCWriter

from spiders.job import LOCAL
from tests.faulty_server import FaultySite, serving
from theodoi import cli, lake
from theodoi.registry import Agency, Registry, Source, write_registry
from theodoi.settings import PROJECT, Settings

IMPORTS = ["import archive", "import wayback", "import commoncrawl", "import addresses", "import labels"]
LABELS = ["labels draw", "labels export", "labels agreement"]
COMMANDS = ["crawl", "process", "build", "publish", "run", "status", "review", "probe", *IMPORTS, *LABELS]


def run(monkeypatch, capsys, *arguments):
    """Run the command line; give exit code, standard output and standard error."""
    monkeypatch.setattr("sys.argv", ["theodoi", *map(str, arguments)])
    code = 0
    try:
        cli.main()
    except SystemExit as end:
        code = end.code or 0
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_list_of_commands_is_whole():
    commands = get_command(cli.app).commands
    assert sorted(commands) == sorted({c.split()[0] for c in COMMANDS})


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_answers_help_with_an_example_and_takes_data_and_registry(monkeypatch, capsys, command):
    code, out, _ = run(monkeypatch, capsys, *command.split(), "--help")
    assert code == 0
    assert f"theodoi {command}" in re.sub(r"\s+", " ", out)
    assert "Ví dụ" in out
    assert "--data" in out
    assert "--registry" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["process", "--month", "2024-13"], "YYYY-MM"),
        (["build"], "theodoi crawl"),
        (["publish"], "theodoi build"),
        (["publish", "--as-of", "2024-01-01"], "chưa công bố bản nào"),
        (["review", "--month", "2024-06"], "coverage.duckdb"),
        (["labels", "draw", "--month", "2024-06"], "coverage.duckdb"),
        (["labels", "draw", "--month", "2024-6"], "YYYY-MM"),
        (["labels", "export", "--month", "2024-06", "--coder", "Cô Lan"], "bí danh"),
        (["labels", "agreement", "--month", "06/2024"], "YYYY-MM"),
        (["import", "labels", "khong-co.xlsx"], "kiểm tra đường dẫn"),
        (["crawl", "--source", "nobody"], "nobody"),
        (["crawl", "--source", "bhd_cu"], "status"),
        (["crawl", "--source", "bao_hai_duong"], "THEODOI_CONTACT"),
        (["import", "archive", "no-such-file.warc.gz"], "no-such-file.warc.gz"),
        (["import", "wayback", "--source", "nobody"], "nobody"),
        (["import", "wayback", "--source", "bhd_cu"], "THEODOI_CONTACT"),
        (["import", "wayback", "--source", "bhd_cu", "--endpoint", "kho"], "https://"),
        (["import", "wayback", "--source", "bhd_cu", "--endpoint", "http://127.0.0.1:1/kho"], "connection_error"),
        (["import", "commoncrawl", "--source", "bhd_cu"], "THEODOI_CONTACT"),
        (["import", "addresses", "no-such-file.csv", "--source", "bao_hai_duong"], "no-such-file.csv"),
        (["import", "addresses", "no-such-file.csv", "--source", "nobody"], "nobody"),
        (["crawl", "--registry", "no-such-folder"], "no-such-folder"),
    ],
)
def test_a_failure_is_one_line_that_says_what_to_do(monkeypatch, capsys, tmp_path, arguments, says):
    options = ["--data", tmp_path / "data"] + (
        [] if "--registry" in arguments else ["--registry", PROJECT / "warehouse/seeds"]
    )
    code, _, err = run(monkeypatch, capsys, *arguments, *options)
    assert code == 1
    assert err.count("\n") == 1, err
    assert says in err


@pytest.mark.parametrize("file", [PROJECT / "Makefile", PROJECT / "LICENSE", PROJECT / "pyproject.toml"])
def test_a_file_that_is_no_archive_is_one_clear_line(monkeypatch, capsys, tmp_path, file):
    code, _, err = run(monkeypatch, capsys, "import", "archive", file, "--data", tmp_path / "data")
    assert code == 1
    assert ".warc.gz" in err
    assert err.count("\n") == 1, err


def test_a_data_folder_that_is_a_file_is_one_clear_line(monkeypatch, capsys, tmp_path):
    (tmp_path / "data").write_text("not a folder")
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Tin</h1>"
    with (tmp_path / "a.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(
            writer.create_warc_record("https://baohaiduong.vn/tin-1234567.html", "response", BytesIO(page))
        )
    code, _, err = run(monkeypatch, capsys, "import", "archive", tmp_path / "a.warc.gz", "--data", tmp_path / "data")
    assert code == 1
    assert "dời tệp đó đi" in err
    assert err.count("\n") == 1, err


def test_a_wrong_setting_is_one_clear_line(monkeypatch, capsys):
    monkeypatch.setenv("THEODOI_ALLOW_PRIVATE", "perhaps")
    code, _, err = run(monkeypatch, capsys, "status")
    assert code == 1
    assert "THEODOI_ALLOW_PRIVATE" in err
    assert err.count("\n") == 1


def test_status_of_a_registry_that_was_never_crawled(monkeypatch, capsys, tmp_path):
    code, out, _ = run(monkeypatch, capsys, "status", "--json", "--data", tmp_path)
    assert code == 0
    rows = json.loads(out)
    assert rows
    assert {r["state"] for r in rows} == {"never"}


# Crawls


class Watched:
    """A site, the registry that knows it, and the options that name both."""

    def __init__(self, site, root):
        self.site = site
        self.settings = Settings(data=root / "data", registry=root / "registry", allow_private=True)
        self.options = ["--data", self.settings.data, "--registry", self.settings.registry]
        self.source = Source(
            "vks",
            "vksnd_tinh",
            site.base_url,
            platform="nukeviet",
            discovery=("feed", "sitemap", "listing"),
            start_urls=(f"{site.base_url}/vi/news/tin/",),
            valid_from=date(2024, 1, 1),
            delay_s=0.0,
        )
        self.register()

    def register(self, **changes):
        source = replace(self.source, **changes)
        agency = Agency("vksnd_tinh", "Viện kiểm sát")
        write_registry(Registry({"vksnd_tinh": agency}, {"vks": source}, {}, {}, {}, {}), self.settings.registry)

    def articles_asked(self):
        return sorted(a.path for a in self.site.log if "/bai-so-" in a.path)

    def kept(self):
        folders = (self.settings.lake, self.settings.archive)
        return sorted(str(f) for folder in folders if folder.exists() for f in folder.rglob("*") if f.is_file())


@pytest.fixture
def watched(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    with serving(FaultySite()) as site:
        yield Watched(site, tmp_path)


def test_a_dry_run_names_exactly_what_the_crawl_then_fetches_and_asks_for_no_article(monkeypatch, capsys, watched):
    site = watched.site
    assert run(monkeypatch, capsys, "crawl", *watched.options)[0] == 0
    assert len(watched.articles_asked()) == 12
    site.articles += 3
    site.log.clear()
    before = watched.kept()
    assert before
    code, out, _ = run(monkeypatch, capsys, "crawl", "--dry-run", *watched.options)
    assert code == 0
    assert watched.articles_asked() == []
    assert {"/robots.txt", "/vi/news/tin/"} <= {a.path for a in site.log}
    assert watched.kept() == before
    assert not list((watched.settings.work / "plan").rglob("*.jsonl"))
    # One of the twelve may be looked at again when its turn comes; on the day of the first crawl it never does.
    fresh = {site.url(n) for n in (13, 14, 15)}
    assert re.findall(r"bài mới +(\d+)", out) == ["3"]
    assert set(re.findall(r"http://\S+bai-so-\S+", out)) == fresh
    assert "0 giây một yêu cầu" in out
    code, _, _ = run(monkeypatch, capsys, "crawl", *watched.options)
    assert code == 0
    assert {site.base_url + path for path in watched.articles_asked()} == fresh


def test_a_dry_run_prints_twenty_addresses_unless_asked_for_all(monkeypatch, capsys, watched):
    watched.site.articles = 25
    _, out, _ = run(monkeypatch, capsys, "crawl", "--dry-run", *watched.options)
    assert len(re.findall("bai-so-", out)) == 20
    assert "và 5 địa chỉ nữa" in out
    _, out, _ = run(monkeypatch, capsys, "crawl", "--dry-run", "--all", *watched.options)
    assert len(re.findall("bai-so-", out)) == 25


def test_a_source_out_of_its_hours_or_budget_is_skipped_with_the_reason_and_asked_nothing(monkeypatch, capsys, watched):
    now = datetime.now(LOCAL)
    watched.register(hours=f"{now + timedelta(hours=2):%H:%M}-{now + timedelta(hours=3):%H:%M}")
    for more in ([], ["--dry-run"]):
        code, out, _ = run(monkeypatch, capsys, "crawl", *more, *watched.options)
        assert code == 0
        assert "bỏ qua" in out
        assert "ngoài giờ được hỏi" in out
    assert watched.site.log == []
    watched.register(daily_budget=9)
    _, out, _ = run(monkeypatch, capsys, "crawl", *watched.options)
    assert "hết số yêu cầu hôm nay" in out
    assert 9 <= len(watched.site.log) <= 10
    watched.site.log.clear()
    _, out, _ = run(monkeypatch, capsys, "crawl", "--dry-run", *watched.options)
    assert "hôm nay 9/9 yêu cầu" in out
    assert "bỏ qua: hết số yêu cầu hôm nay" in out
    assert watched.site.log == []


def test_due_crawls_what_is_due_and_says_when_the_next_one_is(monkeypatch, capsys, watched):
    code, out, _ = run(monkeypatch, capsys, "crawl", "--due", *watched.options)
    assert code == 0
    assert "vks: lần đầu" in out
    assert len(watched.articles_asked()) == 12
    watched.site.log.clear()
    code, out, _ = run(monkeypatch, capsys, "crawl", "--due", *watched.options)
    assert code == 0
    assert "Chưa nguồn nào đến lượt; sớm nhất là vks lúc" in out
    assert watched.site.log == []


def test_a_rewalk_reads_the_listing_again_and_a_second_crawl_shows_nothing_new(monkeypatch, capsys, watched):
    run(monkeypatch, capsys, "crawl", *watched.options)
    pages = [a.path for a in watched.site.log if "/page-" in a.path]
    assert pages
    for more, again in (([], 0), (["--rewalk", "4000"], len(pages))):
        watched.site.log.clear()
        _, out, _ = run(monkeypatch, capsys, "crawl", *more, *watched.options)
        assert "im lặng" in out
        assert len([a.path for a in watched.site.log if "/page-" in a.path]) >= again
    crawls = lake.read(lake.files(watched.settings.lake, lake.CRAWL), lake.CRAWL).to_pylist()
    assert sorted(str(c["rewalk_days"]) for c in crawls) == ["4000", "None", "None"]


def test_numbers_of_a_platform_that_cannot_be_probed_are_one_clear_line(monkeypatch, capsys, watched):
    for more in ([], ["--dry-run"]):
        code, _, err = run(monkeypatch, capsys, "crawl", "--probe-ids", "2024-01", *more, *watched.options)
        assert code == 1
        assert "--probe-ids" in err
        assert err.count("\n") == 1, err
    code, _, err = run(monkeypatch, capsys, "crawl", "--probe-ids", "2024-13", *watched.options)
    assert code == 1
    assert "YYYY-MM" in err
