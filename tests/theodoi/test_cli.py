"""The command line answers: help for every command, one clear line for every failure."""

import json
import re
from io import BytesIO

import pytest
from typer.main import get_command
from warcio.warcwriter import WARCWriter

from theodoi import cli
from theodoi.settings import PROJECT

IMPORTS = ["import archive", "import wayback", "import commoncrawl", "import addresses"]
COMMANDS = ["crawl", "process", "build", "publish", "run", "status", "review", "probe", *IMPORTS]


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
