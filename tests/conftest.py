"""What all tests share: `--update`, which rewrites expected results in place of comparing with them."""

import pytest
from hypothesis import settings

# No test fails because the machine is busy.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="rewrite expected results; runs only the tests that have any"
    )

    parser.addoption("--repeat", type=int, default=1, metavar="N", help="run what depends on time N times")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for its `repetition` runs as often as `--repeat` says."""
    if "repetition" in metafunc.fixturenames:
        metafunc.parametrize("repetition", range(metafunc.config.getoption("--repeat")))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--update`, only tests that ask for the fixture `update` run: nothing else can be rewritten."""
    if not config.getoption("--update"):
        return
    kept = [item for item in items if "update" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected results are to be rewritten."""
    return bool(request.config.getoption("--update"))
