"""What each code of a problem means that is not an editorial rule's: why it is one, wrong and right.

Editorial rules document themselves (briefing.rules). These are the faults of files and of values in
them. `briefing explain CODE` and the site's page of rules show them; a test makes each wrong example
give its code, and each right one none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from briefing.problems import Severity


class Where(StrEnum):
    """What the examples of a code are lines of."""

    BRIEF = "a brief"
    CLAIM = "a claim of a brief"
    SOURCE = "a file in sources/"
    ENTITY = "a file in entities/"
    MEASURES = "measures.yml"
    TOPICS = "topics.yml"
    FILE = "a file"
    NAME = "the name of a file below briefs/"
    CHANGE = "a brief that was published before"
    WORDS = "what was done"
    """No file shows it: the examples are words."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code, and what an author should know of it."""

    code: str
    says: str
    """What is wrong, in one sentence."""
    why: str
    """Why that is wrong, and the way out."""
    wrong: str
    right: str
    where: Where = Where.BRIEF
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """What the wrong example is introduced with: "Wrong, in a claim of a brief"."""
        return "Wrong" if self.where is Where.WORDS else f"Wrong, in {self.where}"


def _codes() -> Iterator[Code]:
    yield from _YAML
    yield from _VALUES
    yield from _RECORDS
    yield from _NAMES
    yield from _FILES
    yield from _HISTORY
    yield from _DOCUMENTS


# --- YAML --------------------------------------------------------------------------------

_YAML = (
    Code(
        "yaml-syntax",
        "The file is not YAML.",
        "Most often a colon is in a text without quotes, a space is missing behind a colon or a dash, a tab "
        "stands where spaces are due, or a line is indented more or less than its neighbours. The fix says "
        "what to type. Nothing after such a place can be read, so that other faults may show later.",
        "title: Panel: thefts pay for weapons",
        'title: "Panel: thefts pay for weapons"',
    ),
    Code(
        "hash-in-text",
        "A `#` behind a space begins a note, and the rest of the line is not read.",
        "YAML would cut the text off without a word. Text with ` #` in it needs quotes; a note has a space "
        "behind its `#`.",
        "title: Test flight of rocket #17",
        'title: "Test flight of rocket #17"',
    ),
    Code(
        "duplicate-key",
        "A key stands twice in the same place.",
        "Most readers of YAML keep one of the two without a word; here neither is taken. In a list, the dash of "
        "a second item may be missing.",
        "title: A says one thing\ntitle: A says another thing",
        "title: A says one thing",
    ),
    Code(
        "key-not-text",
        "A list or a mapping stands where a key is due.",
        "It comes of a bracket or a brace that begins a line. Text with brackets or braces needs quotes.",
        "[title]: A says one thing",
        "title: A says one thing",
    ),
    Code(
        "split-value",
        "A comma has ended a value within braces, and what follows it is read as a key.",
        "Between `{` and `}` a comma ends a value. Put a text with a comma in quotes, write numbers without "
        "commas, or give each key a line of its own.",
        "by: {name: Ada Byron, of the institute, role: an analyst}",
        'by: {name: "Ada Byron, of the institute", role: an analyst}',
        Where.CLAIM,
    ),
    Code(
        "alias",
        "A `*` begins an alias, which files here do not use.",
        "An alias repeats a value that stands elsewhere, so that a reader of this line does not see what it "
        "says. Write the value out. Text that begins with `*` needs quotes.",
        "bottom_line: *title",
        "bottom_line: A said that it happened.",
    ),
    Code(
        "anchor",
        "A `&` begins an anchor, which files here do not use.",
        "An anchor names a value that is repeated elsewhere. Text that begins with `&` needs quotes.",
        "title: &first A says one thing",
        "title: A says one thing",
    ),
    Code(
        "tag",
        "A `!` begins a tag, which files here do not use.",
        "A tag gives a value another type; here each field knows its own. Text that begins with `!` needs quotes.",
        "title: !important A says one thing",
        'title: "!important: A says one thing"',
    ),
    Code(
        "several-documents",
        "A line of `---` begins a second record in one file.",
        "Each record has a file of its own, whose name is its id.",
        "---\nkind: state\nname: A\n---\nkind: state\nname: B\n",
        "kind: state\nname: A\n",
        Where.FILE,
    ),
    Code(
        "too-deep",
        "Values are nested deeper than any record needs.",
        "A bracket or an indent too many does that. A brief needs six levels at most.",
        f"title: {'[' * 60}A{']' * 60}",
        "title: A says one thing",
    ),
    Code(
        "empty-item",
        "A dash begins an item, and no item follows.",
        "Write the value behind the dash, or delete the line.",
        "topics:\n  - weapons\n  -",
        "topics:\n  - weapons",
    ),
    Code(
        "empty-file",
        "The file holds no value.",
        "Write the record, or delete the file.",
        "# to be written\n",
        "kind: state\nname: A\n",
        Where.FILE,
    ),
    Code(
        "not-a-mapping",
        "The file is a text or a list, and not lines of `key: value`.",
        "Every file here is a record: keys, each with a colon and a space behind it.",
        "- kind: state\n- name: A\n",
        "kind: state\nname: A\n",
        Where.FILE,
    ),
    Code(
        "bidi-character",
        "A character that turns the direction of text stands in the file.",
        "It does not show, and lets a text look like another one. Delete it; text in Arabic or Hebrew needs none.",
        "title: A says \N{RIGHT-TO-LEFT OVERRIDE}one thing",
        "title: A says one thing",
    ),
    Code(
        "control-character",
        "A character that does not show stands in the file.",
        "It comes with text that is copied from a web page or a PDF. Delete it; the column says where it is.",
        "title: A says\N{ZERO WIDTH SPACE} one thing",
        "title: A says one thing",
    ),
)

