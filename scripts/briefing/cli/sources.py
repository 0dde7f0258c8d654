"""Commands that read saved documents: source add, draft."""

import sys
from pathlib import Path

import click

from briefing.authoring.draft import draft_text, propose
from briefing.authoring.reading import Form, read_article, read_citations
from briefing.authoring.sources import Registry
from briefing.cli.shared import (
    BRIEFS,
    help_editors,
    main,
    need_accepted,
    or_exit,
    readable,
    today,
    written,
)
from briefing.corpus import load
from briefing.model import Access, SourceKind
from briefing.model.dates import parse_partial
from briefing.model.fields import read_slug
from briefing.model.validate import nearest
from briefing.wording import count


@main.group()
def source() -> None:
    """Work on the registry of documents: briefs/sources/. Nothing is fetched from the network."""


@source.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@BRIEFS
@click.option(
    "--from",
    "form",
    type=click.Choice([f.value for f in Form if f.is_citations]),
    help="FILE holds citations: BibTeX, RIS or CSL-JSON. Every work in it is taken.",
)
@click.option("--id", "id_", metavar="ID", help="The record's id; publisher, date and title unless given.")
@click.option("--kind", type=click.Choice([k.value for k in SourceKind]), help="Who speaks in it.")
@click.option(
    "--access", type=click.Choice([a.value for a in Access]), help="Whether this site could read it."
)
@click.option("--force", is_flag=True, help="Add it even if the registry has it.")
def source_add(
    file: Path,
    root: Path,
    form: str | None,
    id_: str | None,
    kind: str | None,
    access: str | None,
    force: bool,
) -> None:
    """Write the source record of a saved article, or of the works in a file of citations.

    FILE is HTML, plain text or PDF. What the document says of itself is proposed: title, publisher,
    author, date, language and address. If the registry has the document, its id is printed instead
    and the exit code is 1.

    \b
    Examples:
      briefing source add ~/Downloads/article.html
      briefing source add report.pdf --kind official --id un-panel-2022-03
      briefing source add --from bib library.bib
    """
    corpus = readable(root)
    day = today()
    if form and id_:
        raise click.UsageError("--id names one document; a file of citations may hold many.")
    if id_ is not None:
        need_accepted(read_slug, id_)
    if form:
        works = or_exit(read_citations(file, Form(form), day))
        found = [(work, Form(form)) for work in works]
    else:
        article = or_exit(read_article(file, day))
        found = [(article.description, article.form)]
    registry = Registry(corpus)
    refused = not found
    for description, of in found:
        known = None if force else registry.known(description)
        if known:
            click.echo(f"{known.id} is the same document: it has the same {known.why}", err=True)
            click.echo(known.id)
            refused = True
            continue
        proposal = registry.propose(
            description,
            of,
            id_=id_,
            kind=SourceKind(kind) if kind else None,
            access=Access(access) if access else None,
        )
        refused |= not written(root / "sources" / f"{proposal.record.id}.yml", proposal.text)
        registry.add(proposal.record)
        for note in proposal.notes:
            click.echo(f"  {note}", err=True)
    if not found:
        click.echo(f"{file} holds no citation", err=True)
    help_editors(root, load(root).corpus)
    if refused:
        sys.exit(1)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@BRIEFS
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, such as briefs/2022/2022-02-05-panel-report.yml; printed unless given.",
)
@click.option("--source", "source_id", metavar="ID", help="The article's record, where the registry has it.")
@click.option("--date", metavar="DATE", help="The article's date, where it gives none: 2022-02-05.")
def draft(file: Path, root: Path, out: Path | None, source_id: str | None, date: str | None) -> None:
    """Propose a brief from a saved article: claims, figures, quotations, dates and names found in it.

    Every value is proposed and marked with ??. Nothing passes `briefing check` until you have
    looked at each and taken its mark away.

    \b
    Examples:
      briefing draft article.html
      briefing draft article.txt --date 2022-02-06 --out briefs/2022/2022-02-05-panel-report.yml
    """
    corpus = readable(root)
    day = today()
    if date is not None:
        need_accepted(parse_partial, date)
    if source_id is not None and source_id not in corpus.sources:
        near = nearest(source_id, corpus.sources)
        raise click.UsageError(
            f"There is no source {source_id}." + (f" Did you mean {near}?" if near else "")
        )
    if out is not None and out.exists():
        raise click.UsageError(f"{out} is there already. Name another file.")
    article = or_exit(read_article(file, day))
    registry = Registry(corpus)
    known = registry.known(article.description)
    id_ = source_id or (known.id if known else None)
    if id_ is None:
        id_ = registry.propose(article.description, article.form).record.id
        click.echo(
            f"The registry does not have the article: run briefing source add {file} --id {id_}", err=True
        )
    record = corpus.sources.get(id_)
    told = record.issued.text if record and record.issued else None
    proposed = propose(article, corpus, date or told)
    if not proposed.candidates:
        click.echo(f"{file}: no sentence in it gives a number, a quotation or who says so", err=True)
        sys.exit(1)
    text = draft_text(proposed, corpus, id_, is_known=record is not None, today=day)
    if out is None:
        click.echo(text, nl=False)
    elif not written(out, text):
        sys.exit(1)
    click.echo(f"{count(len(proposed.candidates), 'claim')} proposed; look at each", err=True)
