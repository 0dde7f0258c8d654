"""Documents to texts: what runs in the process that `authoring.reading` bounds.

`extract` is the only way in; it calls the libraries that the extra `authoring` installs
(trafilatura and lxml for HTML, pypdf for PDF, bibtexparser, rispy). None of them is let near
the network: they get bytes, never an address; HTML is parsed as HTML, in which there are no
external entities, and no script runs.
"""

import codecs
import contextlib
import datetime as dt
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from briefing.authoring.reading import (
    BROKEN,
    EXTRACTED,
    MAX_SECONDS,
    TOO_COMPLEX,
    Article,
    Description,
    Extracted,
    Form,
    Paragraph,
    Unreadable,
)
from briefing.model.dates import parse_partial
from briefing.model.faults import Fault
from briefing.model.registries import SourceType
from briefing.yamlnodes import cleaned

T = TypeVar("T")

MOST_PARAGRAPHS = 2_000
MOST_CHARACTERS = 20_000
"""Of one paragraph."""
MOST_PAGES = 500
MOST_WORKS = 1_000

AS_TEXT = "save the article as HTML, plain text or PDF"


class _Refused(Exception):
    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.fault = Unreadable(code, message, hint)


def extract(data: bytes, suffix: str, form: Form | None, today: dt.date) -> Extracted:
    """Return what a file holds. `suffix` is its name's, in lower case; `form` is found if absent."""
    try:
        if form is not None and form.is_citations:
            works = [w for w in _CITATIONS[form](decode(data)) if w.title or w.addresses or w.number]
            return Extracted(works=tuple(works[:MOST_WORKS]))
        return Extracted(article=_article(data, form or sniff(data, suffix), today))
    except _Refused as refused:
        return Extracted(fault=refused.fault)
    except (MemoryError, RecursionError):
        return Extracted(fault=TOO_COMPLEX)
    except ModuleNotFoundError as fault:
        library = (fault.name or "a library").partition(".")[0]
        return Extracted(
            fault=Unreadable(
                "extractor-missing",
                f"the library {library}, which reads such files, is not installed",
                "run `make author` in the project's folder, or save the article as plain text",
            )
        )
    except Exception:  # the libraries stumble over broken documents in ways that they do not list
        return Extracted(fault=BROKEN)


def sniff(data: bytes, suffix: str) -> Form:
    """Return what a file holds, from its first bytes and then its name."""
    head = data[:4096]
    if b"%PDF-" in head[:1024]:
        return Form.PDF
    if suffix == ".pdf":
        raise _Refused("wrong-form", "the file is called .pdf and is no PDF", AS_TEXT)
    if head.startswith(b"PK\x03\x04"):
        raise _Refused("wrong-form", "this is an archive or an office document", AS_TEXT)
    if re.match(rb"(?i)(?:from|mime-version|snapshot-content-location):", head) and b"multipart/" in head:
        raise _Refused("wrong-form", "this is a web archive (MHTML)", "save the page as HTML")
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _Refused("wrong-form", "this is neither HTML nor plain text nor PDF", AS_TEXT)
    if suffix in (".html", ".htm", ".xhtml") or _MARKUP.search(decode(head)):
        return Form.HTML
    return Form.TEXT


_MARKUP = re.compile(r"(?i)<(?:!doctype\s+html|html|head|body|meta|title|article|div|p)\b")
_CHARSET = re.compile(rb"""(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})""")
_WIDER = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030",
}  # fmt: skip
"""Labels that browsers read as a wider encoding (WHATWG Encoding Standard, section 4.2)."""


