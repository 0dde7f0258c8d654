"""The Markdown of `briefing render` as a project for Hugo, with a plain theme.

Done before anything is timed, and so that Hugo has no more to do than it must: links are written out
as addresses, and Python-Markdown's lists of attributes, which Hugo does not read, are left out.
"""

import json
import posixpath
import re
import shutil
from pathlib import Path
from typing import Any

import yaml

_LINK = re.compile(r"(?<=\]\()<?([^)<>\s]+)>?(?=\))")
_ATTRIBUTES = re.compile(r"(?<=\*)\{:? [^{}\n]*\}|^[ ]*\{:? [^{}\n]*\}\n", re.MULTILINE)
_HEADING = re.compile(r"^(#+ .*?)\s*\{ #([\w-]+)[^{}\n]*\}$", re.MULTILINE)

THEME = Path(__file__).parent / "hugo_theme"


def prepare(rendered: Path, out: Path) -> int:
    """Write a project for Hugo from one that `briefing render` wrote, and return its number of pages."""
    docs = rendered / "docs"
    shutil.copytree(THEME, out / "layouts")
    pages = 0
    for path in sorted(p for p in docs.rglob("*") if p.is_file()):
        uri = path.relative_to(docs).as_posix()
        if path.suffix != ".md":
            target = out / "static" / uri
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            continue
        target = (
            out / "content" / (uri.removesuffix("index.md") + "_index.md" if path.name == "index.md" else uri)
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_page(path.read_text(encoding="utf-8"), uri), encoding="utf-8")
        pages += 1
    settings = yaml.safe_load((rendered / "mkdocs.yml").read_text(encoding="utf-8"))
    (out / "hugo.json").write_text(json.dumps(_settings(settings), indent=2), encoding="utf-8")
    return pages


def address(link: str, uri: str) -> str:
    """Return the address that a link, written in the page `uri`, leads to: "/sources/x/#part"."""
    if ":" in link.partition("/")[0] or link.startswith(("#", "/")):
        return link
    path, mark, part = link.partition("#")
    path = posixpath.normpath(posixpath.join("/", posixpath.dirname(uri), path))
    if path.endswith(".md"):
        path = path.removesuffix("index.md") if path.endswith("/index.md") else path.removesuffix(".md") + "/"
    return path + mark + part


def _page(text: str, uri: str) -> str:
    """Return a page with its own keys below `params`, where Hugo leaves them alone."""
    front = ""
    if text.startswith("---\n"):
        head, _, text = text.removeprefix("---\n").partition("\n---\n")
        lines = head.split("\n")
        kept = [line for line in lines if line.startswith(("title:", "description:"))]
        rest = ["  " + line for line in lines if line not in kept]
        front = "\n".join(["---", *kept, *(["params:", *rest] if rest else []), "---", ""])
    text = _HEADING.sub(r"\1 {#\2}", text)
    text = _ATTRIBUTES.sub("", text)
    return front + _LINK.sub(lambda m: address(m[1], uri), text)


def _settings(mkdocs: dict[str, Any]) -> dict[str, Any]:
    return {
        "baseURL": mkdocs["site_url"],
        "title": mkdocs["site_name"],
        "copyright": mkdocs.get("copyright", ""),
        "languageCode": "en",
        "disableKinds": ["taxonomy", "term", "rss"],
        "buildFuture": True,
        "timeout": "600s",
        "markup": {
            "goldmark": {"renderer": {"unsafe": True}},
            "tableOfContents": {"startLevel": 2, "endLevel": 3},
        },
        "menus": {"main": list(_menu(mkdocs["nav"]))},
    }


def _menu(nav: list[Any], parent: str = "") -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for item in nav:
        name, target = next(iter(item.items())) if isinstance(item, dict) else (item, item)
        entry = {"name": name, "identifier": name, "weight": 10 * (len(entries) + 1)}
        if parent:
            entry["parent"] = parent
        if isinstance(target, list):
            entries += [entry, *_menu(target, name)]
        else:
            entries.append(entry | {"url": address(target, "")})
    return entries
