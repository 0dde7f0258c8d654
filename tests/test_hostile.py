"""Input that means harm, and exactly what comes of it.

Each case is one file (or link, or pipe) put among good ones. What `briefing check` says to it stands in
tests/cases/hostile.txt; `UPDATE_CASES=1 pytest tests/test_hostile.py` writes that anew, to be read as a
difference. No case may cost more than two seconds of a processor or 300 MB, and none may write a file.
"""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import feedparser  # type: ignore[import-untyped] # it has no types
import pytest
from playwright.sync_api import Page

from briefing.build import build

HERE = Path(__file__).parent
GOLDEN = HERE / "cases" / "hostile.txt"

BRIEF = """\
title: A says one thing
date: 2022-02-05
published: 2022-02-06
topics: [weapons]
bottom_line: A said that it happened.
claims:
  - id: it-happened
    text: A said that it happened.
    by: a
    sources: [paper]
"""
AROUND = {
    "topics.yml": 'topics:\n  - id: weapons\n    title: W\n    summary: S.\n    colour: "#8c1d2f"\n    icon: rocket\n',
    "measures.yml": "measures:\n  - {id: theft, title: T, topic: weapons, unit: USD, period: event, rule: {text: R.}}\n",
    "entities/a.yml": "kind: state\nname: A\n",
    "sources/paper.yml": "kind: press\naccess: public\ntitle: It happened\nissued: 2022-02-05\n",
}
MKDOCS = """\
site_name: Test Site
site_url: https://example.org/
theme: {name: material, font: false}
plugins: [briefing]
extra_css: [stylesheets/briefing.css]
markdown_extensions: [admonition, attr_list, def_list, md_in_html, tables, {toc: {permalink: "#"}}]
"""
TOPICS = AROUND["topics.yml"]
PLACE = "2022/2022-02-05-it-happened.yml"
SOURCE = "sources/other.yml"


def brief(old: str, new: str) -> str:
    """Return the good brief with one thing replaced."""
    assert old in BRIEF
    return BRIEF.replace(old, new)


def titled(title: str) -> str:
    """Return the good brief under another title, quoted so that YAML takes it as it is."""
    return brief("A says one thing", json.dumps(title, ensure_ascii=False))


def field(lines: str) -> str:
    """Return the good brief with more lines."""
    return BRIEF + lines


def addressed(url: str) -> str:
    """Return a source with an address."""
    return f"kind: press\naccess: public\ntitle: Other\nissued: 2022-02-05\nurl: {json.dumps(url, ensure_ascii=False)}\n"