# --- values ------------------------------------------------------------------------------

_VALUES = (
    Code(
        "to-fill-in",
        "A key has no value yet.",
        "`briefing new` writes such keys for you to fill in. A text that begins with `#` needs quotes: without "
        "them it is a note.",
        "bottom_line:",
        "bottom_line: A said that it happened.",
    ),
    Code(
        "to-confirm",
        "A value is proposed, and nobody has confirmed it.",
        "`briefing draft` marks with `??` what it has found in an article. Look at each, mend it, and take the "
        "mark away.",
        "bottom_line: ?? A said that it happened.",
        "bottom_line: A said that it happened.",
    ),
    Code(
        "missing-field",
        "A key is missing that every such record has.",
        "The page of fields says what it means.",
        "- id: it-happened\n  text: A said that it happened.\n  by: a",
        "- id: it-happened\n  text: A said that it happened.\n  by: a\n  sources: [paper]",
        Where.CLAIM,
    ),
    Code(
        "unknown-key",
        "A key is not one of those that such a record has.",
        "It is misspelt, or belongs to another record and is indented wrongly.",
        "titel: A says one thing",
        "title: A says one thing",
    ),
    Code(
        "unknown-value",
        "A value is not one of the few that the key takes.",
        "They are written in small letters, with `_` between words.",
        "status: Disputed!",
        "status: standing",
        Where.CLAIM,
    ),
    Code(
        "wrong-type",
        "A text, a list or a mapping stands where another of the three is due.",
        "A list has a dash before each item, or brackets around all; a mapping has keys.",
        "gaps: Who did it.",
        "gaps:\n  - Who did it.",
    ),
    Code(
        "empty-list",
        "A list has no items and must have one.",
        "Add one; where the key is not needed, delete it.",
        "topics: []",
        "topics: [weapons]",
    ),
    Code(
        "listed-twice",
        "A value stands twice in a list.",
        "Each counts once: keep one of the two.",
        "topics: [weapons, weapons]",
        "topics: [weapons]",
    ),
    Code(
        "too-long",
        "A text is longer than its place on the page.",
        "A title has up to 300 characters, a text up to 2,000. Say it in fewer words; more belongs in `background`.",
        "title: " + "word " * 70,
        "title: A says one thing",
    ),
    Code(
        "no-words",
        "A text holds no letter and no digit.",
        "Write the words, or delete the key.",
        "bottom_line: …",
        "bottom_line: A said that it happened.",
    ),
    Code(
        "wrong-date",
        "A date is not written as dates are here.",
        "Year, month and day stand in that order, each with all its digits, as far as they are known: 2022, "
        "2022-02, 2022-02-05. A span has a slash, `2020/2021-06`; `?` and `~` mark what is in doubt or about.",
        "said: 5.2.2022",
        "said: 2022-02-05",
        Where.CLAIM,
    ),
    Code(
        "wrong-number",
        "A number is not written as numbers are here.",
        "Digits, with `_` between thousands if you like; no commas, no words, no sign of a currency: the unit "
        "comes from the measure.",
        "figures:\n  - more_than: $50 million\n    of: shops",
        "figures:\n  - more_than: 50_000_000\n    of: shops",
        Where.CLAIM,
    ),
    Code(
        "wrong-url",
        "An address is not a whole one of the web.",
        "It begins with https:// or http:// and holds no user name. Copy it from the browser.",
        "url: www.example.org/report",
        "url: https://www.example.org/report",
        Where.SOURCE,
    ),
    Code(
        "wrong-flag",
        "A value is neither `true` nor `false`.",
        "Only these two words are read as yes and no.",
        "figures:\n  - stated: 3\n    of: shops\n    superseded: yes",
        "figures:\n  - stated: 3\n    of: shops\n    superseded: true",
        Where.CLAIM,
    ),
    Code(
        "wrong-language",
        "A language is not given by its tag.",
        "Tags are those of BCP 47: en, ko, zh-Hans.",
        "language: French",
        "language: fr",
        Where.SOURCE,
    ),
    Code(
        "wrong-colour",
        "A colour is not six digits from 0 to f.",
        "It needs quotes, since `#` begins a note.",
        "topics:\n  - id: weapons\n    title: Weapons\n    summary: What is claimed.\n    colour: red\n    icon: rocket",
        'topics:\n  - id: weapons\n    title: Weapons\n    summary: What is claimed.\n    colour: "#8c1d2f"\n    icon: rocket',
        Where.TOPICS,
    ),
    Code(
        "wrong-id",
        "An identifier of an entity is empty or far too long.",
        "Write it as its own register does, up to 80 characters.",
        'ids: {wikidata: ""}',
        "ids: {wikidata: Q1}",
        Where.ENTITY,
    ),
    Code(
        "unknown-unit",
        "A unit is neither a currency, nor one of the list, nor a known asset.",
        "Currencies are written as in ISO 4217 (USD), assets by their tickers, which `assets` in measures.yml "
        "lists.",
        "figures:\n  - stated: 3\n    unit: dollars",
        "figures:\n  - stated: 3\n    unit: USD",
        Where.CLAIM,
    ),
)

