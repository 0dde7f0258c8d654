"""/llms.txt, as llmstxt.org describes it."""

import re
from dataclasses import replace
from pathlib import Path

from briefing.corpus import load
from briefing.outputs.llms import MOST_BRIEFS, llms_txt
from briefing.view import Site, View, look

SITE = Site("Test Site", "What is claimed.", "https://example.org/")


def view(project: Path) -> View:
    """Return the view of the small project."""
    return look(load(project / "briefs").corpus, SITE)


def test_its_form(project: Path) -> None:
    """A title, a quoted summary, paragraphs, then lists of links under headings, `Optional` last."""
    text = llms_txt(view(project))
    assert text.startswith(
        "# Test Site\n\n> What is claimed. 1 brief, 1 claim and 1 document.\n\nEach claim names"
    )
    assert ["Start", "Weapons", "Data", "Optional"] == re.findall(r"(?m)^## (.*)$", text)
    for line in text.partition("\n## ")[2].split("\n")[1:]:
        assert not line or line.startswith("## ") or re.fullmatch(r"- \[.+\]\(https://\S+\): .+", line), line
    assert (
        "- [A says one thing](https://example.org/briefs/2022-02-05-it-happened/index.md): 5 February 2022; 1 claim"
        in text.split("\n")
    )


def test_a_title_cannot_end_its_link(project: Path) -> None:
    """Brackets, stars and tags are text."""
    whole = view(project)
    (brief,) = whole.corpus.briefs.values()
    hostile = brief.model_copy(update={"title": "](https://evil.example) <b> *x*\n## Data"})
    text = llms_txt(replace(whole, corpus=replace(whole.corpus, briefs={brief.id: hostile})))
    assert r"- [\](https://evil.example) \<b\> \*x\* ## Data](https://example.org/briefs/" in text
    assert 1 == len(re.findall(r"(?m)^## Data$", text))


def test_it_stays_short(project: Path) -> None:
    """Of a topic with many briefs only the newest stand here; all are in the list that it links to."""
    whole = view(project)
    (brief,) = whole.corpus.briefs.values()
    many = {f"2022-02-05-{n:03}": brief.model_copy(update={"id": f"2022-02-05-{n:03}"}) for n in range(200)}
    text = llms_txt(replace(whole, corpus=replace(whole.corpus, briefs=many)))
    assert MOST_BRIEFS == text.count("[A says one thing]")
    assert "/briefs/2022-02-05-199/" in text
    assert "[Briefs](https://example.org/briefs/index.md)" in text
