"""From what a document says of itself to a record, or to the one that is there."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.authoring.fmt import format_text
from briefing.authoring.reading import Description, Form
from briefing.authoring.sources import Registry, address_key
from briefing.corpus import Corpus
from briefing.model import Access, Entity, Source, SourceKind
from briefing.model.validate import validate
from briefing.yamlnodes import read

TITLE = "Inspectors say that the harbour forts rise again"
RECORD = {
    "kind": "press", "access": "public", "type": "article-newspaper", "title": TITLE, "publisher": "gazette",
    "issued": "2022-02-05", "url": "https://www.example.org/2022/forts/",
    "archive": [{"url": "https://web.archive.org/web/20220206000000/https://old.example.org/f", "captured": "2022-02-06"}],
}  # fmt: skip


def registry(*sources: Mapping[str, object]) -> Registry:
    """Return a registry of one newspaper and these documents, by their `id`."""
    gazette = {"id": "gazette", "kind": "organisation", "name": "The Harbour Gazette", "names": ["하버"]}
    entities = {"gazette": Entity.model_validate(gazette)}
    records = [Source.model_validate({**RECORD, **s}) for s in sources]
    return Registry(Corpus(entities=entities, sources={s.id: s for s in records}))


FORTS = registry({"id": "forts"})


@pytest.mark.parametrize(
    ("why", "found"),
    [
        ("address", Description("Other words", addresses=("http://m.example.org/2022/forts?utm_source=x#top",))),
        ("address", Description("Other words", addresses=("https://nowhere.example/", "https://old.example.org/f"))),
        ("title", Description("INSPECTORS say that the harbour forts rise again!")),
        ("title", Description(TITLE, publisher="Harbour Gazette", issued="2022-02")),
        ("title", Description(TITLE, issued="2022-02-07")),
        (None, Description(TITLE, issued="2022-02-20")),
        (None, Description(TITLE, publisher="The Evening Post")),
        (None, Description("Inspectors say that the river forts fall again")),
        (None, Description(addresses=("https://example.org/2022/forts-2",))),
        (None, Description()),
    ],
)  # fmt: skip
def test_the_same_document_is_found(why: str | None, found: Description) -> None:
    """By its address, or a title that is nearly equal; never where publisher or date speak against it."""
    known = FORTS.known(found)
    assert why == (known.why if known else None)


def test_a_number_tells_a_document() -> None:
    """As the UN's symbols do; a title with other numbers is another document."""
    one = registry(
        {"id": "report", "number": "S/2022/132", "title": "Resolution 2397 of the League of Ports"}
    )
    known = one.known(Description("Anything", number="s/2022/132"))
    assert known is not None
    assert ("report", "number s/2022/132") == (known.id, known.why)
    assert one.known(Description("Resolution 2375 of the League of Ports")) is None


@pytest.mark.parametrize(
    ("same", "one", "other"),
    [
        (True, "https://www.example.org/a/", "http://example.org/a"),
        (True, "https://amp.example.org/a/amp", "https://example.org/a?fbclid=1"),
        (True, "https://example.org/a?b=1&a=2", "https://example.org/a?a=2&b=1#x"),
        (True, "https://web.archive.org/web/2022id_/https://example.org/a", "https://example.org/a"),
        (False, "https://example.org/a?id=1", "https://example.org/a?id=2"),
        (False, "https://example.org/a", "https://example.org/A"),
        (False, "https://example.org/a", "https://example.com/a"),
    ],
)
def test_addresses_of_one_page(same: bool, one: str, other: str) -> None:
    """What stands in an address for its reader or its maker's counting is no part of it."""
    assert same == (address_key(one) == address_key(other))


def test_a_record_is_proposed_from_what_is_known() -> None:
    """The publisher's entity by its name, kind and type by its other documents."""
    found = Description(
        "A storm: “at sea”", ("Jane Doe",), "harbour gazette", "2022-03-01", "en",
        ("javascript:alert(1)", "https://www.example.org/storm"),
    )  # fmt: skip
    made = FORTS.propose(found, Form.HTML)
    assert "gazette-2022-03-01-storm-sea" == made.record.id
    assert (
        "# yaml-language-server: $schema=../../.briefing/schema/source.json\n"
        "kind: press\ntype: article-newspaper\n"
        'title: "A storm: “at sea”"\nauthor:\n  - Jane Doe\npublisher: gazette\nissued: 2022-03-01\n'
        "url: https://www.example.org/storm\nlanguage: en\naccess: public\n"
    ) == made.text
    assert format_text(made.text, Source) == made.text
    assert (
        "kind: press is a guess; who speaks in it?",
        "access: public is a guess; can everybody read it?",
    ) == made.notes