# --- records -----------------------------------------------------------------------------

_RECORDS = (
    Code(
        "party-unclear",
        "Who says so is given in more than one way, or only in part.",
        "It is the id of an entity; or a name with a role, for somebody who speaks once; or what a document "
        "says of somebody whom it does not name, and whom they told.",
        "by: {name: Ada Byron}",
        "by: {name: Ada Byron, role: spokeswoman of the institute}",
        Where.CLAIM,
    ),
    Code(
        "about-unclear",
        "One item of `about` gives several roles, or none.",
        "Each item is one entity in one role.",
        "about:\n  - {accused: a, target: a}",
        "about:\n  - {accused: a}\n  - {target: a}",
        Where.CLAIM,
    ),
    Code(
        "figure-unclear",
        "A figure has no number under a qualifier, or several.",
        "The qualifier is the key: `more_than: 50`. A range is `between: [50, 300]`.",
        "figures:\n  - more_than: 50\n    up_to: 300\n    of: shops",
        "figures:\n  - between: [50, 300]\n    of: shops",
        Where.CLAIM,
    ),
    Code(
        "figure-without-unit",
        "Nothing says what a number counts.",
        "Give the claim a `measure`, or the figure an `of` or a `unit`.",
        "figures:\n  - stated: 3",
        "figures:\n  - stated: 3\n    of: shops",
        Where.CLAIM,
    ),
    Code(
        "response-unclear",
        "An answer has more than its kind allows.",
        "No response has no words; and an answer that is taken `claim` from another has all from there.",
        "responses:\n  - kind: no_response\n    by: a\n    text: It did not answer.\n    sources: [paper]",
        "responses:\n  - kind: no_response\n    by: a\n    sources: [paper]",
        Where.CLAIM,
    ),
    Code(
        "publisher-unclear",
        "A publisher is both an entity and a name, or neither.",
        "Write the id of its page, or a name where it has none.",
        "publisher: {entity: a, name: The Paper}",
        "publisher: {name: The Paper}",
        Where.SOURCE,
    ),
    Code(
        "foreign-topic",
        "A claim has a topic that its brief does not have.",
        "Add it to the topics of the brief, or choose one of those.",
        "topic: money",
        "topic: weapons",
        Where.CLAIM,
    ),
    Code(
        "circular-chain",
        "Documents rest on each other in a circle.",
        "`rests_on` leads from a document to the one that it copies, relays or reports on: never back.",
        "rests_on: [paper]",
        "rests_on: [report]",
        Where.SOURCE,
    ),
)

