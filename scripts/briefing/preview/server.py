"""The preview over HTTP, on this machine: pages, files, and the news that lets pages reload.

Only names of this machine are answered to: a page from elsewhere that has its own name lead here (DNS
rebinding) gets nothing. Files are found by the address that they have in a built site, never by a path.
"""

import ipaddress
import json
import mimetypes
import posixpath
import socket
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from briefing.preview.panel import FILES
from briefing.preview.search import Search
from briefing.preview.session import OWN, Preview

WAIT = 25.0
"""Seconds after which a page that waits for news is told that there is none, and asks again."""

_OWN_FILES = {"live.js": "text/javascript", "preview.css": "text/css"}
_TYPES = mimetypes.MimeTypes()
_TYPES.add_type("text/javascript", ".js")
_TYPES.add_type("text/markdown", ".md")
_TYPES.add_type("application/manifest+json", ".webmanifest")
_TYPES.add_type("application/atom+xml", ".atom")
_TYPES.add_type("application/rss+xml", ".rss")
_TYPES.add_type("text/calendar", ".ics")


class Server(ThreadingHTTPServer):
    """Serves a preview until it is shut down."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], preview: Preview, search: Search) -> None:
        """Listen; port 0 is any that is free. Raises OSError where the address cannot be had."""
        self.preview = preview
        self.search = search
        self.host = address[0]
        self.address_family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        """The address of the site."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.server_port}{self.preview.mount}"

    def knows(self, host: str) -> bool:
        """Whether the name in a request is one of this server's."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in ("localhost", "127.0.0.1", "::1", self.host.lower()):
            return True
        try:
            # Whoever listens on all interfaces is asked by any of their numbers; a name can be anybody's.
            ipaddress.ip_address(name)
            return ipaddress.ip_address(self.host).is_unspecified
        except ValueError:
            return False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120  # of a connection that nobody uses

    def do_GET(self) -> None:
        """Answer a request."""
        if not self.server.knows(self.headers.get("Host", "")):
            self._text(
                HTTPStatus.MISDIRECTED_REQUEST, "This preview answers only to names of its own machine."
            )
            return
        try:
            address = urlsplit(self.path)
            path = unquote(address.path, errors="strict")
        except ValueError:
            self._text(HTTPStatus.BAD_REQUEST, "This is not an address.")
            return
        if "\0" in path or "\\" in path or ".." in path.split("/"):
            self._text(HTTPStatus.BAD_REQUEST, "This is not an address.")
        elif path.startswith(OWN):
            self._own(path.removeprefix(OWN), path, address.query)
        elif path.startswith(self.server.preview.mount):
            self._site(path.removeprefix(self.server.preview.mount), address.query)
        elif path == "/" or f"{path}/" == self.server.preview.mount:
            self._lead_to(self.server.preview.mount)
        else:
            self._page(path.strip("/"))

    def do_HEAD(self) -> None:
        """Answer a request for the head of an answer."""
        self.do_GET()

    # --- what there is -----------------------------------------------------------------------

    def _own(self, name: str, path: str, query: str) -> None:
        preview = self.server.preview
        if name in _OWN_FILES:
            content = (package_files("briefing.preview") / "static" / name).read_bytes()
            self._send(HTTPStatus.OK, content, _OWN_FILES[name])
        elif name == "wait":
            asked = {key: values[0] for key, values in parse_qs(query).items()}
            place, page, panel = (asked.get(key, "") for key in ("place", "page", "panel"))
            news = preview.wait(place, page, panel, WAIT)
            if news is None:
                self._send(HTTPStatus.NO_CONTENT, b"", "application/json")
            else:
                text = json.dumps({"page": news.page, "panel": news.panel, "html": news.html})
                self._send(HTTPStatus.OK, text.encode(), "application/json")
        elif path.startswith(FILES) and (shown := preview.source(path.removeprefix(FILES))) is not None:
            self._html(HTTPStatus.OK, shown.html)
        else:
            self._text(HTTPStatus.NOT_FOUND, "There is no such file.")

    def _site(self, path: str, query: str) -> None:
        preview = self.server.preview
        place = posixpath.join(path, "index.html") if path.endswith("/") or not path else path
        if preview.has_page(place):
            self._page(place)
        elif preview.has_page(f"{path}/index.html"):
            self._lead_to(preview.mount + quote(path) + "/" + (f"?{query}" if query else ""))
        elif (found := self.server.search.file(place)) is not None:
            self._file(found, place)
        elif (content := preview.file(place)) is not None:
            if isinstance(content, Path):
                self._file(content, place)
            else:
                self._send(HTTPStatus.OK, content, _type_of(place))
        else:
            self._page(place)

    def _page(self, place: str) -> None:
        shown = self.server.preview.page(place)
        self._html(HTTPStatus.OK if shown.found else HTTPStatus.NOT_FOUND, shown.html)

    # --- how it is sent ----------------------------------------------------------------------

    def _file(self, path: Path, place: str) -> None:
        try:
            stat = path.stat()
            tag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
            if self.headers.get("If-None-Match") == tag:
                self._send(HTTPStatus.NOT_MODIFIED, b"", _type_of(place), tag)
                return
            self._send(HTTPStatus.OK, path.read_bytes(), _type_of(place), tag)
        except OSError:
            self._text(HTTPStatus.NOT_FOUND, "This file cannot be read.")

    def _lead_to(self, address: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _text(self, status: HTTPStatus, text: str) -> None:
        self._send(status, f"{text}\n".encode(), "text/plain; charset=utf-8")

    def _html(self, status: HTTPStatus, text: str) -> None:
        self._send(status, text.encode("utf-8", "xmlcharrefreplace"), "text/html; charset=utf-8")

    def _send(self, status: HTTPStatus, content: bytes, type_: str, tag: str = "") -> None:
        self.send_response(status)
        if status is not HTTPStatus.NO_CONTENT and status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", type_)
            self.send_header("Content-Length", str(len(content)))
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Cache-Control", "no-cache" if tag else "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def version_string(self) -> str:
        """Name nothing but the program."""
        return "briefing"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing: what matters is said elsewhere."""


def _type_of(place: str) -> str:
    type_ = _TYPES.guess_type(place)[0] or "application/octet-stream"
    text = type_.startswith("text/") or type_.endswith(("+xml", "/json", "+json", "/xml"))
    return f"{type_}; charset=utf-8" if text else type_


def start(server: Server) -> threading.Thread:
    """Serve in a thread of its own, and return it."""
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.2}, name="preview", daemon=True
    )
    thread.start()
    return thread