def laughs(levels: int = 9) -> str:
    """Return the billion laughs (CVE-2003-1564) in YAML."""
    rows = ["x0: &x0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    rows += [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(rows) + "\n"


CASES: dict[str, tuple[str, str | bytes]] = {
    # What makes a parser work too hard, or run.
    "billion laughs": (PLACE, laughs()),
    "an alias of itself": (PLACE, "a: &a [*a]\n"),
    "merge keys": (PLACE, "base: &b {title: x}\n<<: *b\n"),
    "a hundred thousand anchors": (PLACE, "".join(f"k{n}: &a{n} x\n" for n in range(60_000))),
    "brackets nested a hundred thousand deep": (PLACE, "title: " + "[" * 100_000),
    "braces nested a hundred thousand deep": (PLACE, "title: " + "{a: " * 100_000),
    "dashes nested fifty thousand deep": (PLACE, "- " * 50_000 + "x\n"),
    "question marks nested fifty thousand deep": (PLACE, "? " * 50_000 + "x\n"),
    "mappings nested a thousand deep": (PLACE, "".join(" " * n + "a:\n" for n in range(1000))),
    "a title of a million letters": (PLACE, titled("a" * 1_000_000)),
    "a file over its bound": (PLACE, titled("a" * 1_048_577)),
    "as many keys as a file can hold": (PLACE, "".join(f"{n:x}:\n" for n in range(150_000))),
    "as many items as a file can hold": (PLACE, brief("[weapons]", "\n" + "- a\n" * 200_000)),
    "the same item a hundred thousand times": (PLACE, brief("[weapons]", "[" + "weapons," * 100_000 + "]")),
    "one key fifty thousand times": (PLACE, "title: x\n" * 50_000),
    "thirty thousand broken claims": (PLACE, BRIEF + "  - id: X\n" * 60_000),
    "fifty thousand claims of one name": (
        PLACE,
        BRIEF + "  - {id: it-happened, text: T., by: a, sources: paper}\n" * 20_000,
    ),
    "a hundred thousand documents": (PLACE, "--- a\n" * 100_000),
    "a quote that never ends": (PLACE, 'title: "' + "a\n" * 300_000),
    "a call of Python": (PLACE, 'title: !!python/object/apply:os.system ["touch pwned"]\n'),
    "a name of Python": (PLACE, "title: !!python/name:os.system x\n"),
    "a file to include": (PLACE, "title: !include /etc/passwd\n"),
    "a variable of the environment": (PLACE, "title: !ENV HOME\n"),
    "a tag's own prefix": (PLACE, "%TAG ! tag:yaml.org,2002:python/\n---\ntitle: !name:os.system x\n"),
    "a version of the future": (PLACE, "%YAML 9.9\n---\ntitle: x\n"),
    "a percent sign that is no character": (PLACE, "title: !%ff x\n"),
    "binary data": (PLACE, "title: !!binary R0lGODlh\n"),
    # Bytes and characters that hide what is said.
    "a null byte": (PLACE, titled("a").encode() + b"\0"),
    "bytes that are no UTF-8": (PLACE, b"title: \xff\xfe\n"),
    "UTF-16": (PLACE, BRIEF.encode("utf-16")),
    "an overlong slash": (PLACE, b"title: \xc0\xaf\n"),
    "text that runs from right to left": (PLACE, titled("safe \u202egnp.exe")),
    "isolates that turn words round": (PLACE, titled("a \u2066b\u2069 c")),
    "a space of no width": (PLACE, brief("it-happened", "it-\u200bhappened")),
    "a mark of byte order inside": (PLACE, titled("a\ufeffb")),
    "letters of the tag block": (
        PLACE,
        titled("a\U000e0069\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065"),
    ),
    "a filler of Hangul": (PLACE, titled("a\u3164b")),
    "a hyphen that is not seen": (PLACE, titled("Nor\u00adth")),
    "a lone surrogate, escaped": (PLACE, brief("A says one thing", r'"a \ud800 b"')),
    "escape codes of a terminal": (PLACE, brief("A says one thing", r'"a \e[2J\e]0;pwned\a b"')),
    "a Cyrillic letter in an id": (PLACE, brief("by: a", "by: \u0430")),
    "a Greek letter in a claim's id": (PLACE, brief("it-happened", "it-h\u03b1ppened")),
    "a homoglyph in a key": (PLACE, brief("title:", "t\u0456tle:")),
    "digits of full width in a date": (
        PLACE,
        brief("date: 2022-02-05", "date: \uff12\uff10\uff12\uff12-02-05"),
    ),
    "Arabic digits in a number": (
        PLACE,
        field("    measure: theft\n    figures:\n      - exactly: \u0661\u0662\n"),
    ),
    "ten thousand accents on one letter": (PLACE, titled("a" + "\u0301" * 10_000)),
    "a title of spaces that are none": (PLACE, titled("\u3000\u2003")),
    # Ids and names that would leave the folder.
    "an alias that climbs": (PLACE, field("aliases: [../../etc/passwd]\n")),
    "an alias that is absolute": ("entities/b.yml", "kind: state\nname: B\naliases: [/etc/passwd]\n"),
    "an alias with a stop in it": ("entities/b.yml", "kind: state\nname: B\naliases: [..]\n"),
    "a source's id that climbs": (PLACE, brief("[paper]", "[../../secret]")),
    "a claim's id that is an address": (PLACE, brief("id: it-happened", "id: a/../../x")),
    "a reference that climbs": (PLACE, field("related: [{brief: ../2022-x, how: before}]\n")),
    "a topic's id that is a page": (
        "topics.yml",
        AROUND["topics.yml"] + AROUND["topics.yml"].partition("\n")[2].replace("weapons", "search"),
    ),
    "a file whose name has an escape code": ("2022/2022-02-05-\x1b[31mred.yml", BRIEF),
    "a file whose name has two lines": ("2022/2022-02-05-a\n::error::b.yml", BRIEF),
    "a file whose name climbs": ("entities/...yml", "kind: state\nname: B\n"),
    "a file of the size of nothing": (PLACE, ""),
    # Addresses that would run or lie.
    "an address that runs": (SOURCE, addressed("javascript:alert(1)")),
    "an address that runs, in disguise": (SOURCE, addressed("java\tscript:alert(1)")),
    "an address that is a page": (SOURCE, addressed("data:text/html,<script>alert(1)</script>")),
    "an address of this machine's files": (SOURCE, addressed("file:///etc/passwd")),
    "an address with a password": (SOURCE, addressed("https://example.org:secret@evil.example/")),
    "an address without a scheme": (SOURCE, addressed("//evil.example/")),
    "an address that breaks out": (SOURCE, addressed('https://example.org/"><script>alert(1)</script>')),
    "an address with a line break": (SOURCE, addressed("https://example.org/\r\nSet-Cookie: a=b")),
    "an address with an unknown host": (SOURCE, addressed("https://[::1/")),
    "an address with a wrong port": (SOURCE, addressed("https://example.org:99999/")),
    "an address of a hundred thousand letters": (SOURCE, addressed("https://example.org/" + "a" * 100_000)),
    "an address with a backslash": (SOURCE, addressed("https://example.org\\@evil.example/")),
    # What a regular expression or a search for likeness could choke on.
    "a slug of a thousand hyphens": (PLACE, brief("by: a", "by: " + "a-" * 50_000 + "!")),
    "a number of a hundred thousand digits": (
        PLACE,
        field("    measure: theft\n    figures:\n      - exactly: " + "1" * 100_000 + "\n"),
    ),
    "a number of many groups": (
        PLACE,
        field("    measure: theft\n    figures:\n      - exactly: " + "1_000" * 20_000 + "x\n"),
    ),
    "a number that is infinite": (PLACE, field("    measure: theft\n    figures:\n      - exactly: .inf\n")),
    "a date of many slashes": (PLACE, brief("date: 2022-02-05", "date: " + "2022/" * 20_000)),
    "a language of many parts": (
        SOURCE,
        addressed("https://example.org/") + "language: " + "a-" * 50_000 + "\n",
    ),
    "two thousand hedges": (PLACE, brief("text: A said", "text: " + "about nearly 1,0 " * 110 + "A said")),
    "an unknown key of a hundred thousand letters": (PLACE, BRIEF + "a" * 100 + "b" * 900 + ": x\n"),
    "ten thousand unknown ids": (
        PLACE,
        brief("[paper]", "[" + ", ".join(f"paper-{n}" for n in range(10_000)) + "]"),
    ),
    "ten thousand circles of aliases": (
        "entities/b.yml",
        "kind: state\nname: B\naliases: [" + ", ".join(f"a{n}" for n in range(10_000)) + "]\n",
    ),
    "quotation marks in great number": (
        PLACE,
        brief("[paper]", "[" + ", ".join(['{source: paper, quote: "' + "'“”" * 90 + 'a"}'] * 300) + "]"),
    ),
}
"""By name: the file, and what is in it."""

LINKS: dict[str, Callable[[Path, Path], None]] = {
    "a link to a file outside": lambda root, away: (root / SOURCE).symlink_to(away / "secret.yml"),
    "a link to a folder outside": lambda root, away: (root / "2023").symlink_to(
        away, target_is_directory=True
    ),
    "a link to itself": lambda root, _: (root / SOURCE).symlink_to(root / SOURCE),
    "a link to nothing": lambda root, _: (root / SOURCE).symlink_to(root / "nothing.yml"),
    "a pipe that nobody writes to": lambda root, _: os.mkfifo(root / SOURCE),
    "a folder with the name of a file": lambda root, _: (root / SOURCE).mkdir(),
    "a device": lambda root, _: (root / SOURCE).symlink_to("/dev/zero"),
}

RUNNER = """
import json, os, resource, sys
from click.testing import CliRunner
from briefing.cli import main
import briefing.rules
started = resource.getrusage(resource.RUSAGE_SELF)
cost = started.ru_utime + started.ru_stime
for folder in sys.argv[1:]:
    out = os.path.join(folder, "out.json")
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
        os.chdir(os.path.join(folder, "here"))
        result = CliRunner().invoke(main, ["check"])
        said = result.output if result.exception is None or isinstance(result.exception, SystemExit) else repr(result.exception)
        with open(out, "w") as stream:
            json.dump({"code": result.exit_code, "said": said}, stream)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    try:
        with open(out) as stream:
            told = json.load(stream)
    except FileNotFoundError:
        told = {"code": None, "said": "it did not end"}
    told |= {"status": status, "seconds": cost + used.ru_utime + used.ru_stime, "kilobytes": used.ru_maxrss}
    with open(out, "w") as stream:
        json.dump(told, stream)
"""


def outcome(told: dict[str, object]) -> str:
    """Return the first two problems, each with its fix and without the line of the file, and the end."""
    lines = str(told["said"]).rstrip("\n").split("\n")
    blocks = [b.split("\n") for b in str(told["said"]).split("\n\n") if b.startswith("briefs")]
    # That a bomb lacks the fields of a brief is not what matters about it.
    dull = ("[missing-field]", "[unknown-key]")
    telling = sorted(blocks, key=lambda b: any(code in b[0] for code in dull))
    kept = [line[:200] for b in telling[:2] for line in (b[0], b[-1])]
    last = next((line for line in reversed(lines) if " in " in line and " files " in line), lines[-1])
    return "\n".join([*kept[:4], last[:200], f"exit {told['code']}"])


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """Give what `briefing check` says to each case, and what it costs."""
    folders = {}
    for n, name in enumerate([*CASES, *LINKS]):
        top = tmp_path_factory.mktemp(f"case{n}")
        root, away = top / "here" / "briefs", top / "away"
        away.mkdir()
        (away / "secret.yml").write_text("kind: press\naccess: public\ntitle: SECRET\n")
        files: dict[str, str | bytes] = {**AROUND, PLACE: BRIEF}
        if name in CASES:
            file, content = CASES[name]
            files[file] = content
        for file, content in files.items():
            path = root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
            )
        if name in LINKS:
            LINKS[name](root, away)
        folders[name] = top
    before = {name: listing(top) for name, top in folders.items()}
    subprocess.run([sys.executable, "-c", RUNNER, *map(str, folders.values())], check=True, timeout=1200)
    told = {name: json.loads((top / "out.json").read_text()) for name, top in folders.items()}
    for name, top in folders.items():
        told[name]["new"] = sorted(listing(top) - before[name] - {"out.json"})
    return told