# --- names of records --------------------------------------------------------------------


def _unknown(kind: str, wrong: str, right: str, where: Where, why: str) -> Code:
    noun = kind.replace("-", " ")
    an = "an" if noun[0] in "aeiou" else "a"
    return Code(f"unknown-{kind}", f"There is no {noun} of this id.", f"{an[:1].upper()}{an[1:]} {noun} {why}", wrong, right, where)  # fmt: skip


_NAMES = (
    _unknown("source", "sources: [papers]", "sources: [paper]", Where.CLAIM,
             "is a file in sources/, and its id is the file’s name. `briefing source add` makes one of a saved "
             "article, `briefing new source` an empty one."),
    _unknown("entity", "by: b", "by: a", Where.CLAIM,
             "is a file in entities/, and its id is the file’s name. `briefing new entity` begins one; for somebody "
             "who speaks once, write `{name: …, role: …}`."),
    _unknown("topic", "topics: [weather]", "topics: [weapons]", Where.BRIEF, "stands in topics.yml."),
    _unknown("measure", "measure: thefts", "measure: theft", Where.CLAIM,
             "stands in measures.yml. `briefing new measure` adds one."),
    _unknown("event-kind", "events: [{id: e, kind: picnic, title: It happened, when: 2022}]",
             "events: [{id: e, kind: test, title: It happened, when: 2022}]", Where.BRIEF,
             "stands in topics.yml, below `event_kinds`. `briefing new event-kind` adds one."),
    _unknown("brief", "related: [{brief: 2022-02-06-other, how: after}]",
             "related: [{brief: 2022-03-06-another, how: after}]", Where.BRIEF,
             "is a file in the folder of its year, and its id is the file’s name."),
    _unknown("claim", 'conflicts_with: ["2022-03-06-another#nothing"]',
             'conflicts_with: ["2022-03-06-another#it-happened"]', Where.CLAIM,
             "of another brief is named `\"brief-id#its-id\"`, in quotes; one of the same brief by its id."),
    _unknown("event", "event: theft-of-2021", 'event: "2022-03-06-another#flight"', Where.CLAIM,
             "of another brief is named `\"brief-id#its-id\"`, in quotes; one of the same brief by its id."),
    _unknown("term", "terms: [{term: Mixer, definition: A service., see_also: [tumbler]}]",
             "terms: [{term: Mixer, definition: A service., see_also: [mixer]}]", Where.FILE,
             "stands in glossary.yml; its id is made of the word unless it has one."),
    Code(
        "not-a-slug",
        "An id is not of small letters, digits and single hyphens.",
        "Ids stand in addresses, and stay for ever. That of a brief is its date, a hyphen and a name.",
        "by: The Panel",
        "by: a",
        Where.CLAIM,
    ),
    Code(
        "not-a-reference",
        "This does not name a claim or an event.",
        "Write the id of one of this brief, or `\"brief-id#its-id\"` for one of another.",
        "supersedes: The claim above",
        "supersedes: other",
        Where.CLAIM,
    ),
    Code(
        "duplicate-id",
        "Two records of one kind have the same id, or an old id is that of another record.",
        "Every claim of a brief has its own name, since a link to it must lead to it alone.",
        "- id: it-happened\n  text: A said that it happened.\n  by: a\n  sources: [paper]\n"
        "- id: it-happened\n  text: A said more.\n  by: a\n  sources: [paper]",
        "- id: it-happened\n  text: A said that it happened.\n  by: a\n  sources: [paper]\n"
        "- id: more-happened\n  text: A said more.\n  by: a\n  sources: [paper]",
        Where.CLAIM,
    ),
    Code(
        "reserved-id",
        "An id is one that the site’s own addresses or headings have.",
        "Choose another: /briefs/ can only lead to one page.",
        "id: bottom-line",
        "id: bottom-line-of-a",
        Where.CLAIM,
    ),
)  # fmt: skip