def decode(data: bytes) -> str:
    """Return a file's text: by its byte order mark, as UTF-8, by what it declares, or as a guess."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data.removeprefix(mark).decode(encoding, "replace")
    declared = _CHARSET.search(data[:4096])
    label = declared[1].decode("ascii").lower() if declared else ""
    for encoding in ("utf-8", _WIDER.get(label, label), "cp1252"):
        # An unknown label is a LookupError; one that is no text encoding (hex) a LookupError too.
        with contextlib.suppress(LookupError, UnicodeError, ValueError):
            return data.decode(encoding) if encoding else data.decode("utf-8")
    return data.decode("utf-8", "replace")


def _article(data: bytes, form: Form, today: dt.date) -> Article:
    match form:
        case Form.HTML:
            description, paragraphs = _html(decode(data), today)
        case Form.PDF:
            description, paragraphs = _pdf(data)
        case _:
            description, paragraphs = _plain(decode(data))
    if not (description.title or description.addresses or paragraphs):
        raise _Refused("no-text", "no text was found in this", AS_TEXT)
    return Article(form, description, tuple(paragraphs[:MOST_PARAGRAPHS]))


def line(text: object) -> str | None:
    """Return text on one line without what no file may hold; nothing where no word is in it."""
    if not isinstance(text, str):
        return None
    words = " ".join(cleaned(text[: 4 * MOST_CHARACTERS]).split())[:MOST_CHARACTERS]
    return words if re.search(r"\w", words) else None


# --- paragraphs --------------------------------------------------------------------------

_ENDS_SENTENCE = re.compile(r"[.?!:;。！？…]['\"’”»)\]]*$")
_ELSEWHERE = re.compile(
    r"(?i)(?:read (?:also|more|next)|see also|also read|related(?: (?:article|story|stories|news))?|more:|"
    r"recommended|watch|listen)\s*:|^(?:advertisement|sign up|subscribe|share this|follow us)\b"
)
_CREDIT = re.compile(
    r"(?i)^[(\[]?\s*(?:photo|image|picture|file photo|illustration)(?: (?:credit|by))?\s*[:/]"
)


def _is_text(text: str) -> bool:
    """Whether a block is a paragraph, and not a heading, a credit or a link to another article."""
    if _ELSEWHERE.match(text) or _CREDIT.match(text):
        return False
    return bool(_ENDS_SENTENCE.search(text)) or len(text.split()) > 25


def _numbered(texts: Iterable[str]) -> list[Paragraph]:
    return [Paragraph(text, f"paragraph {n}") for n, text in enumerate(texts, 1)]


# --- HTML --------------------------------------------------------------------------------


def _html(text: str, today: dt.date) -> tuple[Description, list[Paragraph]]:
    import trafilatura
    from trafilatura.metadata import extract_metadata
    from trafilatura.settings import Document
    from trafilatura.utils import load_html

    tree: Any = load_html(text)
    if tree is None:
        return Description(), []
    addresses = list(_addresses(tree, text))
    url = addresses[0] if addresses else None
    found = _if_it_can(lambda: extract_metadata(load_html(text), url, extensive=False)) or Document()
    site = line(found.sitename)
    if site and re.fullmatch(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+/?", site):
        site = None  # a host is no publisher's name
    description = Description(
        title=_without_site(line(found.title), site),
        authors=tuple(a for part in (found.author or "").split(";") if (a := line(part))),
        publisher=site,
        issued=_if_it_can(lambda: _page_date(load_html(text), url, today)),
        language=_declared_language(tree),
        addresses=tuple(addresses),
        number=_symbol(line(found.title) or "", addresses),
        type="article-newspaper" if _is_news(tree) else "webpage",
    )
    article = trafilatura.bare_extraction(
        text, include_comments=False, include_tables=False, with_metadata=False
    )
    body: Any = getattr(article, "body", None)
    texts = [t for t in _leaves(body) if _is_text(t)] if body is not None else []
    return description, _numbered(texts)


def _if_it_can(call: Callable[[], T]) -> T | None:
    """Return what a library finds, or nothing where it stumbles: the rest of the page still counts."""
    try:
        return call()
    except (MemoryError, ModuleNotFoundError):
        raise
    except Exception:
        return None


def _page_date(tree: Any, url: str | None, today: dt.date) -> str | None:
    """Return the date that a page declares or its address holds; not one that its text speaks of.

    Today is the latest that it may have: an argument, where the library would ask the clock.
    """
    from htmldate import find_date

    for block in [b for b in tree.iter("p", "li", "td", "blockquote") if len(b.text_content().split()) > 9]:
        block.drop_tree()
    return _date(
        find_date(tree, extensive_search=False, original_date=True, url=url, max_date=today.isoformat())
    )


def _leaves(body: Any) -> Iterator[str]:
    """Yield the text of each block that holds no other block."""
    blocks = ("p", "quote", "item")
    for block in body.iter(*blocks):
        if next(block.iterdescendants(*blocks), None) is None:
            for end in block.iter("lb"):
                end.tail = f" {end.tail or ''}"
            if text := line("".join(block.itertext())):
                yield text


_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(https?://[^\s<>]{1,2000})"
)


def _addresses(tree: Any, text: str) -> Iterator[str]:
    """Yield the addresses that a page gives itself, each once: canonical, shared, where saved from."""
    found = [
        *tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil') = 'canonical']/@href")[:1],
        *tree.xpath("//meta[@property = 'og:url']/@content")[:1],
        *_SAVED_FROM.findall(text[:4096])[:1],
    ]
    yield from dict.fromkeys(a.strip() for a in found if re.match(r"https?://", a.strip()))


def _declared_language(tree: Any) -> str | None:
    for path in ("/html/@lang", "//meta[@property = 'og:locale']/@content"):
        for tag in tree.xpath(path)[:1]:
            if language := language_tag(tag):
                return language
    return None


def language_tag(text: str) -> str | None:
    """Return the language and, for Chinese, the script of a tag (BCP 47): en, ko, zh-Hans."""
    match = re.match(r"\s*([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}))?(?![A-Za-z])", text)
    if match is None:
        return None
    language, script, region = match[1].lower(), (match[2] or "").title(), (match[3] or "").upper()
    if language == "zh" and not script:
        script = "Hant" if region in ("TW", "HK", "MO") else "Hans" if region else ""
    return f"{language}-{script}" if script else language


def _is_news(tree: Any) -> bool:
    kinds = tree.xpath("//meta[@property = 'og:type']/@content")[:1]
    data = " ".join(tree.xpath("//script[@type = 'application/ld+json']/text()")[:5])[:100_000]
    return kinds == ["article"] or "NewsArticle" in data


def _without_site(title: str | None, site: str | None) -> str | None:
    """Return a page's title without the site's name behind it."""
    if title and site:
        parts = re.split(r"\s+[-|\N{EN DASH}\N{EM DASH}:]\s+", title)
        if len(parts) > 1 and parts[-1].casefold() == site.casefold():
            return title[: title.rindex(parts[-1])].rstrip(" -|:\N{EN DASH}\N{EM DASH}")
    return title


_UN_SYMBOL = re.compile(
    r"(?<![\w/])((?:S|A|E)/(?:RES/\d{1,4}(?:/\d{1,4})? ?\(\d{4}\)|RES/\d{1,2}/\d{1,4}|PV\.\d{1,5}|\d{4}/\d{1,5}|\d{1,2}/\d{1,5})"
    r"(?:/(?:Add|Corr|Rev)\.\d+)*)(?![\w/])"
)


def _symbol(title: str, addresses: Iterable[str]) -> str | None:
    """Return the UN symbol that a title or an address of the UN's documents gives."""
    for address in addresses:
        host, _, path = address.partition("//")[2].partition("/")
        if host.removeprefix("www.") in ("undocs.org", "docs.un.org"):
            found = _UN_SYMBOL.search(f" {path.removeprefix('en/')}".replace("%20", " "))
            return found[1] if found else None
    found = _UN_SYMBOL.search(title)
    return found[1] if found else None


