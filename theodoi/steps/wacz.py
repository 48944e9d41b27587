"""Take the WARC files out of a WACZ: a zip that lists what is in it with digests."""

import hashlib
import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from theodoi.disk import named_failures
from theodoi.errors import DataFolderError, TheodoiError

_CHUNK = 1 << 20
# WARC files in a WACZ are stored as they are, packed text shrinks to a tenth; what grows more was made to fill a disk.
_MOST_GROWTH = 100
# The list of a hundred thousand files has 20 MB.
_MOST_LIST_BYTES = 64 << 20
# A WACZ in a WACZ is how collections are put together; nobody nests deeper.
_MOST_DEPTH = 2
_LIST = "datapackage.json"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(slots=True)
class Unpacked:
    """What came out of a WACZ.

    Attributes:
        warcs: Name in the WACZ -> file on disk.
        problems: What is wrong with it, Vietnamese, one fact each.
        unproved: WARC files for which no digest is listed.
    """

    warcs: dict[str, Path] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unproved: int = 0


def is_wacz(file: Path) -> bool:
    """Whether a file is a zip, whatever its name."""
    return zipfile.is_zipfile(file)


def unpack(file: Path, folder: Path) -> Unpacked:
    """Unpack the WARC files of a WACZ, those of one inside it too, and compare them with the listed digests.

    A file that is not the one whose digest is listed is named and left out: it is not what its maker sealed.

    Args:
        file: The WACZ.
        folder: Where to, an empty folder on a disk with room for them.

    Raises:
        TheodoiError: It is broken as a whole, holds no WARC file, or would unpack to far more than its own size.
        DataFolderError: The disk has no room.
    """
    result = Unpacked()
    _unpack(file, folder, "", 1, result)
    if not result.warcs and not result.problems:
        raise TheodoiError(f"{file} không chứa tệp WARC nào: cần tệp WACZ có thư mục archive/")
    return result


def _unpack(file: Path, folder: Path, prefix: str, depth: int, result: Unpacked) -> None:
    try:
        with zipfile.ZipFile(file) as package:
            wanted = [e for e in package.infolist() if _is_warc(e.filename) or e.filename.endswith(".wacz")]
            _refuse_bombs(file, folder, wanted)
            listed = _listed(package, prefix, result)
            for number, entry in enumerate(wanted):
                _take(package, entry, folder / str(number), prefix, depth, listed, result)
            # The other files are not read, but a missing or altered one says something about the package.
            _check_others(package, prefix, {e.filename for e in wanted}, listed, result)
    except (zipfile.BadZipFile, _BombError) as error:
        if depth == 1:
            raise TheodoiError(f"{file}: {error}; xin lại tệp") from error
        result.problems.append(f"{prefix.rstrip('/')}: {error}, không lấy")


class _BombError(Exception):
    """A zip that would fill a disk."""


def _is_warc(name: str) -> bool:
    return name.startswith("archive/") and name.endswith((".warc", ".warc.gz"))


def _refuse_bombs(file: Path, folder: Path, wanted: list[zipfile.ZipInfo]) -> None:
    size = file.stat().st_size
    total = sum(e.file_size for e in wanted)
    # Of the whole, not of each entry: entries of a hostile zip may share the same bytes.
    if total > _MOST_GROWTH * size:
        raise _BombError(f"{size} byte sẽ phình lên {total} khi giải nén, không phải WACZ thật")
    with named_failures(folder):
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    if total > free:
        raise DataFolderError(f"cần {total} byte để giải nén {file}, {folder} chỉ còn {free}: giải phóng chỗ trống")


def _listed(package: zipfile.ZipFile, prefix: str, result: Unpacked) -> dict[str, str]:
    """Path -> digest with its method, as the package lists it."""
    content = _read_list(package, _LIST)
    if content is None:
        result.problems.append(f"{prefix}{_LIST}: không có hoặc quá lớn, nên không kiểm được mã băm")
        return {}
    sealed = _json(_read_list(package, "datapackage-digest.json"))
    said = str(sealed.get("hash", "")) if isinstance(sealed, dict) else ""
    if said.startswith("sha256:") and said != f"sha256:{hashlib.sha256(content).hexdigest()}":
        result.problems.append(f"{prefix}{_LIST}: mã băm khác datapackage-digest.json")
    raw = _json(content)
    rows = raw.get("resources") if isinstance(raw, dict) else None
    if not isinstance(rows, list):
        result.problems.append(f"{prefix}{_LIST}: không đọc được, nên không kiểm được mã băm")
        return {}
    return {str(r["path"]): str(r.get("hash", "")) for r in rows if isinstance(r, dict) and r.get("path")}


def _read_list(package: zipfile.ZipFile, name: str) -> bytes | None:
    try:
        entry = package.getinfo(name)
        return package.read(entry) if entry.file_size <= _MOST_LIST_BYTES else None
    except (KeyError, *_DAMAGE):
        return None


def _json(content: bytes | None) -> Any:  # noqa: ANN401  whatever stands there
    try:
        return json.loads(content or b"null")
    except (ValueError, RecursionError):
        return None


def _take(
    package: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    target: Path,
    prefix: str,
    depth: int,
    listed: dict[str, str],
    result: Unpacked,
) -> None:
    """Unpack one file; where it goes is not for its name in the zip to say."""
    name = prefix + entry.filename
    try:
        with package.open(entry) as packed, named_failures(target), target.open("wb") as unpacked:
            digest = _copy(packed, unpacked)
    except _DAMAGE as error:
        result.problems.append(f"{name}: hỏng ({_first_line(error)}), không lấy")
        target.unlink(missing_ok=True)
        return
    said = listed.get(entry.filename, "")
    if said.startswith("sha256:") and said != f"sha256:{digest}":
        result.problems.append(f"{name}: mã băm khác {_LIST}, không lấy")
        target.unlink()
    elif _is_warc(entry.filename):
        result.warcs[name] = target
        result.unproved += not said.startswith("sha256:")
    elif depth < _MOST_DEPTH:
        _unpack(target, target.with_suffix(".in"), f"{name}/", depth + 1, result)
    else:
        result.problems.append(f"{name}: WACZ lồng quá {_MOST_DEPTH} lớp, không lấy")


def _check_others(
    package: zipfile.ZipFile, prefix: str, taken: set[str], listed: dict[str, str], result: Unpacked
) -> None:
    for path, said in listed.items():
        if path in taken:
            continue
        try:
            entry = package.getinfo(path)
        except KeyError:
            result.problems.append(f"{prefix}{path}: có trong {_LIST} nhưng thiếu")
            continue
        if not said.startswith("sha256:") or entry.file_size > _MOST_GROWTH * max(entry.compress_size, _CHUNK):
            continue
        try:
            with package.open(entry) as packed:
                digest = _copy(packed, None)
        except _DAMAGE as error:
            result.problems.append(f"{prefix}{path}: hỏng ({_first_line(error)})")
            continue
        if said != f"sha256:{digest}":
            result.problems.append(f"{prefix}{path}: mã băm khác {_LIST}")


def _copy(source: Any, target: Any) -> str:  # noqa: ANN401  binary files
    digest = hashlib.sha256()
    for chunk in _chunks(source):
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest()


def _chunks(source: Any) -> Iterator[bytes]:  # noqa: ANN401  a binary file
    while chunk := source.read(_CHUNK):
        yield chunk


def _first_line(error: BaseException) -> str:
    lines = str(error).splitlines()
    return lines[0][:200] if lines else type(error).__name__
