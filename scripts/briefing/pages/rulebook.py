"""The page of editorial rules, made from the rules themselves."""

from briefing.pages.context import Context, Page
from briefing.rules import RULES
from briefing.wording import count


def rules(context: Context) -> Page:
    """Return the page of rules: code, severity, and the docstring that is the documentation."""
    return context.page(
        "rules.md",
        "rules",
        title="Rules",
        description="What the checker asks of every brief, and why.",
        kind="list",
        hide=("navigation",),
        total=count(len(RULES), "rule"),
        rules=[(r.code, str(r.severity), r.summary, _paragraphs(r.documentation)) for r in RULES.values()],
    )


def _paragraphs(documentation: str) -> list[str]:
    """Return the paragraphs after the first sentence, each on one line."""
    rest = documentation.partition("\n")[2].strip()
    return [" ".join(p.split()) for p in rest.split("\n\n") if p.strip()]