def test_a_publisher_may_be_told_by_its_host() -> None:
    """Where the page does not name it, and all its documents here agree."""
    found = Description("A storm at sea", addresses=("https://example.org/storm",))
    publisher = FORTS.publisher(found)
    assert publisher is not None
    assert "gazette" == publisher.entity
    two = registry({"id": "a"}, {"id": "b", "publisher": {"name": "Another"}})
    assert two.publisher(found) is None


def test_what_a_document_does_not_say_is_said() -> None:
    """A record without title, date or publisher has a descriptor instead."""
    made = registry().propose(Description("A storm at sea", language="en"), Form.TEXT)
    assert (
        "A text that was read as a saved copy. The copy gives no publisher, date or author."
        == made.record.descriptor
    )
    cited = registry().propose(Description("A storm at sea", issued="2022"), Form.RIS)
    assert (
        "A document that is known here from a citation, which gives no publisher." == cited.record.descriptor
    )
    assert Access.UNSEEN is cited.record.access


def test_the_author_chooses_before_the_program() -> None:
    """Id, kind and access are taken as given, and nothing is guessed then."""
    made = FORTS.propose(
        Description("A storm", publisher="Harbour Gazette", issued="2022"), Form.HTML,
        id_="storm", kind=SourceKind.VENDOR, access=Access.PAYWALLED,
    )  # fmt: skip
    assert ("storm", SourceKind.VENDOR, Access.PAYWALLED) == (
        made.record.id,
        made.record.kind,
        made.record.access,
    )
    assert () == made.notes


def test_an_id_is_never_one_that_is_there() -> None:
    """A second document of one name gets a number."""
    one = registry()
    found = Description("A storm at sea", publisher="Gazette", issued="2022")
    for id_ in ("gazette-2022-storm-sea", "gazette-2022-storm-sea-2"):
        made = one.propose(found, Form.HTML)
        assert id_ == made.record.id
        one.add(made.record)


def test_a_similar_title_is_pointed_out() -> None:
    """Forty papers print one agency's text: one of them rests on the other."""
    found = Description(TITLE, publisher="The Evening Post", issued="2022-02-06")
    assert (
        "a similar title has forts; does one of the two rest on the other?"
        in FORTS.propose(found, Form.HTML).notes
    )


ANYTHING = st.text(max_size=30) | st.sampled_from(
    [
        "# x",
        "a: b",
        "- a",
        "null",
        "~",
        "?? x",
        "2022-02-30",
        "{a",
        "'",
        '"',
        "\\",
        "x" * 400,
        "en-XX",
        "https://a/ b",
    ]
)


@given(
    st.builds(
        Description,
        title=st.none() | ANYTHING, authors=st.lists(ANYTHING, max_size=3).map(tuple), publisher=st.none() | ANYTHING,
        issued=st.none() | ANYTHING, language=st.none() | ANYTHING, addresses=st.lists(ANYTHING, max_size=2).map(tuple),
        number=st.none() | ANYTHING, type=st.sampled_from([None, "report", "nonsense"]),
    ),
    st.sampled_from(Form),
)  # fmt: skip
def test_every_proposal_is_a_valid_file(found: Description, form: Form) -> None:
    """Whatever a document says of itself: what a field refuses is left out, and the text reads as the record."""
    found = Description(**{k: _clean(getattr(found, k)) for k in found.__slots__})  # type: ignore[arg-type] # as built
    made = FORTS.propose(found, form)
    reading = read(made.text.encode(), "x.yml")
    assert [] == reading.problems
    assert reading.document is not None
    problems = validate(Source, reading.document, "x.yml", made.record.id)
    assert [p for p in problems.problems if p.code != "to-confirm"] == []
    assert problems.record in (made.record, None)


def _clean(value: object) -> object:
    """Return texts as reading gives them: on one line, without what no file may hold."""
    if isinstance(value, tuple):
        return tuple(c for v in value if (c := _clean(v)))
    from briefing.authoring.extraction import line

    return line(value)
