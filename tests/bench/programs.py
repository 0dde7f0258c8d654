"""Small programs in the place of the real ones: each makes just enough for a row to be measured.

Run as `python programs.py NAME [ARGUMENT…]`.
"""

import json
import re
import sys
import time
from pathlib import Path


def briefing(arguments: list[str]) -> None:
    """Check, build or render the project in the current folder."""
    match arguments:
        case ["check"]:
            sys.stderr.write("no problems\n")
        case ["build", "--site-dir", site]:
            build(Path(site))
        case ["build", "--watch", "--site-dir", site]:
            while True:
                build(Path(site))
                sys.stderr.write("the site is in its place\n")
                sys.stderr.flush()
                time.sleep(0.02)
        case ["render", "--out", out]:
            docs = Path(out) / "docs"
            docs.mkdir(parents=True, exist_ok=True)
            (docs / "index.md").write_text('---\ntitle: "Home"\n---\n# Home\n', encoding="utf-8")
            settings = {"site_name": "S", "site_url": "http://127.0.0.1/", "nav": [{"Home": "index.md"}]}
            (Path(out) / "mkdocs.yml").write_text(
                json.dumps({**settings, "theme": {"name": "material"}}), encoding="utf-8"
            )
        case _:
            sys.exit(f"cannot {arguments}")


def build(site: Path) -> None:
    """Make a page of each brief and of each entity."""
    for kind, pattern in (("briefs", "briefs/[0-9]*/*.yml"), ("entities", "briefs/entities/*.yml")):
        for file in Path.cwd().glob(pattern):
            page = site / kind / file.stem / "index.html"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(re.sub(r"\s+", " ", file.read_text(encoding="utf-8")), encoding="utf-8")


def mkdocs(arguments: list[str]) -> None:
    """Make a site with an index for its search."""
    search = Path(arguments[-1]) / "search"
    search.mkdir(parents=True)
    (search / "search_index.json").write_text("{}" * 500, encoding="utf-8")


def zensical(_arguments: list[str]) -> None:
    """Fail, with words."""
    sys.stderr.write("reading\nno such theme | at all\n")
    sys.exit(3)


def hugo(_arguments: list[str]) -> None:
    """Make a site of one page."""
    assert json.loads(Path("hugo.json").read_text(encoding="utf-8"))["title"] == "S"
    Path("public").mkdir()
    Path("public/index.html").write_text("<h1>Home</h1>", encoding="utf-8")


def pagefind(arguments: list[str]) -> None:
    """Find the site."""
    assert (Path(arguments[-1]) / "index.html").is_file()


if __name__ == "__main__":
    {f.__name__: f for f in (briefing, mkdocs, zensical, hugo, pagefind)}[sys.argv[1]](sys.argv[2:])
