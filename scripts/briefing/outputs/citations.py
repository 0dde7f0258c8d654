"""Citations for reference managers: BibTeX, RIS (2001) and CSL-JSON (CSL 1.0.2).

Beside each brief stand `cite.*`, which hold the brief alone, so that a reader who imports one gets
one entry, and `cite-claims.*`, which hold an entry a claim.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence

from briefing.citing import Work, cited_brief, cited_claim
from briefing.model import Brief
from briefing.outputs.asset import Asset
from briefing.view import View

_LATEX = str.maketrans(
    # Braces as words: BibTeX counts those behind a backslash too.
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
    }
    | {c: f"\\{c}" for c in "&%$#_"}
)


def citation_files(view: View) -> Iterator[Asset]:
    """Yield the citation files of every brief."""
    for brief in view.corpus.briefs.values():
        yield from brief_citations(brief, view)


def brief_citations(brief: Brief, view: View) -> Iterator[Asset]:
    """Yield the citation files of a brief."""
    corpus, site = view.corpus, view.site
    claims = [cited_claim(corpus.claims[f"{brief.id}#{c.id}"], corpus, site) for c in brief.claims]
    for name, works in (("cite", [cited_brief(brief, corpus, site)]), ("cite-claims", claims)):
        for ending, write in FORMATS.items():
            yield Asset(f"briefs/{brief.id}/{name}.{ending}", write(works))


def citation_uris(id_: str) -> Iterator[str]:
    """Yield the places of a brief's citation files."""
    for name in ("cite", "cite-claims"):
        for ending in FORMATS:
            yield f"briefs/{id_}/{name}.{ending}"


def bibtex(works: Sequence[Work]) -> str:
    """Return works as BibTeX, in UTF-8: `@misc` for a brief, `@incollection` for a claim."""
    return "\n".join(_bibtex(work) for work in works)


def _bibtex(work: Work) -> str:
    fields = {
        "author": " and ".join(f"{{{_latex(name)}}}" for name in work.creators),
        "title": f"{{{_latex(work.title)}}}",
        "booktitle": f"{{{_latex(work.within)}}}" if work.within else "",
        "publisher": _latex(work.site) if work.within else "",
        "howpublished": _latex(work.site) if work.authors and not work.within else "",
        "year": str(work.changed.year),
        "month": f"{work.changed:%b}".lower(),
        "day": str(work.changed.day),
        "url": _verbatim(work.address),
        "note": _latex(work.status.capitalize()),
        "keywords": _latex(", ".join(work.keywords)),
        "abstract": _latex(work.abstract),
    }
    kind = "incollection" if work.within else "misc"
    rows = [
        # A month is one of BibTeX's own abbreviations, which each style writes in its language.
        f"  {key} = {value}," if key == "month" else f"  {key} = {{{value}}},"
        for key, value in fields.items()
        if value
    ]
    return "\n".join([f"@{kind}{{{work.key},", *rows, "}", ""])


def _latex(text: str) -> str:
    """Return text without the letters that LaTeX takes for commands; ligatures stay."""
    return _one_line(text).translate(_LATEX)


def _verbatim(address: str) -> str:
    """Return an address for a field that is not LaTeX: without what would end it (RFC 3986)."""
    return re.sub(r"[{}\\\s]", lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), address)


def ris(works: Sequence[Work]) -> str:
    """Return works as RIS: `ELEC` for a brief, `CHAP` for a claim. A line ends with CR and LF."""
    return "".join(f"{tag}  - {_one_line(value)}\r\n" for work in works for tag, value in _ris(work))


def _ris(work: Work) -> Iterator[tuple[str, str]]:
    yield "TY", "CHAP" if work.within else "ELEC"
    yield "ID", work.key
    for name in work.creators:
        yield "AU", name
    yield "TI", work.title
    yield "T2", work.within or work.site
    yield "PB", work.site
    yield "PY", str(work.changed.year)
    yield "DA", f"{work.changed:%Y/%m/%d}"
    yield "LA", "en"
    if work.abstract:
        yield "AB", work.abstract
    for word in work.keywords:
        yield "KW", word
    if work.status:
        yield "N1", work.status.capitalize()
    yield "UR", work.address
    yield "ER", ""


def csl_json(works: Sequence[Work]) -> str:
    """Return works as CSL-JSON: a `webpage` for a brief, a `chapter` for a claim."""
    items = ",\n".join(json.dumps(_csl(work), ensure_ascii=False) for work in works)
    return f"[\n{items}\n]\n"


def _csl(work: Work) -> dict[str, object]:
    day, first = work.changed, work.published
    item: dict[str, object] = {
        "id": work.key,
        "type": "chapter" if work.within else "webpage",
        "title": work.title,
        "author": [{"literal": name} for name in work.creators],
        "container-title": work.within or work.site,
        "publisher": work.site,
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "original-date": {"date-parts": [[first.year, first.month, first.day]]},
        "URL": work.address,
        "language": "en",
        "abstract": work.abstract,
        "keyword": ", ".join(work.keywords),
        "status": work.status,
    }
    return {key: value for key, value in item.items() if value}


def _one_line(text: str) -> str:
    return " ".join(text.split())


FORMATS: dict[str, Callable[[Sequence[Work]], str]] = {"bib": bibtex, "ris": ris, "json": csl_json}
"""The writer of each format, by the ending of its files."""
