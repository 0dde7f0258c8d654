"""The page of rules: editorial ones, from the rules themselves, and what each other code means."""

from briefing.codes import CODES, Code
from briefing.markdown import Markdown, explained
from briefing.pages.context import Context, Page
from briefing.rules import RULES
from briefing.wording import count


def rules(context: Context) -> Page:
    """Return the page of rules: each code with its severity and what an author should know of it."""
    return context.page(
        "rules.md",
        "rules",
        title="Rules",
        description="What the checker asks of every brief, and why.",
        kind="list",
        hide=("navigation",),
        total=count(len(RULES), "rule"),
        rules=[
            (r.code, str(r.severity), explained(r.summary), _paragraphs(r.documentation))
            for r in RULES.values()
        ],
        codes=[_code(c) for c in CODES.values()],
    )


def _code(code: Code) -> tuple[str, str, Markdown, str, Markdown, Markdown]:
    """Return a code, its severity, its words, what introduces the wrong example, that and the right one."""
    words = explained(f"{code.says} {code.why}")
    return code.code, str(code.severity), words, code.place, _block(code.wrong), _block(code.right)


def _block(example: str) -> Markdown:
    """Return an example as a block of code: indented, with a sign for each character that does not show."""
    lines = [line if len(line) <= 100 else f"{line[:96]} …" for line in example.rstrip().split("\n")]
    shown = ["".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in line) for line in lines]
    return Markdown("\n".join(f"    {line}".rstrip() for line in shown))


def _paragraphs(documentation: str) -> list[Markdown]:
    """Return the paragraphs after the first sentence, each on one line."""
    rest = documentation.partition("\n")[2].strip()
    return [explained(p) for p in rest.split("\n\n") if p.strip()]
