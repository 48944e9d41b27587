"""Failures that a person can do something about.

The command line prints their text as one line and exits non-zero; everything else is a defect and keeps its traceback.
"""


class TheodoiError(Exception):
    """Something the user can mend; the message is one line that says what and how."""


class BusyError(TheodoiError):
    """Another process of ours works on the same thing."""


class RegistryError(TheodoiError):
    """The registry is broken; nothing of it was loaded."""


class DataFolderError(TheodoiError):
    """The data folder cannot be read or written: full disk, missing rights, foreign content."""


class GateRefusedError(TheodoiError):
    """The quality gate judged the build unfit; the last published file stays."""
