"""The preview: pages of the record, made when they are asked for, with what is wrong in their files."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from briefing.preview.search import MOST_PAGES, Search
from briefing.preview.server import Server, start
from briefing.preview.session import Preview
from briefing.problems import Problem
from briefing.watching import Watch

__all__ = ["NoSuchPage", "NotServed", "preview"]


class NoSuchPage(Exception):
    """Nothing has the name that was given."""

    def __init__(self, like: str | None) -> None:
        super().__init__()
        self.like = like
        """The name that is most like it."""


class NotServed(Exception):
    """The address cannot be had. Its text says why."""


def preview(
    config_file: Path,
    name: str | None,
    address: tuple[str, int] | None,
    say: Callable[[str], None],
    opened: Callable[[str, Sequence[Problem]], None],
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Serve a project's pages as they stand, until it is interrupted.

    `name` is what to begin with (Preview.address_of). `opened` is called once, with the address
    and the problems that are known. Raises BuildFailed, NoSuchPage, NotServed.
    """
    made = Preview(config_file, Path.cwd(), say)
    search = Search(config_file, made.built)
    made.search_note = lambda: search.note
    host, port = address or made.address
    try:
        server = Server((host, port), made, search)
    except OSError as fault:
        raise NotServed(f"{host}:{port} cannot be had: {fault.strerror}") from None
    watch = Watch(made.watched)
    made.load(progress)
    way = made.address_of(name) if name else ""
    if way is None:
        server.server_close()
        raise NoSuchPage(made.like(name or ""))
    threads = [
        threading.Thread(target=made.work, name="reader", daemon=True),
        threading.Thread(target=_keep, args=(made, watch), name="keeper", daemon=True),
    ]
    watch.begin()
    for thread in threads:
        thread.start()
    serving = start(server)
    try:
        opened(server.url + way, made.problems)
        if made.page_count <= MOST_PAGES:
            search.index()
        serving.join()
    except KeyboardInterrupt:
        pass
    finally:
        made.close()
        watch.close()
        server.shutdown()
        server.server_close()
        search.close()
        for thread in threads:
            thread.join(1)  # what they still do is of no use


def _keep(made: Preview, watch: Watch) -> None:
    """Take in changes, until the watch is closed."""
    while files := watch.changes():
        made.changed(files)
        watch.follow(made.watched)
