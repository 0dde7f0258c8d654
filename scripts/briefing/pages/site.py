"""All pages of a site."""

from briefing.pages import (
    briefs,
    chronicle,
    comparing,
    data,
    reference,
    registries,
    rulebook,
    searching,
    topics,
)
from briefing.pages.context import Context, Page
from briefing.view import View


def render_pages(view: View) -> list[Page]:
    """Return every page that is made from the corpus; those written by hand are not among them."""
    context = Context(view.corpus, view.evidence, view.disputes, view.site)
    shown = view.corpus
    return [
        topics.home(context),
        *(topics.topic(context, t) for t in shown.topics.values()),
        topics.brief_list(context),
        *(briefs.brief(context, b) for b in shown.briefs.values()),
        registries.entity_list(context),
        *(registries.entity(context, e) for e in shown.entities.values()),
        registries.source_list(context),
        *(registries.source(context, s) for s in shown.sources.values()),
        registries.glossary(context),
        comparing.measure_list(context),
        *(comparing.measure(context, m) for m in shown.measures.values()),
        comparing.disputed(context),
        chronicle.timeline(context),
        chronicle.corrections(context),
        rulebook.rules(context),
        reference.reference(context),
        data.data(context),
        searching.search(context),
    ]
