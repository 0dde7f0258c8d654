"""The types of single fields: what each reads, and how it refuses the rest."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from briefing.model.faults import Fault
from briefing.model.fields import (
    Colour,
    Flag,
    Language,
    Line,
    MarkdownText,
    Passage,
    kind_of,
    one_or_many,
    read_brief_id,
    read_number,
    read_ref,
    read_slug,
    read_url,
    short_for,
    slugify,
    text_of,
    unique,
)
from briefing.model.units import read_unit

ANYTHING = st.none() | st.text() | st.lists(st.text()) | st.dictionaries(st.text(), st.text())


def reader(annotation: object) -> Callable[[object], object]:
    """Return a function that reads a value as a field does, and raises its Fault."""
    marks = annotation.__metadata__  # type: ignore[attr-defined] # fields are Annotated
    found: Callable[[object], object] = marks[0].func
    return found


def fault_of(read: Callable[[object], object], value: object) -> dict[str, str] | None:
    """Return code, message and hint with which `read` refuses `value`, or nothing if it reads it."""
    try:
        read(value)
    except Fault as fault:
        return fault.context or {}
    return None


def refusal(read: Callable[[object], object], value: object) -> tuple[str, str, str]:
    """Return code, message and hint with which `read` refuses `value`."""
    context = fault_of(read, value)
    assert context is not None
    return context["code"], context["message"], context["hint"]


READERS: list[Callable[[object], object]] = [
    read_slug, read_brief_id, read_ref, read_url, read_number, read_unit,
    *(reader(field) for field in (Line, Passage, MarkdownText, Flag, Language, Colour)),
]  # fmt: skip


@given(ANYTHING)
def test_a_field_reads_or_refuses_and_does_nothing_else(value: object) -> None:
    """Any value is read or refused with code, message and hint."""
    for read in READERS:
        fault = fault_of(read, value)
        assert fault is None or all(fault[key] for key in ("code", "message", "hint"))


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("value", [[], ["a"], {}, {"a": "b"}, None])
def test_only_text_is_read(read: Callable[[object], object], value: object) -> None:
    """A list, a mapping or nothing is named as such."""
    code, message, _ = refusal(read, value)
    assert ("wrong-type", f"text is expected here, not {kind_of(value)}") == (code, message)


@pytest.mark.parametrize("length", [300, 4300, 5000, 100_000])
@pytest.mark.parametrize("char", ["1", "0", "1,", "a", ".", "-", "9 ", ":", "é", "http://a", "https://é."])
def test_long_values_are_refused_like_short_ones(char: str, length: int) -> None:
    """Length alone makes no reader raise anything but a fault (Python refuses int() of 4,300 digits)."""
    for read in READERS:
        fault = fault_of(read, char * length)
        assert fault is None or len(fault["message"] + fault["hint"]) < 400


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("50000000", "50_000_000"),
        ("0", "0"),
        ("-3.50", "-3.50"),
        ("0.1", "0.1"),
        ("1234", "1234"),
        ("1234.5", "1_234.5"),
    ],
)
def test_a_number_is_read_as_written(expected: str, text: str) -> None:
    """Underscores group thousands; the digits are kept."""
    assert expected == str(read_number(text))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**15), max_value=10**15))
def test_a_number_equals_its_digits(number: Decimal) -> None:
    """Plain digits mean themselves, grouped or not."""
    assert number == read_number(f"{number:f}")
    assert number == read_number(f"{number:,f}".replace(",", "_"))


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        ("write digits, with _ between thousands if you like: 50_000_000", "inf"),
        ("write digits, with _ between thousands if you like: 50_000_000", "-inf"),
        ("write digits, with _ between thousands if you like: 50_000_000", "nan"),
        ("write digits, with _ between thousands if you like: 50_000_000", "1e3"),
        ("write digits, with _ between thousands if you like: 50_000_000", "٣"),
        ("write digits, with _ between thousands if you like: 50_000_000", "\N{FULLWIDTH DIGIT THREE}"),
        ("write digits, with _ between thousands if you like: 50_000_000", "0x1F"),
        ("write digits, with _ between thousands if you like: 50_000_000", "5_0"),
        ("write digits, with _ between thousands if you like: 50_000_000", "1_0000"),
        ("write digits, with _ between thousands if you like: 50_000_000", "+5"),
        ("write digits, with _ between thousands if you like: 50_000_000", " 5"),
        ("write digits, with _ between thousands if you like: 50_000_000", "5\n"),
        ("write digits, with _ between thousands if you like: 50_000_000", ".5"),
        ("write digits, with _ between thousands if you like: 50_000_000", "5."),
        ("write digits, with _ between thousands if you like: 50_000_000", ""),
        ("write 12", "012"),
        ("write 50_000_000", "50,000,000"),
        ("write 50_000_000", "$50,000,000"),
        ("write 50_000_000", "50 million"),
        ("write 1_500_000_000", "$1.5bn"),
        ("write 400_000", "400k"),
        ("write 5; the unit comes from the measure", "5%"),
        ("write 30; the unit comes from the measure", "30 kt"),
        ("write digits, 40 at most", "1" * 41),
    ],
)
def test_a_number_that_is_none_says_what_to_write(hint: str, text: str) -> None:
    """Infinity, not-a-number, octal, exponents and other digits are refused, each with its fix."""
    code, _, found = refusal(read_number, text)
    assert ("wrong-number", hint) == (code, found)


@given(st.text(alphabet="0123456789_.,-+eE $%kmbn"))
def test_what_is_read_as_a_number_is_finite(text: str) -> None:
    """No text makes an infinite number, and a proposed number is itself accepted."""
    fault = fault_of(read_number, text)
    proposed = re.fullmatch(r"write ([\d_.-]+)(;.*)?", fault["hint"]) if fault else None
    if fault is None or proposed:
        assert read_number(proposed[1] if proposed else text).is_finite()


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org", "http://example.org/", "HTTPS://Example.ORG/a?b=c#d", "https://example.org:8443/%20",
        "https://[2001:db8::1]/", "https://192.0.2.1/", "https://xn--bcher-kva.example/", "https://bücher.example/",
        "https://a_b.example.org/", "https://example.org/a@b", "https://localhost",
    ],
)  # fmt: skip
def test_an_address_is_kept_as_written(text: str) -> None:
    """Addresses of http and https with a host are accepted."""
    assert text == read_url(text)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "ftp://example.org", "file:///etc/passwd",
        "mailto:a@example.org", "//example.org", "example.org", "www.example.org/a", "", "https:", "https://",
        "https:///path", "https:example.org", "https://...", "https://.", "https://exa mple.org",
        "https://user@example.org", "https://user:secret@example.org", "https://:@example.org", "https://@example.org",
        "https://example.org:0", "https://example.org:99999", "https://example.org:x", "https://[::1", "https://[x]",
        " https://example.org", "https://example.org\n", "https://example.org/a b", "https://example.org/<script>",
        'https://example.org/"', "https://example.org\\@evil.example", "https://example.org/`", "java\nscript:x",
        "https://example.org/" + "a" * 2000, "https://ex%61mple.org/", "https://example..org/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    """Other schemes, user parts, missing hosts and characters that no address holds are refused."""
    assert "wrong-url" == refusal(read_url, text)[0]


@given(
    st.sampled_from(["", "http", "https", "HTTPS", "javascript", "data", "ftp", "h\nttp"]),
    st.sampled_from(["", ":", "://", ":///", ":/\\"]),
    st.text(alphabet="ab.:@/\\?#[]%\t\n é한<>\"'"),
)
def test_an_accepted_address_has_a_safe_scheme_and_no_user(scheme: str, between: str, rest: str) -> None:
    """No text gets another scheme, a user part or a control character past the reader."""
    try:
        url = read_url(scheme + between + rest)
    except Fault:
        return
    parts = urlsplit(url)
    assert parts.scheme in ("http", "https")
    assert parts.username is None
    assert parts.password is None
    assert parts.hostname
    assert not re.search(r"[\s<>\"\\]", url)


@pytest.mark.parametrize("text", ["a", "a-b", "2022-02-05", "0", "a" * 100])
def test_a_slug_is_kept(text: str) -> None:
    """Lower-case letters, digits and single hyphens make a slug."""
    assert text == read_slug(text)


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        ("write un-panel", "UN Panel"),
        ("write a-b", "a--b"),
        ("write a", "-a-"),
        ("write a-b", "a_b"),
        ("write caf", "café"),
        ("use the letters a to z, digits and hyphens", "북한"),
        ("use the letters a to z, digits and hyphens", ""),
        ("write a", "a\n"),
        ("shorten it to 100 characters at most", "a" * 101),
    ],
)
def test_a_slug_that_is_none_gets_the_nearest(hint: str, text: str) -> None:
    """The fix is a slug, where there is one."""
    code, _, found = refusal(read_slug, text)
    assert ("not-a-slug", hint) == (code, found)


@given(st.text())
def test_what_slugify_makes_is_a_slug(text: str) -> None:
    """The nearest slug is one, or nothing."""
    made = slugify(text)
    assert made == "" or made == read_slug(made)


@pytest.mark.parametrize("text", ["2022-a", "2022-02-a-b", "2022-02-05-panel-report"])
def test_a_briefs_id_is_date_and_slug(text: str) -> None:
    """Year, month or day, then a slug."""
    assert text == read_brief_id(text)


@pytest.mark.parametrize("text", ["2022", "panel-report", "2022-02-05-", "2022-02-05_a", "2022-A", "٢٠٢٢-a"])
def test_what_is_no_briefs_id_is_refused(text: str) -> None:
    """A date alone and a slug alone are no ids of briefs."""
    assert "not-a-slug" == refusal(read_brief_id, text)[0]


@pytest.mark.parametrize(
    ("expected", "text"),
    [("#a", "a"), ("#a", "#a"), ("2022-02-b#a", "2022-02-b#a")],
)
def test_a_reference_names_a_part(expected: str, text: str) -> None:
    """A bare id is a part of the brief that it stands in."""
    assert expected == read_ref(text)


@pytest.mark.parametrize("text", ["", "#", "a#", "a#b", "A", "2022-02-b#", "##a", "2022-b#c#d"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    """Both halves have their form."""
    assert "not-a-reference" == refusal(read_ref, text)[0]


@pytest.mark.parametrize(
    ("expected", "field", "value"),
    [
        ("a b c", Line, " a\n  b\tc "),
        ("No", Line, "No"),
        ("a b", Passage, "a\n\nb"),
        ("a\n\nb", MarkdownText, "\na\n\nb\n"),
        (True, Flag, "true"),
        (False, Flag, "false"),
        ("zh-Hans", Language, "zh-Hans"),
        ("pt-BR", Language, "pt-BR"),
        ("es-419", Language, "es-419"),
        ("#1a6b8f", Colour, "#1a6b8f"),
    ],
)
def test_texts_flags_languages_and_colours(expected: object, field: object, value: str) -> None:
    """Each field reads its own form."""
    assert expected == reader(field)(value)


@pytest.mark.parametrize(
    ("code", "field", "value"),
    [
        ("no-words", Line, ""),
        ("no-words", Line, "— … ***"),
        ("no-words", MarkdownText, "\n"),
        ("too-long", Line, "a" * 301),
        ("too-long", Passage, "a" * 2001),
        ("too-long", MarkdownText, "a" * 50_001),
        ("wrong-flag", Flag, "yes"),
        ("wrong-flag", Flag, "True"),
        ("wrong-flag", Flag, "1"),
        ("wrong-language", Language, "english"),
        ("wrong-language", Language, "ko-kr"),
        ("wrong-colour", Colour, "red"),
        ("wrong-colour", Colour, "#FFF"),
        ("unknown-unit", read_unit, "dollars"),
    ],
)
def test_what_a_field_refuses(code: str, field: object, value: str) -> None:
    """Each refusal has its own code."""
    read = field if callable(field) and not hasattr(field, "__metadata__") else reader(field)
    assert code == refusal(read, value)[0]


@pytest.mark.parametrize("text", ["USD", "count", "percent", "kt_tnt", "BTC", "1INCH"])
def test_units_and_tickers_are_read(text: str) -> None:
    """Currencies, units of the list, and what may be an asset."""
    assert text == read_unit(text)


def test_short_forms_expand() -> None:
    """A bare text is a mapping with one key; a single value is a list of one."""
    short: TypeAdapter[object] = TypeAdapter(
        Annotated[list[Annotated[dict[str, str], *short_for("id")]], *one_or_many()]
    )
    assert [{"id": "a"}] == short.validate_python("a")
    assert [{"id": "a"}, {"x": "y"}] == short.validate_python(["a", {"x": "y"}])


def test_a_list_is_unique_or_refused() -> None:
    """A value that stands twice is named."""
    assert ["a", "b"] == unique(["a", "b"])
    assert "listed-twice" == refusal(lambda _: unique(["a", "b", "a"]), None)[0]


@pytest.mark.parametrize(
    ("expected", "value"), [("text", "a"), ("a list", []), ("a mapping", {}), ("nothing", None)]
)
def test_shapes_have_an_authors_words(expected: str, value: object) -> None:
    """No name of a Python type reaches an author."""
    assert expected == kind_of(value)


def test_text_is_text() -> None:
    """Text passes unchanged."""
    assert " a " == text_of(" a ")