# --- files -------------------------------------------------------------------------------

_FILES = (
    Code(
        "misplaced-file",
        "A file stands where no record belongs, or its name does not end in .yml.",
        "Briefs stand in the folder of their year, documents in sources/, the others in entities/.",
        "people/ada.yml",
        "entities/ada.yml",
        Where.NAME,
    ),
    Code(
        "misplaced-brief",
        "A brief’s date and its file do not agree.",
        "The file is named by the date of what it is about, and stands in the folder of that year.",
        "date: 2022-02-06",
        "date: 2022-02-05",
    ),
    Code(
        "linked-folder",
        "A folder is a link to another one.",
        "It would mean other files on another machine. Put the folder itself here.",
        "ln -s ~/entities briefs/entities",
        "mv ~/entities briefs/entities",
        Where.WORDS,
    ),
    Code(
        "outside-folder",
        "A file is a link to one outside the folder of the briefs.",
        "It would not be there on another machine. Put the file itself here.",
        "ln -s ~/a.yml briefs/entities/b.yml",
        "cp ~/a.yml briefs/entities/b.yml",
        Where.WORDS,
    ),
    Code(
        "broken-link",
        "A file is a link to nothing.",
        "Put the file itself here, or delete the link.",
        "ln -s nothing.yml briefs/entities/b.yml",
        "cp a.yml briefs/entities/b.yml",
        Where.WORDS,
    ),
    Code(
        "unreadable",
        "A file or a folder cannot be read.",
        "It has gone meanwhile, you may not read it, or it is no ordinary file.",
        "chmod 000 briefs/entities/a.yml",
        "chmod 644 briefs/entities/a.yml",
        Where.WORDS,
    ),
    Code(
        "not-utf8",
        "A file is not in UTF-8, the encoding of all files here.",
        "Old editors on Windows save in other encodings: choose UTF-8 when you save.",
        "saved as Windows-1252",
        "saved as UTF-8",
        Where.WORDS,
    ),
    Code(
        "file-too-large",
        "A file is larger than 1 MiB.",
        "No record is: split it, and keep documents outside the folder.",
        "a report of 300 pages, pasted into `background`",
        "its address, in a record in sources/",
        Where.WORDS,
    ),
    Code(
        "too-many-values",
        "A file holds far more keys and values than any record has.",
        "Split it into several files: a list of a hundred claims is several briefs.",
        "a spreadsheet of 60,000 rows, pasted as claims",
        "the claims that the brief is about",
        Where.WORDS,
    ),
    Code(
        "more-problems",
        "A file has more problems than are shown.",
        "They often have one cause, such as a wrong indent. Mend those that are shown, and check again.",
        "several hundred mistakes in one file",
        "none",
        Where.WORDS,
    ),
    Code(
        "no-folder",
        "The folder of the briefs is not there.",
        "Go to the project’s folder, or name the other with `--briefs`.",
        "briefing check --briefs breifs",
        "briefing check --briefs briefs",
        Where.WORDS,
    ),
    Code(
        "no-topics",
        "The folder has no topics.yml.",
        "Every brief names a topic, so there is one at least: id, title, summary, colour and icon.",
        "a folder without topics.yml",
        "a folder with topics.yml",
        Where.WORDS,
    ),
    Code(
        "topic-not-in-navigation",
        "The navigation in mkdocs.yml and the topics do not agree.",
        "The navigation is written by hand: add the line that the fix gives, or delete the one that it names.",
        "nav: without a line for the topic `weapons`",
        "nav: with `- Weapons: weapons.md`",
        Where.WORDS,
        Severity.WARNING,
    ),
    Code(
        "needless-acceptance",
        "`accepts` answers a warning that does not come.",
        "What was warned of has been mended, or the code is misspelt: delete the answer. Errors cannot be accepted.",
        "accepts: [{rule: too-many-claims, because: They belong together.}]",
        "gaps: [Who did it.]",
        severity=Severity.WARNING,
    ),
)

