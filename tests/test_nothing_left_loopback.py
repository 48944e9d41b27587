"""After all other tests: none of them, and no process that they started, tried to leave loopback."""

import os
from pathlib import Path

import pytest


@pytest.mark.last
def test_no_test_left_loopback():
    folder = Path(os.environ["LOOPBACK_GUARD"])
    # Without a line of this very process the guard was not there and its silence would mean nothing.
    assert f"{os.getpid()} on guard" in (folder / "started").read_text(encoding="utf-8")
    violations = folder / "violations"
    assert not violations.exists(), violations.read_text(encoding="utf-8")