# --- plain text --------------------------------------------------------------------------

_BYLINE = re.compile(r"(?i:by)\s+((?:[A-Z][\w.'’-]*\s?(?:and |& |, )?){1,8})")
_ADDRESS_LINE = re.compile(r"(?:[A-Z][\w ]{1,20}:\s*)?<?(https?://[^\s<>]{1,2000})>?")
_LONG = 120
"""Characters of a line that was not wrapped by hand."""


def _plain(text: str) -> tuple[Description, list[Paragraph]]:
    title, issued = None, None
    authors: tuple[str, ...] = ()
    addresses: list[str] = []
    texts: list[str] = []
    for group in _groups(text):
        caption = False
        for unit in group:
            if caption:
                caption = False  # what stands right under a picture's credit
            elif _CREDIT.match(unit):
                caption = True
            elif match := _ADDRESS_LINE.fullmatch(unit):
                addresses.append(match[1])
            elif texts:
                texts += [unit] if _is_text(unit) else []
            elif title is None and not addresses and len(unit.split()) <= 40 and not unit.endswith("."):
                title = unit
            elif match := _BYLINE.fullmatch(unit):
                authors = tuple(n.strip() for n in re.split(r",| and |&", match[1]) if n.strip())
            elif date := _date(unit):
                issued = issued or date
            elif _is_text(unit):
                texts.append(unit)
    language = guess_language(" ".join(texts)[:MOST_CHARACTERS])
    return Description(title, authors, None, issued, language, tuple(addresses)), _numbered(texts)