def listing(folder: Path) -> set[str]:
    """Return the names of all that is below a folder, links not followed; caches do not count."""
    return {
        p.relative_to(folder).as_posix()
        for p in folder.rglob("*")
        if ".cache" not in p.parts and ".briefing" not in p.parts
    }


def test_each_has_exactly_this_outcome(outcomes: dict[str, dict[str, object]]) -> None:
    """The rule, the place and the fix are as they were when somebody last read them."""
    said = "".join(f"## {name}\n{outcome(told)}\n\n" for name, told in outcomes.items())
    if os.environ.get("UPDATE_CASES"):
        GOLDEN.write_text(said, encoding="utf-8")
    assert said == GOLDEN.read_text(encoding="utf-8")


def test_there_are_enough_of_them() -> None:
    """Sixty at least."""
    assert len(CASES) + len(LINKS) >= 60


@pytest.mark.parametrize("name", [*CASES, *LINKS])
def test_none_costs_much_or_leaves_the_folder(name: str, outcomes: dict[str, dict[str, object]]) -> None:
    """Two seconds of a processor with Python's start, 300 MB, no file written, nothing told of what is outside."""
    told = outcomes[name]
    assert told["status"] == 0
    assert float(str(told["seconds"])) < 2
    assert int(str(told["kilobytes"])) < 300_000
    assert told["new"] == []
    assert "SECRET" not in str(told["said"])
    assert "root:" not in str(told["said"])
    assert not any(ord(c) < 32 and c != "\n" for c in str(told["said"]))
    assert len(str(told["said"])) < 100_000


