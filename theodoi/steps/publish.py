"""Judge the private build and, if it stands, put it where analysts read."""

from datetime import UTC, datetime
from pathlib import Path

from theodoi.disk import named_failures
from theodoi.errors import GateRefusedError, TheodoiError
from theodoi.settings import Settings
from theodoi.steps.build import candidate
from warehouse import gate, publishing


def publish(settings: Settings, *, as_of: datetime | None = None) -> Path:
    """Publish the candidate that `build` left, or put back the copy that was current at a moment.

    Args:
        settings: Where the candidate and the published files are.
        as_of: Aware moment; the dated copy that was current then becomes the published file again.
            None publishes the candidate.

    Returns:
        The published file.

    Raises:
        GateRefusedError: The gate refused the candidate: the last published file stays.
        TheodoiError: There is no candidate, or no copy from that time.
        DataFolderError: The folder cannot be written; the last published file stays.
    """
    if as_of is not None:
        return _put_back(settings, as_of)
    database = candidate(settings)
    if not database.exists():
        raise TheodoiError(f"không có gì để công bố ở {database}: chạy `theodoi build` trước")
    last = settings.database if settings.database.exists() else None
    report = gate.judge(database, previous=last)
    written = settings.work / "gate" / "report.txt"
    with named_failures(written):
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(report.text(), encoding="utf-8")
        written.with_suffix(".json").write_text(report.as_json(), encoding="utf-8")
    if not report.passed:
        raise GateRefusedError(
            f"{report.text()}\nKhông công bố; bản đã công bố gần nhất được giữ nguyên. Báo cáo: {written}"
        )
    return publishing.publish(database, settings.published, datetime.now(UTC))


def _put_back(settings: Settings, as_of: datetime) -> Path:
    copies = publishing.dated_copies(settings.published)
    then = [path for at, path in copies if at <= as_of]
    if not then:
        first = (
            f"bản cũ nhất công bố lúc {copies[0][0].astimezone(as_of.tzinfo):%Y-%m-%d %H:%M}"
            if copies
            else "chưa công bố bản nào"
        )
        raise TheodoiError(f"không có bản nào công bố đến {as_of:%Y-%m-%d %H:%M}: {first}")
    return publishing.restore(then[-1], settings.published)
