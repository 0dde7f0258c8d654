"""What the tests of links share."""

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def a_thread_without_a_loop() -> Iterator[None]:
    """Let a test start a loop of its own: that of the browser tests stays marked as running in a worker."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)