def _groups(text: str) -> Iterator[list[str]]:
    """Yield what blank lines part, each as paragraphs: one where it was wrapped by hand, or its lines."""
    for group in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [t for part in group.split("\n") if (t := line(part))]
        if lines:
            yield [" ".join(lines)] if _is_wrapped(lines) else lines


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether lines are one paragraph, filled by hand: no line had room for the next one's first word."""
    width = max(len(t) for t in lines)
    full = all(len(a) + 1 + len(b.split()[0]) > width for a, b in pairwise(lines))
    return full and width <= _LONG and bool(_ENDS_SENTENCE.search(lines[-1]))


_SCRIPTS = (
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_ENGLISH = re.compile(r"\b(?:the|of|and|to|in|that|with|which|has|was|were|by|from|is)\b", re.IGNORECASE)


def guess_language(text: str) -> str | None:
    """Return the language of a text that does not name it, where its letters or its words tell."""
    letters = sum(c.isalpha() for c in text)
    for language, letter in _SCRIPTS:
        if len(letter.findall(text)) > letters / 4:
            return language
    words = len(text.split())
    return "en" if words and len(_ENGLISH.findall(text)) > words / 8 else None


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_FIRST = re.compile(r"(?:[A-Z][a-z]+day,? )?(\d{1,2}) ([A-Z][a-z]{2,8})\.?,? (\d{4})")
_MONTH_FIRST = re.compile(r"(?:[A-Z][a-z]+day,? )?([A-Z][a-z]{2,8})\.? (\d{1,2}),? (\d{4})")


def _date(text: str | None) -> str | None:
    """Return a date as 2022, 2022-02 or 2022-02-05, from that form or from English words."""
    text = re.sub(r"(?i)^(?:published|posted|date|updated)\s*:?\s*(?:on\s+)?", "", (text or "").strip())
    guess = re.sub(r"^(\d{4})/(\d{2})(?:/(\d{2}))?/?$", lambda m: "-".join(p for p in m.groups() if p), text)
    if match := _DAY_FIRST.match(text):
        guess = _iso(match[3], match[2], match[1])
    elif match := _MONTH_FIRST.match(text):
        guess = _iso(match[3], match[1], match[2])
    elif re.match(r"\d{4}-\d{2}-\d{2}T", text):
        guess = text[:10]
    with contextlib.suppress(Fault):
        return parse_partial(guess).text
    return None


def _iso(year: str, month: str, day: str) -> str:
    short = month[:3].lower()
    return f"{year}-{_MONTHS.index(short) + 1:02}-{int(day):02}" if short in _MONTHS else ""


# --- PDF ---------------------------------------------------------------------------------


def _pdf(data: bytes) -> tuple[Description, list[Paragraph]]:
    import io

    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise _Refused("encrypted", "the PDF is locked with a password", "save it without one")
    pages = [cleaned(page.extract_text()) for page in reader.pages[:MOST_PAGES]]
    if not any(page.strip() for page in pages):
        raise _Refused(
            "no-text",
            "the PDF holds pictures of text and no text",
            "read it with a program that recognises text",
        )
    first = pages[0][:2_000]
    symbol = _UN_SYMBOL.search(" ".join(first.split())) if "Distr." in first else None
    meta: Any = reader.metadata or {}
    title = line(meta.get("/Title"))
    if title and re.search(r"(?i)\.(?:docx?|indd|pdf|qxd|wpd)$|^microsoft word|^untitled|^[\w/.-]+$", title):
        title = None  # a file's name
    author = line(meta.get("/Author"))
    lang = reader.root_object.get("/Lang")
    description = Description(
        title=title or _first_line(first),
        authors=(author,) if author and " " in author else (),
        issued=_stated_date(first),
        language=(language_tag(lang) if isinstance(lang, str) else None)
        or guess_language(" ".join(pages)[:9_999]),
        number=symbol[1] if symbol else None,
        type="report",
    )
    paragraphs = [
        Paragraph(text, f"p. {n}")
        for n, page in enumerate(pages, 1)
        for text in _page_paragraphs(page)
        if _is_text(text)
    ]
    return description, paragraphs


def _first_line(page: str) -> str | None:
    return next((t for part in page.split("\n") if (t := line(part)) and len(t.split()) > 2), None)


def _stated_date(page: str) -> str | None:
    """Return the first date that a page's beginning writes out to the day."""
    text = " ".join(page.split())
    found = [m for p in (_DAY_FIRST, _MONTH_FIRST) for m in p.finditer(text)]
    dates = (_date(m[0]) for m in sorted(found, key=lambda m: m.start()))
    return next((d for d in dates if d), None)


def _page_paragraphs(page: str) -> Iterator[str]:
    """Yield the paragraphs of a page: lines joined up to one that ends early, with a sentence."""
    lines = page.split("\n")
    width = max((len(t) for t in lines), default=0)
    parts: list[str] = []
    for part, after in pairwise([*lines, ""]):
        parts.append(part)
        ends = not part.strip() or not after.strip()
        if ends or (len(part.rstrip()) < 0.85 * width and _ENDS_SENTENCE.search(part.rstrip())):
            text = line(re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", "\n".join(parts)))
            parts = []
            if text:
                yield text


# --- citations ---------------------------------------------------------------------------

_TYPES = frozenset(t.value for t in SourceType)
_BIBTEX_TYPES = {
    "article": "article-journal", "book": "book", "booklet": "document", "inbook": "chapter",
    "incollection": "chapter", "inproceedings": "chapter", "conference": "chapter", "techreport": "report",
    "report": "report", "phdthesis": "report", "online": "webpage", "www": "webpage", "electronic": "webpage",
    "dataset": "dataset", "legislation": "legislation", "jurisdiction": "legal_case",
}  # fmt: skip
_RIS_TYPES = {
    "NEWS": "article-newspaper", "MGZN": "article-magazine", "JOUR": "article-journal", "EJOUR": "article-journal",
    "RPRT": "report", "GOVDOC": "report", "ELEC": "webpage", "BLOG": "post-weblog", "BOOK": "book",
    "EBOOK": "book", "CHAP": "chapter", "DATA": "dataset", "CASE": "legal_case", "STAT": "legislation",
    "HEAR": "hearing", "BILL": "bill", "ENCYC": "entry-encyclopedia", "PCOMM": "personal_communication",
}  # fmt: skip


def _bibtex(text: str) -> Iterator[Description]:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import LatexDecodingMiddleware

    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    if library.failed_blocks and not library.entries:
        raise _Refused("wrong-form", "this is not BibTeX", "export it again, as BibTeX in UTF-8")
    for entry in library.entries:
        fields = {name.lower(): line(field.value) for name, field in entry.fields_dict.items()}
        get = fields.get
        year, month, day = get("year") or "", get("month") or "", get("day") or ""
        number = get("number") if entry.entry_type.lower() in ("techreport", "report", "misc") else None
        how = get("howpublished") or ""
        addresses = [get("url") or "", *re.findall(r"https?://[^\s{}]+", how)]
        yield Description(
            title=get("title"),
            authors=_names(get("author")),
            publisher=get("journaltitle") or get("journal") or get("publisher") or get("institution")
            or get("organization") or (None if "://" in how else how or None),
            issued=_date(get("date")) or _year_month_day(year, month, day),
            language=language_tag(get("langid") or get("language") or ""),
            addresses=tuple(a for a in addresses if a),
            number=number,
            type=_BIBTEX_TYPES.get(entry.entry_type.lower(), "document"),
        )  # fmt: skip


def _names(text: str | None) -> tuple[str, ...]:
    """Return the authors of BibTeX, given name first; an institution stands in braces."""
    return tuple(_given_first(n.strip(" {}")) for n in re.split(r"\s+and\s+", text or "") if n.strip(" {}"))


def _given_first(name: str) -> str:
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}".strip() if comma else name


def _year_month_day(year: str, month: str = "", day: str = "") -> str | None:
    if not re.fullmatch(r"\d{4}", year):
        return None
    short = month[:3].lower()
    number = f"{_MONTHS.index(short) + 1:02}" if short in _MONTHS else month.zfill(2) if month else ""
    text = "-".join(p for p in (year, number, day.zfill(2) if day and number else "") if p)
    return _date(text) or year


def _ris(text: str) -> Iterator[Description]:
    import rispy  # type: ignore[import-untyped] # it has no types

    try:
        entries = rispy.loads(text)
    except (OSError, ValueError) as fault:
        raise _Refused("wrong-form", "this is not RIS", "export it again, as RIS in UTF-8") from fault
    for entry in entries:
        first = _first_of(entry)
        day = re.sub(r"/+$", "", (first("date") or first("year", "publication_year") or "").strip())
        yield Description(
            title=first("title", "primary_title"),
            authors=tuple(_given_first(a) for n in entry.get("authors", []) if (a := line(n))),
            publisher=first("journal_name", "secondary_title", "alternate_title3", "publisher"),
            issued=_date(day) or _year_month_day(day[:4]),
            language=language_tag(first("language") or ""),
            addresses=tuple(a for u in entry.get("urls", []) if (a := line(u))),
            number=first("number") if entry.get("type_of_reference") in ("RPRT", "GOVDOC") else None,
            type=_RIS_TYPES.get(str(entry.get("type_of_reference")), "document"),
        )


def _first_of(entry: Any) -> Callable[..., str | None]:
    return lambda *keys: next((t for k in keys if (t := line(entry.get(k)))), None)


def _csl(text: str) -> Iterator[Description]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise _Refused("wrong-form", "this is not CSL-JSON", "export it again, as CSL-JSON") from fault
    items = data if isinstance(data, list) else [data]
    for item in items:
        if not isinstance(item, dict):
            raise _Refused("wrong-form", "this is not CSL-JSON: an item is no object", "export it again")
        first = _first_of(item)
        kind = item.get("type")
        names = item.get("author")
        yield Description(
            title=first("title"),
            authors=tuple(a for n in (names if isinstance(names, list) else []) if (a := _csl_name(n))),
            publisher=first("container-title", "publisher"),
            issued=_csl_date(item.get("issued")),
            language=language_tag(first("language") or ""),
            addresses=tuple(a for a in (first("URL"),) if a),
            number=first("number"),
            type=kind if isinstance(kind, str) and kind in _TYPES else "document",
        )


def _csl_name(name: object) -> str | None:
    if not isinstance(name, dict):
        return None
    parts = [line(name.get(k)) for k in ("given", "non-dropping-particle", "family")]
    return line(name.get("literal")) or line(" ".join(p for p in parts if p))


def _csl_date(value: object) -> str | None:
    """Return the date of CSL-JSON: `date-parts` as numbers or texts, or `raw` (CSL 1.0.2, schema)."""
    if not isinstance(value, dict):
        return None
    parts = value.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if isinstance(first, list) and 1 <= len(first) <= 3:
        numbers = [str(p) for p in first if isinstance(p, (int, str)) and str(p).isdecimal()]
        return _year_month_day(*numbers) if numbers else None
    return _date(line(value.get("raw")) or line(value.get("literal")))


_CITATIONS: dict[Form, Callable[[str], Iterable[Description]]] = {
    Form.BIBTEX: _bibtex,
    Form.RIS: _ris,
    Form.CSL: _csl,
}


# --- the process -------------------------------------------------------------------------


def _bound(memory: int, seconds: int) -> None:
    """Limit this process, where the system can (POSIX): the parent's clock bounds it everywhere."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main(arguments: Sequence[str]) -> None:
    """Read a document from standard input and write what it holds to standard output, as JSON.

    Takes the form or nothing, the file's suffix, today, and the most bytes of memory.
    """
    form, suffix, today, memory = arguments
    _bound(int(memory), MAX_SECONDS)
    data = sys.stdin.buffer.read()
    found = extract(data, suffix, Form(form) if form else None, dt.date.fromisoformat(today))
    sys.stdout.buffer.write(EXTRACTED.dump_json(found))


if __name__ == "__main__":
    main(sys.argv[1:])
