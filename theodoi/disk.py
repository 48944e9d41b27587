"""The disk's failures as one clear line, and folders that one process at a time may work in."""

import errno
import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from theodoi.errors import BusyError, DataFolderError


@contextmanager
def named_failures(what: Path) -> Iterator[None]:
    """Turn failures of the disk into one line that says what to do.

    Args:
        what: What is being written; the message names it.

    Raises:
        DataFolderError: The disk is full, a right is missing, or something is in the way.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DataFolderError(f"đĩa đầy khi ghi {what}: giải phóng chỗ trống rồi chạy lại") from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise DataFolderError(f"không có quyền ghi {what}: sửa quyền hoặc chọn thư mục khác bằng --data") from error
        if error.errno in (errno.ENOTDIR, errno.EEXIST):
            raise DataFolderError(f"{what}: ở chỗ cần một thư mục đang có một tệp; dời tệp đó đi") from error
        raise


@contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Work in a folder that no other process of ours works in meanwhile; the system frees it even after a kill.

    Args:
        folder: The folder; made if it is not there.
        what: What is going on there, Vietnamese, for the one who comes second.

    Raises:
        BusyError: Another process works there.
        DataFolderError: The folder cannot be written.
    """
    with named_failures(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"một tiến trình khác đang {what} ở {folder}: đợi xong rồi chạy lại") from None
        yield


@contextmanager
def locked(path: Path, busy: str, *, patience_s: float = 2.0) -> Iterator[int]:
    """Hold a lock file and yield its descriptor: a process that inherits it holds the lock as long as it lives.

    Args:
        path: The lock file; its folder is made if it is not there.
        busy: What to tell the one who comes second, Vietnamese.
        patience_s: How long to wait. A program of ours whose caller was killed ends within the usual time.

    Raises:
        BusyError: Another process holds it.
        DataFolderError: The file cannot be written.
    """
    with named_failures(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("w")
    ends = monotonic() + patience_s
    with lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if monotonic() > ends:
                    raise BusyError(busy) from None
                sleep(0.1)
        yield lock.fileno()


def move(source: Path, target: Path) -> None:
    """Put a file in its place, whole or not at all, also where that is on another disk.

    Args:
        source: The file; still there when this was interrupted before the end.
        target: Its place; the folder is made if it is not there.

    Raises:
        DataFolderError: The disk is full or the place cannot be written.
    """
    with named_failures(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            aside = target.with_name(f".{target.name}.tmp")
            shutil.copyfile(source, aside)
            aside.replace(target)
            source.unlink()