# --- text that is accepted, and must stay text -------------------------------------------

INJECTIONS = [
    "<script>pwned=1</script>",
    "<img src=x onerror=pwned=1>",
    "<svg onload=pwned=1><a xlink:href=javascript:pwned=1>x</a></svg>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<meta http-equiv=refresh content=0;url=javascript:pwned=1>",
    "<base href=https://evil.example/><link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example/><input autofocus onfocus=pwned=1></form>",
    "</title></head><body onload=pwned=1>",
    "</script><script>pwned=1</script>",
    "<!-- a comment --><![CDATA[x]]>]]>",
    "[a link](javascript:pwned=1) and <javascript:pwned=1>",
    "![a picture](https://evil.example/x.png) ![x](x){ onload=pwned=1 }",
    "[a reference][x]  [x]: javascript:pwned=1",
    "&#106;avascript:pwned=1 &lt;script&gt; &amp;lt;",
    "{{ 7*7 }} {% raw %} {{ config.site_name }} {# x #}",
    "words {: onclick=pwned=1 } {: #timeline .claim }",
    "--8<-- '/etc/passwd' [TOC] [[toc]] :::warning :smile:",
    "| a table | of cells | <b>x</b> |",
    "# a heading * a list > a quote `code` ``` ~~~",
    "*[DPRK]: <script>pwned=1</script> [^1]: note",
    '" onmouseover=pwned=1 x="',
    "' onmouseover='pwned=1",
    "=HYPERLINK(1) =cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '"},"@type":"Person","name":"pwned"',
    "\\u003cscript\\u003epwned=1\\u003c/script\\u003e \\ \\\\ \\n",
    "${7*7} %7B%7B7*7%7D%7D %0d%0aSet-Cookie:a=b",
    "BEGIN:VEVENT END:VCALENDAR; a, b; c\\, d",
    "@book{x, title={pwned}} } { \\input{/etc/passwd} $x^2$",
    "TY  - BOOK  ER  - ",
    "'); DROP TABLE claims; --",
    "__proto__ constructor toString",
]
BACKGROUND = "\n".join(
    [
        *INJECTIONS,
        "<details open ontoggle=pwned=1>x</details>",
        "<style>body{display:none}</style><math><mtext></mtext></math>",
        "<div style='position:fixed;inset:0' class='search-dialog' id=x data-pagefind-filter=a:b>x</div>",
        "[a]: javascript:pwned=1 'x'",
        '<https://evil.example/?a=b"onclick=pwned=1>',
        "$$\\href{javascript:pwned=1}{x}$$",
        "~~~{.python onclick=pwned=1}\nx\n~~~",
    ]
)


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a site in which every text that an author writes is one that means harm."""
    project = tmp_path_factory.mktemp("hostile") / "project"
    files = {"mkdocs.yml": MKDOCS, "docs/how-to-read.md": "# How to read\n", "docs/how-to-write.md": "# W\n"}
    files |= {"docs/about.md": "# About\n\n## Corrections\n"}
    texts = dict(enumerate(INJECTIONS))
    for n, text in texts.items():
        said = json.dumps(text)
        files[f"briefs/entities/e-{n}.yml"] = (
            f"kind: person\nname: {said}\ndescription: {said}\nweak_names: [{said}]\nposition: {said}\n"
        )
        files[f"briefs/sources/s-{n}.yml"] = (
            f"kind: press\naccess: public\ntitle: {said}\nissued: 2022-02-05\npublisher: {{name: {said}}}\n"
            f"author: {said}\nurl: https://example.org/?a=%22%3E%3Cscript%3E&b='{n}\n"
        )
        files[f"briefs/2022/2022-02-05-x-{n}.yml"] = (
            f"title: {said}\ndate: 2022-02-05\npublished: 2022-02-06\ntopics: [weapons]\nbottom_line: {said}\n"
            f"key_points: [{{text: {said}, claims: [c]}}]\nwhy_it_matters: {said}\ngaps: [{said}]\n"
            f"events: [{{id: e, kind: test, title: {said}, when: 2022-02-05}}]\n"
            f"claims:\n  - id: c\n    text: {said}\n    by: [e-{n}]\n"
            f"    sources: [{{source: s-{n}, quote: {said}, at: {said}}}]\n    event: e\n"
            f"    responses: [{{kind: denial, by: [e-{n}], text: {said}, sources: [s-{n}]}}]\n"
            f"judgements: [{{text: {said}, confidence: low, basis: {said}, claims: [c]}}]\n"
            f"corrections: [{{date: 2022-02-07, kind: correction, what: {said}, was: {said}, now: {said}}}]\n"
        )
    files["briefs/2022/2022-02-05-x-0.yml"] += "background: |\n" + "".join(
        f"  {line}\n\n" for line in BACKGROUND.split("\n")
    )
    said = json.dumps(INJECTIONS[0])
    files["briefs/topics.yml"] = TOPICS + f"event_kinds: [{{id: test, title: {said}}}]\n"
    files["briefs/glossary.yml"] = f"terms: [{{id: t, term: {said}, definition: {said}}}]\n"
    for name, content in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return build(project / "mkdocs.yml").site


@pytest.fixture
def page(watched: Callable[..., Page]) -> Page:
    """Give a page that fails the test where anything runs, or is asked of another host."""
    return watched()


class _Foreign(HTMLParser):
    """Collects what no page of ours holds: handlers, frames, addresses that run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that is not ours."""
        runs = [
            k for k, v in attrs if k.startswith("on") or re.match(r"\s*(javascript|data):", v or "", re.I)
        ]
        if runs or tag in ("iframe", "object", "embed", "base", "math"):
            self.found.append(self.get_starttag_text() or tag)


def test_no_page_holds_what_runs(hostile_site: Path) -> None:
    """Every page of the site, as its text stands: no handler, no frame, no address that runs."""
    for path in hostile_site.rglob("*.html"):
        parser = _Foreign()
        parser.feed(path.read_text(encoding="utf-8"))
        assert parser.found == [], path


RUN = "typeof pwned !== 'undefined'"
FOREIGN = (
    "[...document.querySelectorAll('main *')].filter(e => "
    "[...e.attributes].some(a => a.name.startsWith('on') || /^\\s*(javascript|data):/i.test(a.value))"
    " || ['IFRAME','OBJECT','BASE','META','LINK','STYLE'].includes(e.tagName)"
    " || (e.tagName === 'FORM' && e.hasAttribute('action'))"
    " || (e.tagName === 'SCRIPT' && !e.src && /pwned/.test(e.text))).map(e => e.outerHTML)"
)


def test_what_is_accepted_stays_text(page: Page, hostile_site: Path, serve: Callable[[Path], str]) -> None:
    """On every page, in every list and every head: shown letter by letter, and nothing runs."""
    base = serve(hostile_site)
    for n, text in enumerate(INJECTIONS):
        page.goto(f"{base}briefs/2022-02-05-x-{n}/")
        assert page.evaluate(RUN) is False, text
        assert page.evaluate(FOREIGN) == [], text
        shown = " ".join(text.split())
        assert page.locator("h1").inner_text().rstrip("#").strip() == shown
        assert page.locator("meta[name=description]").get_attribute("content") == shown
        for script in page.locator("script[type='application/ld+json']").all_text_contents():
            json.loads(script)
    for address in (
        "",
        "weapons/",
        "briefs/",
        "entities/",
        "sources/",
        "timeline/",
        "disputed/",
        "corrections/",
        "glossary/",
        "search/",
        "404.html",
    ):
        page.goto(base + address)
        assert page.evaluate(RUN) is False, address
        assert page.evaluate(FOREIGN) == [], address


@pytest.mark.parametrize(
    "text", [INJECTIONS[1], INJECTIONS[8], INJECTIONS[20], INJECTIONS[-1], "a" * 5_000, "((((\u202e\u0000%"]
)
def test_a_hostile_question_is_only_asked(
    text: str, page: Page, hostile_site: Path, serve: Callable[[Path], str]
) -> None:
    """Whatever stands in the address of the search page, it is shown in the box and runs nothing."""
    base = serve(hostile_site)
    said = quote(text, safe="")
    page.goto(f"{base}search/?q={said}&topic={said}&year={said}&sort={said}&__proto__={said}#{said}")
    page.locator("main input").first.wait_for()
    page.wait_for_timeout(200)
    assert page.evaluate(RUN) is False
    assert page.evaluate(FOREIGN) == []


def test_what_machines_read_is_whole(hostile_site: Path) -> None:
    """Feeds, JSON, CSV: parsed as what they are, with each text as it was written."""
    feeds = [*(hostile_site / "feeds").glob("*.atom"), *(hostile_site / "feeds").glob("*.rss")]
    assert len(feeds) >= 6
    for path in feeds:
        assert not feedparser.parse(path.read_bytes()).bozo, path
    titles = {" ".join(text.split()) for text in INJECTIONS}
    for path in hostile_site.rglob("*.json"):
        json.loads(path.read_bytes())
    feed = json.loads((hostile_site / "feeds" / "all.json").read_bytes())
    assert titles == {item["title"] for item in feed["items"]}
    for path in hostile_site.rglob("*.csv"):
        with path.open(newline="", encoding="utf-8-sig") as stream:
            for row in csv.reader(stream):
                assert not [
                    cell for cell in row if cell[:1] in ("=", "+", "@", "\t") or re.match(r"-[^\d]", cell)
                ], path
