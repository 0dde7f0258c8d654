"""Pagefind as a service, which is given pages in an order and gives back the files of their index.

Let loose on a folder, Pagefind numbers pages in the order in which the file system lists them, so that two
machines make different indexes of one site; and where the disk is full it waits for ever, or leaves files
cut short. Both ways a message is JSON as Base64, ended by a comma.
"""

import base64
import contextlib
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BufferedReader
from typing import IO, Any, Self, cast

from briefing.search import LANGUAGE, SearchFailed

UNUSED = ("-ui.", "-component", "-highlight.", "playground")
"""In the names of files of Pagefind's own interfaces, which the site does not use."""

CHARACTERS = "$/"
"""Signs that belong to words: of money, and between the parts of a document's symbol."""

_START, _A_PAGE = 60.0, 0.1
"""Seconds that Pagefind may take to start, and for a page; it takes a thousandth of that."""


class Pagefind:
    """One process of Pagefind, which makes one index after another. It starts when the first is asked for."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._remarks: IO[bytes] | None = None
        self._answers: Iterator[dict[str, Any]] = iter(())
        self._made = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()  # it has given everything, or will give nothing more
            with self._process, contextlib.suppress(BrokenPipeError):
                cast("IO[bytes]", self._process.stdin).close()
        if self._remarks is not None:
            self._remarks.close()

    def index(self, pages: Sequence[tuple[str, str]]) -> dict[str, bytes]:
        """Return the files of an index of pages, by their names. A page is its file in the site, and its HTML.

        Pages are numbered as they are given. Raises SearchFailed.
        """
        process = self._process or self._start()
        timer = threading.Timer(_START + _A_PAGE * len(pages), process.kill)
        timer.start()
        try:
            files = self._asked(process, pages)
        except BaseException:
            process.kill()
            raise
        finally:
            timer.cancel()
        if files is None:
            raise SearchFailed(self._last_words(process))
        self._made += 1
        return files

    def _start(self) -> subprocess.Popen[bytes]:
        from pagefind.service import get_executable

        program = get_executable()
        if program is None:
            raise SearchFailed("Pagefind is not installed")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PAGEFIND_")}
        pipe = subprocess.PIPE
        # Pagefind remarks on many pages; a pipe that nobody reads would stop it.
        self._remarks = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(  # noqa: S603 - the program that is installed
            [program, "--service"], stdin=pipe, stdout=pipe, stderr=self._remarks, env=environment
        )
        self._answers = _answers(cast("BufferedReader", self._process.stdout))
        return self._process

    def _asked(
        self, process: subprocess.Popen[bytes], pages: Sequence[tuple[str, str]]
    ) -> dict[str, bytes] | None:
        """Give pages to Pagefind, and return the files that it gives back, or None if it ended before."""
        with ThreadPoolExecutor(1) as threads:
            # Answers are read while pages are written: either pipe alone would fill, and stop both.
            sent = threads.submit(_send, self._made, pages, cast("IO[bytes]", process.stdin))
            try:
                files = _files(self._answers)
            except BaseException:
                process.kill()  # or what is sent would be waited for
                raise
            sent.result()
        return files

    def _last_words(self, process: subprocess.Popen[bytes]) -> str:
        process.kill()
        process.wait()
        remarks = cast("IO[bytes]", self._remarks)
        remarks.seek(max(0, remarks.seek(0, os.SEEK_END) - 1000))
        said = remarks.read().decode("utf-8", "replace").strip().splitlines()
        return said[-1] if said else "Pagefind ended without an index"


def _files(answers: Iterator[dict[str, Any]]) -> dict[str, bytes] | None:
    """Return the files of the index that is answered next; None if there is none. Raises SearchFailed."""
    for answer in answers:
        if answer["type"] == "Error":
            raise SearchFailed(str(answer["message"]))
        if answer["type"] == "GetFiles":
            return {
                file["path"].lstrip("/"): base64.b64decode(file["content"])
                for file in answer["files"]
                if not any(part in file["path"] for part in UNUSED)
            }
    return None


def _send(number: int, pages: Sequence[tuple[str, str]], stream: IO[bytes]) -> None:
    """Ask for an index. Pagefind numbers those of a process from 0, as they are asked for."""

    def send(**payload: Any) -> None:
        message = json.dumps({"message_id": 0, "payload": payload})
        stream.write(base64.b64encode(message.encode()) + b",")

    with contextlib.suppress(BrokenPipeError):  # it has ended, as the reader of its answers finds
        send(type="NewIndex", config={"include_characters": CHARACTERS, "force_language": LANGUAGE})
        for page, html in pages:
            send(type="AddFile", index_id=number, file_path=page, file_contents=html)
        send(type="GetFiles", index_id=number)
        send(type="DeleteIndex", index_id=number)  # or the process would grow with each
        stream.flush()


def _answers(stream: BufferedReader) -> Iterator[dict[str, Any]]:
    parts: list[bytes] = []
    while chunk := stream.read1(1 << 20):
        *ended, rest = chunk.split(b",")
        for piece in ended:
            try:
                answer = json.loads(base64.b64decode(b"".join((*parts, piece))))["payload"]
            except (ValueError, LookupError, TypeError):
                raise SearchFailed("what Pagefind answers cannot be understood") from None
            yield answer
            parts = []
        parts.append(rest)
