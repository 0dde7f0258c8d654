"""A preview that runs in the test's own process."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from briefing.preview.search import Search
from briefing.preview.server import Server, start
from briefing.preview.session import Preview
from briefing.watching import Watch

BRIEF = "briefs/2022/2022-02-05-it-happened.yml"
PLACE = "briefs/2022-02-05-it-happened/index.html"


@dataclass
class Running:
    """A preview that is served and follows its files."""

    project: Path
    preview: Preview
    server: Server
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of the site."""
        return self.server.url

    def write(self, file: str, text: str) -> None:
        """Save a file."""
        (self.project / file).write_text(text, encoding="utf-8")

    def text(self, file: str = BRIEF) -> str:
        """Return what a file holds."""
        return (self.project / file).read_text(encoding="utf-8")


@pytest.fixture
def here(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in the project's folder, as authors do."""
    monkeypatch.chdir(project)


@pytest.fixture
def made(project: Path, here: None) -> Iterator[Callable[[], Preview]]:
    """Give a function that makes the preview of the project, without a server."""
    previews = []

    def make() -> Preview:
        preview = Preview(project / "mkdocs.yml", project, lambda _: None)
        previews.append(preview)
        preview.load()
        return preview

    yield make
    for preview in previews:
        preview.close()


@pytest.fixture
def running(project: Path, here: None) -> Iterator[Callable[[], Running]]:
    """Give a function that serves the project as it then is."""
    ends: list[Callable[[], object]] = []

    def run() -> Running:
        said: list[str] = []
        preview = Preview(project / "mkdocs.yml", project, said.append)
        server = Server(("127.0.0.1", 0), preview, Search(project / "mkdocs.yml", project / "site"))
        watch = Watch(preview.watched)
        preview.load()
        watch.begin()

        def follow() -> None:
            while files := watch.changes():
                preview.changed(files)
                watch.follow(preview.watched)

        threads = [threading.Thread(target=t, daemon=True) for t in (preview.work, follow)]
        for thread in threads:
            thread.start()
        serving = start(server)
        ends.extend([preview.close, watch.close, server.shutdown, server.server_close, serving.join])
        ends.extend(t.join for t in threads)
        return Running(project, preview, server, said)

    yield run
    for end in ends:
        end()
