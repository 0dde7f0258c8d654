"""All pages of a site."""

from briefing.corpus import Corpus
from briefing.evidence import gather
from briefing.pages import briefs, chronicle, comparing, registries, rulebook, topics
from briefing.pages.context import Context, Page, Site
from briefing.rivals import find_disputes


def render_site(corpus: Corpus, site: Site, *, drafts: bool = False) -> list[Page]:
    """Return every page that is made from the corpus; those written by hand are not among them.

    `drafts` adds the briefs that are not published yet, for a preview.
    """
    shown = corpus if drafts else corpus.published()
    context = Context(shown, gather(shown), find_disputes(shown), site)
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
    ]


__all__ = ["Page", "Site", "render_site"]
