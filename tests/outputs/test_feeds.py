"""Feeds, read back by programs that are not ours."""

import html
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser  # type: ignore[import-untyped] # it has no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.build import build
from briefing.corpus import ClaimHandle, Corpus, load
from briefing.model import Brief, BriefStatus, Correction, Status
from briefing.outputs.feeds import MOST_ENTRIES, feed_files
from briefing.view import Site, View, look

ROOT = Path(__file__).parent.parent.parent
SITE = Site("Test Site", "What is claimed.", "https://example.org/", authority="example.org,2026")
HOSTILE = "<script>alert(1)</script> & <b>x</b> ]]> &lt;"
ATOM = "{http://www.w3.org/2005/Atom}"

FILES = {
    "topics.yml": """\
topics:
  - {id: weapons, title: Weapons, summary: "What *flies*.", colour: "#8c1d2f", icon: rocket}
  - {id: money, title: Money & more, summary: What it earns., colour: "#1d4f91", icon: cash}
""",
    "measures.yml": """\
measures:
  - {id: launches, title: Launches, topic: weapons, unit: count, period: year, rule: {text: All.}}
""",
    "entities/a.yml": "kind: state\nname: The Republic of A\nshort_name: A\n",
    "entities/b.yml": "kind: state\nname: B\n",
    "sources/wire.yml": "kind: press\naccess: unseen\ntitle: It\npublisher: {name: The Wire}\nissued: 2022-02-05\n",
    "sources/paper.yml": "kind: press\naccess: public\ntitle: It\npublisher: {name: The Paper}\nissued: 2022-02-06\n"
    "rests_on: [wire]\n",
    "2022/2022-02-05-launches.yml": """\
title: A said that it launched more than 5 missiles
date: 2022-02-05
published: 2022-02-06
topics: [weapons, money]
bottom_line: A said that it launched more than 5 missiles; B denied it.
authors: [J. Doe]
key_points:
  - {text: It was more than 5., claims: [launched, "2022-03-01-other#b-counts"]}
claims:
  - id: launched
    topic: weapons
    kind: fact
    status: disputed
    text: A said that it launched more than 5 missiles in 2022.
    by: {unnamed: one official, told: a}
    said: 2022-02-05
    when: 2022
    measure: launches
    figures: [{more_than: 5, as_written: over five}]
    sources: [{source: paper, quote: more than five}]
    limits: [unnamed]
    responses: [{by: b, kind: denial, text: It was fewer., said: 2022-02-06, sources: [paper]}]
  - id: earned
    topic: money
    text: A earned nothing by it.
    by: a
    sources: [paper]
    conflicts_with: [launched]
""",
    "2022/2022-03-01-other.yml": """\
title: B counts 3 launches
date: 2022-03-01
published: 2022-03-02
topics: [weapons]
bottom_line: B counted 3.
claims:
  - id: b-counts
    text: B counted 3 launches in 2022.
    by: b
    when: 2022
    measure: launches
    figures: [{stated: 3}]
    sources: [paper]
""",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Give a small corpus with a dispute, an answer and a chain."""
    root = tmp_path_factory.mktemp("feeds")
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    loaded = load(root)
    assert loaded.problems == []
    return loaded.corpus


@pytest.fixture(scope="module")
def real() -> View:
    """Give the project's own corpus."""
    return look(load(ROOT / "briefs").corpus, SITE)


def with_briefs(corpus: Corpus, briefs: Sequence[Brief]) -> Corpus:
    """Return a corpus of these briefs, which may be changed copies of its own."""
    return replace(
        corpus,
        briefs={b.id: b for b in briefs},
        claims={f"{b.id}#{c.id}": ClaimHandle(b, c, n) for b in briefs for n, c in enumerate(b.claims)},
    )


def changed(corpus: Corpus, id_: str, **values: object) -> Corpus:
    """Return the corpus with other values in one brief."""
    briefs = [b.model_copy(update=values) if b.id == id_ else b for b in corpus.briefs.values()]
    return with_briefs(corpus, briefs)


def files(corpus: Corpus, site: Site = SITE) -> dict[str, str]:
    """Return each feed's file."""
    return dict(feed_files(look(corpus, site)))


def parsed(text: str) -> Any:
    """Return what feedparser makes of a feed, which it must find well-formed."""
    found = feedparser.parse(io.BytesIO(text.encode()))
    assert not found.bozo
    return found


def items(text: str) -> list[dict[str, Any]]:
    """Return the items of a JSON Feed."""
    found = json.loads(text)["items"]
    assert isinstance(found, list)
    return found


LAUNCHES, OTHER = "2022-02-05-launches", "2022-03-01-other"


def correction(date: str, what: str, **values: str) -> Correction:
    """Return a correction of a brief."""
    return Correction.model_validate({"date": date, "kind": "correction", "what": what, **values})


# --- the real record ---------------------------------------------------------------------


def test_every_feed_holds_its_newest_briefs_in_every_format(real: View) -> None:
    """Three formats say the same: as many entries as there are briefs, up to the limit, and the same ids."""
    made = dict(feed_files(real))
    briefs = real.corpus.briefs.values()
    expected = {"all": len(briefs), "corrections": sum(len(b.corrections) for b in briefs)}
    expected |= {t: sum(t in b.topics for b in briefs) for t in real.corpus.topics}
    assert {f"feeds/{n}.{f}" for n in expected for f in ("atom", "json", "rss")} == made.keys()
    for name, count in expected.items():
        atom, rss = parsed(made[f"feeds/{name}.atom"]), parsed(made[f"feeds/{name}.rss"])
        assert (atom.version, rss.version) == ("atom10", "rss20")
        ids = [e.id for e in atom.entries]
        assert len(set(ids)) == min(count, MOST_ENTRIES)
        assert ids == [e.id for e in rss.entries]
        assert ids == [i["id"] for i in items(made[f"feeds/{name}.json"])]
        assert f"https://example.org/feeds/{name}.atom" in [
            n.href for n in atom.feed.links if n.rel == "self"
        ]


def test_an_entry_is_the_whole_record(real: View) -> None:
    """Title, dates, topics, bottom line, and each claim with a link to it, as the corpus has them."""
    entry = parsed(dict(feed_files(real))["feeds/all.atom"]).entries[0]
    brief = real.corpus.briefs[entry.link.removesuffix("/").rpartition("/")[2]]
    assert f"tag:example.org,2026:brief/{brief.id}" == entry.id
    assert brief.title == entry.title
    assert brief.bottom_line == entry.summary
    assert f"{brief.published}T00:00:00Z" == entry.published
    assert brief.topics == [t.term for t in entry.tags]
    content = entry.content[0]
    assert content.type == "text/html"
    words = html.unescape(re.sub("<[^>]+>", "", content.value))
    for point in brief.key_points:
        assert point.text in words
    for claim in brief.claims:
        assert claim.text in words
        assert f'href="{entry.link}#{claim.id}"' in content.value


# --- content -----------------------------------------------------------------------------


def test_the_content_of_an_entry(corpus: Corpus) -> None:
    """A claim has who says so, its figures, its evidence, the answer to it, and what contradicts it."""
    page = "https://example.org/briefs/2022-02-05-launches/"
    other = "https://example.org/briefs/2022-03-01-other/#b-counts"
    expected = f"""\
<p><strong>A said that it launched more than 5 missiles; B denied it.</strong></p>
<h2>Key points</h2>
<ul>
<li>It was more than 5. (<a href="{page}#launched">claim 1</a>, <a href="{other}">B counts 3 launches, claim 1</a>)</li>
</ul>
<h2>What is claimed</h2>
<ol>
<li>
<p><strong>Disputed, on record:</strong> A said that it launched more than 5 missiles in 2022. (<a href="{page}#launched">claim 1</a>)</p>
<ul>
<li><em>Who says so:</em> one official, as told to A, 5 February 2022</li>
<li><em>In the words of the document:</em> “more than five”</li>
<li><em>Figure:</em> more than 5, in the document: “over five”</li>
<li><em>Evidence:</em> 1 document, through 1 more, 1 origin</li>
<li><em>Answer:</em> Denial, B, 6 February 2022: It was fewer.</li>
<li><em>Read with care:</em> the origin is not named</li>
<li><em>Other figures:</em> <a href="{page}#rival--2022-02-05-launches--launched">side by side</a></li>
<li><em>Conflicts with:</em> <a href="{page}#earned">claim 2</a></li>
</ul>
</li>
<li>
<p>A earned nothing by it. (<a href="{page}#earned">claim 2</a>)</p>
<ul>
<li><em>Who says so:</em> A</li>
<li><em>Evidence:</em> 1 document, through 1 more, 1 origin</li>
<li><em>Conflicts with:</em> <a href="{page}#launched">claim 1</a></li>
</ul>
</li>
</ol>
<p><a href="{page}">The brief</a> has the chain behind each claim and the 1 document cited.</p>"""
    made = files(corpus)
    assert expected == items(made["feeds/money.json"])[0]["content_html"]
    atom, rss = (ET.fromstring(made[f"feeds/money.{f}"]) for f in ("atom", "rss"))  # noqa: S314 - our own
    assert expected == atom.findtext(f"{ATOM}entry/{ATOM}content")
    assert expected == rss.findtext("channel/item/{http://purl.org/rss/1.0/modules/content/}encoded")


def test_the_formats_fields(corpus: Corpus) -> None:
    """Each format carries authors, topics, both dates and the licence in the way that it has for them."""
    made = files(changed(corpus, LAUNCHES, updated=corpus.briefs[OTHER].published))
    atom, rss = parsed(made["feeds/money.atom"]), parsed(made["feeds/money.rss"])
    for found in (atom, rss):
        entry = found.entries[0]
        assert "J. Doe" == entry.author
        assert "Test Site: Money & more" == found.feed.title
        assert "What it earns." == found.feed.subtitle
        assert "https://example.org/money/" == found.feed.link
        assert (2022, 2, 6) == entry.published_parsed[:3]
        assert (2022, 3, 2) == entry.updated_parsed[:3]
    assert [("weapons", "Weapons"), ("money", "Money & more")] == [
        (t.term, t.label) for t in atom.entries[0].tags
    ]
    assert ["Weapons", "Money & more"] == [t.term for t in rss.entries[0].tags]
    assert SITE.licence in [n.href for n in atom.feed.links if n.rel == "license"]
    assert SITE.licence in rss.feed.rights
    whole = json.loads(made["feeds/money.json"])
    assert {
        "version": "https://jsonfeed.org/version/1.1", "title": "Test Site: Money & more", "language": "en",
        "home_page_url": "https://example.org/money/", "feed_url": "https://example.org/feeds/money.json",
        "description": "What it earns.", "authors": [{"name": "Test Site"}],
    } == {k: v for k, v in whole.items() if k != "items"}  # fmt: skip
    assert {
        "id": "tag:example.org,2026:brief/2022-02-05-launches",
        "url": "https://example.org/briefs/2022-02-05-launches/",
        "title": "A said that it launched more than 5 missiles",
        "summary": "A said that it launched more than 5 missiles; B denied it.",
        "date_published": "2022-02-06T00:00:00Z",
        "date_modified": "2022-03-02T00:00:00Z",
        "tags": ["Weapons", "Money & more"],
        "authors": [{"name": "J. Doe"}],
    } == {k: v for k, v in whole["items"][0].items() if k != "content_html"}


@pytest.mark.parametrize(
    ("values", "title", "notice"),
    [
        (
            {"status": BriefStatus.WITHDRAWN, "corrections": [correction("2022-05-01", "Not so.")]},
            "Withdrawn: B counts 3 launches",
            (
                "<p><strong>Withdrawn.</strong> This site no longer stands by this brief.</p>\n<p><strong>Correction of 1 May 2022.</strong> "
                'Not so. <a href="https://example.org/briefs/2022-03-01-other/#corrections">All changes</a></p>'
            ),
        ),
        (
            {"status": BriefStatus.SUPERSEDED, "superseded_by": LAUNCHES},
            "Superseded: B counts 3 launches",
            (
                "<p><strong>Superseded.</strong> A newer brief has replaced this one: "
                '<a href="https://example.org/briefs/2022-02-05-launches/">A said that it launched more than 5 missiles</a></p>'
            ),
        ),
    ],
)
def test_what_a_brief_has_lost_comes_first(
    values: dict[str, object], title: str, notice: str, corpus: Corpus
) -> None:
    """A brief that was withdrawn or replaced says so in its title and before anything else."""
    item = items(files(changed(corpus, OTHER, **values))["feeds/all.json"])[0]
    assert title == item["title"]
    assert item["content_html"].startswith(f"{notice}\n<p><strong>B counted 3.")


def test_a_retracted_claim_is_marked(corpus: Corpus) -> None:
    """It stays, with the word before it."""
    claim = corpus.briefs[OTHER].claims[0].model_copy(update={"status": Status.RETRACTED})
    item = items(files(changed(corpus, OTHER, claims=[claim]))["feeds/all.json"])[0]
    assert "<p><strong>Retracted:</strong> B counted 3 launches in 2022." in item["content_html"]


def test_drafts_stay_out(corpus: Corpus) -> None:
    """A draft is in no feed, and what points to its claims is left out."""
    made = files(changed(corpus, OTHER, status=BriefStatus.DRAFT))
    assert [LAUNCHES] == [i["id"].rpartition("/")[2] for i in items(made["feeds/all.json"])]
    assert not any("other" in text for text in made.values())


# --- order and dates ---------------------------------------------------------------------


def test_a_changed_brief_comes_to_the_top(corpus: Corpus) -> None:
    """Order and the feed's own date follow the last change of the record; the entry's id stays."""
    before = parsed(files(corpus)["feeds/all.atom"])
    assert [OTHER, LAUNCHES] == [e.id.rpartition("/")[2] for e in before.entries]
    assert "2022-03-02T00:00:00Z" == before.feed.updated
    later = changed(corpus, LAUNCHES, corrections=[correction("2022-05-01", "It was 5.")])
    after = parsed(files(later)["feeds/all.atom"])
    assert [LAUNCHES, OTHER] == [e.id.rpartition("/")[2] for e in after.entries]
    assert "2022-05-01T00:00:00Z" == after.feed.updated == after.entries[0].updated
    assert "2022-02-06T00:00:00Z" == after.entries[0].published
    assert before.entries[1].id == after.entries[0].id


def test_a_feed_is_bounded(corpus: Corpus) -> None:
    """A feed holds so many entries and no more, and the oldest are those left out."""
    brief = corpus.briefs[OTHER]
    days = [brief.published.replace(year=y, month=m) for y in range(2000, 2006) for m in range(1, 13)]
    many = [brief.model_copy(update={"id": f"{d}-x", "published": d}) for d in days]
    found = items(files(with_briefs(corpus, many))["feeds/all.json"])
    assert [f"{d}T00:00:00Z" for d in reversed(days[-MOST_ENTRIES:])] == [i["date_published"] for i in found]


def test_an_empty_feed_is_as_old_as_the_first_brief(corpus: Corpus) -> None:
    """Atom asks for a date even then; with no brief at all it is the oldest that computers know."""
    assert "2022-02-06T00:00:00Z" == parsed(files(corpus)["feeds/corrections.atom"]).feed.updated
    nothing = parsed(files(with_briefs(corpus, []))["feeds/all.atom"])
    assert ("1970-01-01T00:00:00Z", []) == (nothing.feed.updated, nothing.entries)


# --- corrections -------------------------------------------------------------------------


def test_corrections_have_entries_of_their_own(corpus: Corpus) -> None:
    """Newest first, each with its own id, its own day, what stood there, and a link to the claim."""
    first = correction("2022-05-01", "It was 5.", was="6", now="5", claim="#launched")
    same_day, last = correction("2022-05-01", "A name."), correction("2022-06-01", "A date.")
    made = files(changed(corpus, LAUNCHES, corrections=[first, same_day, last]))
    entries = parsed(made["feeds/corrections.atom"]).entries
    page = "https://example.org/briefs/2022-02-05-launches/"
    prefix = "tag:example.org,2026:correction/2022-02-05-launches/"
    assert [
        (prefix + "2022-06-01/1", "2022-06-01T00:00:00Z", page + "#corrections", "A date."),
        (prefix + "2022-05-01/2", "2022-05-01T00:00:00Z", page + "#corrections", "A name."),
        (prefix + "2022-05-01/1", "2022-05-01T00:00:00Z", page + "#launched", "It was 5."),
    ] == [(e.id, e.updated, e.link, e.summary) for e in entries]
    assert "Correction: A said that it launched more than 5 missiles" == entries[2].title
    title = "A said that it launched more than 5 missiles, claim 1"
    assert (
        "<p>It was 5.</p>\n<p><em>Before:</em> “6”</p>\n<p><em>Now:</em> “5”</p>\n"
        f'<p><a href="{page}#launched">{title}</a></p>' == entries[2].content[0].value
    )
    earlier = correction("2022-04-01", "Another.")
    again = files(changed(corpus, LAUNCHES, corrections=[earlier, first, same_day, last]))
    assert [e.id for e in entries] == [e.id for e in parsed(again["feeds/corrections.atom"]).entries][:3]


# --- ids and addresses -------------------------------------------------------------------


def test_ids_do_not_change_with_the_address(corpus: Corpus) -> None:
    """A moved site's readers see nothing twice; only links differ."""
    noted = changed(corpus, LAUNCHES, corrections=[correction("2022-05-01", "It was 5.")])
    here, there = files(noted), files(noted, replace(SITE, url="https://other.example/sub/", name="New"))
    for name, text in here.items():
        if name.endswith("json"):
            ids = [i["id"] for i in items(text)]
            assert ids == [i["id"] for i in items(there[name])]
            assert all(i["url"].startswith("https://other.example/sub/briefs/") for i in items(there[name]))
        else:
            one, other = parsed(text), parsed(there[name])
            assert one.feed.get("id") == other.feed.get("id")
            ids = [e.id for e in one.entries]
            assert ids == [e.id for e in other.entries]
        assert ids
        assert all(i.startswith("tag:example.org,2026:") for i in ids)
        assert "https://example.org" not in there[name]


def test_a_renamed_brief_keeps_its_id(corpus: Corpus) -> None:
    """Its entry is named by its first id, its link by the present one."""
    item = items(files(changed(corpus, OTHER, id="2022-03-01-new", aliases=[OTHER]))["feeds/all.json"])[0]
    assert "tag:example.org,2026:brief/2022-03-01-other" == item["id"]
    assert "https://example.org/briefs/2022-03-01-new/" == item["url"]


def test_a_renamed_topic_keeps_its_feed(corpus: Corpus) -> None:
    """Its feed is at the old address too, under the same id, and says where it is now."""
    topic = corpus.topics["money"].model_copy(update={"id": "weapons-2", "aliases": ["money"]})
    briefs = [b.model_copy(update={"topics": ["weapons-2"], "claims": []}) for b in corpus.briefs.values()]
    made = files(replace(with_briefs(corpus, briefs), topics={"weapons-2": topic}))
    assert made["feeds/money.atom"] == made["feeds/weapons-2.atom"]
    feed = parsed(made["feeds/money.atom"]).feed
    assert "tag:example.org,2026:feed/money" == feed.id
    assert "https://example.org/feeds/weapons-2.atom" in [n.href for n in feed.links if n.rel == "self"]


def test_without_an_address_there_is_atom_alone(corpus: Corpus) -> None:
    """Its links start from its own place, which RFC 4287 allows and the other formats do not."""
    made = files(corpus, replace(SITE, url=""))
    assert {
        "feeds/all.atom",
        "feeds/weapons.atom",
        "feeds/money.atom",
        "feeds/corrections.atom",
    } == made.keys()
    root = ET.fromstring(made["feeds/money.atom"])  # noqa: S314 - our own
    found = [n.attrib["href"] for n in root.iter(f"{ATOM}link")]
    found += re.findall('href="([^"]+)"', root.findtext(f"{ATOM}entry/{ATOM}content") or "")
    base = "https://somewhere.example/sub/feeds/money.atom"
    assert {
        "feeds/money.atom", "money/", "briefs/2022-02-05-launches/", "briefs/2022-02-05-launches/#launched",
        "briefs/2022-02-05-launches/#earned", "briefs/2022-03-01-other/#b-counts",
        "briefs/2022-02-05-launches/#rival--2022-02-05-launches--launched",
    } == {urljoin(base, h).removeprefix("https://somewhere.example/sub/") for h in found} - {SITE.licence}  # fmt: skip


# --- hostile text ------------------------------------------------------------------------


class _Tags(HTMLParser):
    """Collects the tags, attributes and text of HTML, as a browser reads it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def test_hostile_text_stays_text(corpus: Corpus) -> None:
    """Words that look like markup are shown letter by letter in every format, and do nothing."""
    claim = corpus.briefs[OTHER].claims[0].model_copy(update={"text": HOSTILE})
    made = files(
        changed(
            corpus, OTHER, title=HOSTILE, bottom_line=HOSTILE, claims=[claim],
            corrections=[correction("2022-05-01", HOSTILE, was=HOSTILE, now=HOSTILE)],
        )
    )  # fmt: skip
    for name in ("all", "corrections"):
        atom = ET.fromstring(made[f"feeds/{name}.atom"])  # noqa: S314 - our own
        rss = ET.fromstring(made[f"feeds/{name}.rss"])  # noqa: S314 - our own
        item = items(made[f"feeds/{name}.json"])[0]
        prefix = "Correction: " if name == "corrections" else ""
        for title in (
            item["title"],
            atom.findtext(f"{ATOM}entry/{ATOM}title"),
            rss.findtext("channel/item/title"),
        ):
            assert prefix + HOSTILE == title
        description = rss.findtext("channel/item/description") or ""
        assert (set(), HOSTILE) == (_Tags(description).tags, _Tags(description).text)
        content = _Tags(item["content_html"])
        assert HOSTILE in content.text
        assert content.tags <= {"p", "strong", "em", "h2", "ul", "ol", "li", "a"}
        assert content.attributes <= {"href"}
        for format_ in ("atom", "rss"):
            assert (
                "script"
                not in _Tags(parsed(made[f"feeds/{name}.{format_}"]).entries[0].content[0].value).tags
            )


@given(text=st.text(st.characters(exclude_categories=()), min_size=1))
def test_any_text_makes_well_formed_feeds(corpus: Corpus, text: str) -> None:
    """Characters that XML forbids are marked; all others come back as they were."""
    claim = corpus.briefs[OTHER].claims[0].model_copy(update={"text": text})
    made = files(changed(corpus, OTHER, title=text, bottom_line=text, authors=[text], claims=[claim]))
    legal = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
    read = legal.replace("\r\n", "\n").replace("\r", "\n")  # as XML reads the ends of lines
    atom = ET.fromstring(made["feeds/all.atom"].encode())  # noqa: S314 - our own
    assert read == atom.findtext(f"{ATOM}entry/{ATOM}title")
    rss = ET.fromstring(made["feeds/all.rss"].encode())  # noqa: S314 - our own
    assert read == rss.findtext("channel/item/title")
    assert len(items(made["feeds/all.json"].encode().decode())) == 2


# --- the built site ----------------------------------------------------------------------


def _alternates(page: Path) -> list[str]:
    """Return where the feeds of a page's head lie, by the page's own links."""
    head = page.read_text().partition("</head>")[0]
    links = re.findall(
        r'<link rel="alternate feed" type="application/(?:atom|rss|feed)[^>]*href="([^"]+)"', head
    )
    return [urlsplit(urljoin(f"https://example.org/{page.parent.name}/", n)).path for n in links]


def test_pages_lead_to_the_feeds(project: Path) -> None:
    """Each head names the feed of all briefs, a topic's its own before; the topic's page shows them."""
    site = build(project / "mkdocs.yml").site
    everything = ["/feeds/all.atom", "/feeds/all.json", "/feeds/all.rss"]
    assert everything == _alternates(site / "about" / "index.html")
    for page, name in (("weapons", "weapons"), ("corrections", "corrections")):
        own = [f"/feeds/{name}.{f}" for f in ("atom", "json", "rss")]
        assert own + everything == _alternates(site / page / "index.html")
    shown = re.findall(r'<a href="\.\./(feeds/[^"]+)"', (site / "weapons" / "index.html").read_text())
    names = ("weapons", "all", "corrections")
    assert [f"feeds/{n}.{f}" for n in names for f in ("atom", "json", "rss")] == shown
    for uri in shown:
        assert (site / uri).is_file()
    entry = parsed((site / "feeds" / "weapons.atom").read_text()).entries[0]
    assert "https://example.org/briefs/2022-02-05-it-happened/" == entry.link


def test_a_site_without_an_address_builds(project: Path) -> None:
    """Its pages lead to the Atom feeds, the only ones there are."""
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace("site_url: https://example.org/\n", ""))
    site = build(config).site
    assert ["/feeds/weapons.atom", "/feeds/all.atom"] == _alternates(site / "weapons" / "index.html")
    assert ["all.atom", "corrections.atom", "weapons.atom"] == sorted(
        p.name for p in (site / "feeds").iterdir()
    )


def test_every_link_of_feeds_and_calendar_leads_somewhere(real_site: Path) -> None:
    """Each address of the site that stands in a feed or the calendar is a file of it, and an anchor there."""
    base = parsed((real_site / "feeds" / "all.atom").read_text()).feed.link
    calendar = (real_site / "calendar.ics").read_text().replace("\n ", "")  # unfolded
    found = set(re.findall(f"(?m)^URL:({base}.*)$", calendar))
    for file in (real_site / "feeds").iterdir():
        found |= set(re.findall(f'{base}[^"<\\\\]*', html.unescape(html.unescape(file.read_text()))))
    assert len(found) > 500
    anchors: dict[Path, set[str]] = {}
    broken = []
    for address in sorted(found):
        path, _, anchor = address.removeprefix(base).partition("#")
        target = real_site / path / "index.html" if path.endswith("/") or not path else real_site / path
        if target not in anchors:
            text = target.read_text() if target.is_file() else ""
            anchors[target] = set(re.findall(r'\bid="?([^"\s>]+)', text)) if text else set()
        if not target.is_file() or (anchor and anchor not in anchors[target]):
            broken.append(address)
    assert broken == []