# --- what was published ------------------------------------------------------------------

_HISTORY = (
    Code(
        "published-id-gone",
        "A brief, claim or other record was published and is gone.",
        "Somebody may have linked to it. What is no longer held is withdrawn or retracted, with the reason; what "
        "has another name keeps the old one as an alias, as `briefing mv` does.",
        "- id: it-rained\n  text: A said that it happened.\n  by: a\n  sources: [paper]",
        "- id: it-rained\n  text: A said that it happened.\n  by: a\n  sources: [paper]\n  aliases: [it-happened]",
        Where.CHANGE,
    ),
    Code(
        "changed-without-correction",
        "What a published claim says has changed, and no correction says so.",
        "Who read it before must be able to see what is different: add an entry with `claim` to `corrections`.",
        "- id: it-happened\n  text: A said that it rained.\n  by: a\n  sources: [paper]",
        "- id: it-happened\n  text: A said that it rained.\n  by: a\n  sources: [paper]\n"
        "corrections:\n- date: 2022-03-01\n  kind: correction\n  what: It rained.\n  claim: it-happened",
        Where.CHANGE,
    ),
)

# --- documents, and other files ----------------------------------------------------------

_DOCUMENTS = (
    Code(
        "extractor-missing",
        "A library that reads saved articles is not installed.",
        "`make author` installs what reads HTML and PDF. Plain text needs nothing.",
        "make site, then briefing draft article.html",
        "make author, then briefing draft article.html",
        Where.WORDS,
    ),
    Code(
        "wrong-form",
        "A saved document is in no form that can be read.",
        "HTML, plain text and PDF can; of citations BibTeX, RIS and CSL-JSON.",
        "briefing source add report.docx",
        "briefing source add report.pdf",
        Where.WORDS,
    ),
    Code(
        "encrypted",
        "A PDF is locked with a password.",
        "Save it without one, or save its text.",
        "briefing source add locked.pdf",
        "briefing source add unlocked.pdf",
        Where.WORDS,
    ),
    Code(
        "no-text",
        "No text was found in a saved document.",
        "A PDF may hold pictures of pages: a program that recognises text makes words of them.",
        "briefing source add scanned.pdf",
        "briefing source add recognised.pdf",
        Where.WORDS,
    ),
    Code(
        "too-complex",
        "A saved document takes too long to read, or too much memory.",
        "Save the article as plain text.",
        "briefing source add huge.html",
        "briefing source add huge.txt",
        Where.WORDS,
    ),
    Code(
        "not-in-lines",
        "A record cannot be added to a list that is not in lines of its own.",
        "Write the list with a dash at the beginning of each of its records.",
        "measures: [{id: theft, …}]",
        "measures:\n  - id: theft\n    …",
        Where.WORDS,
    ),
    Code(
        "link-state",
        "The file that keeps what is known of links has a line that says nothing.",
        "Programs write it, and nobody need edit it: delete the line, or take the file from an earlier version.",
        "a line that was edited by hand",
        "the line as it was written",
        Where.WORDS,
    ),
)

CODES: dict[str, Code] = {code.code: code for code in _codes()}
"""All codes, in the order in which they are documented."""
