"""One province and one running server for the tests of this room."""

from collections.abc import Iterator

import pytest

from demo.province import Province, build_province
from demo.server import SampleServer


@pytest.fixture(scope="session")
def province() -> Province:
    return build_province()


@pytest.fixture(scope="session")
def server(province: Province) -> Iterator[SampleServer]:
    with SampleServer(province) as running:
        yield running
