"""The small province under the name that this room gives it."""

import pytest

from tests.small_province import REGISTRY, Province

__all__ = ["REGISTRY", "Province"]


@pytest.fixture(scope="session")
def province(small_province: Province) -> Province:
    return small_province
