"""Commands for who puts a site online: init, changes, headers, zip, fresh, pictures, propose."""

import os
import sys
import tempfile
from pathlib import Path

import click

from briefing.cli.shared import BRIEFS, main, need_folder, readable, today
from briefing.corpus import Corpus
from briefing.wording import count

SITE = click.option(
    "--site-dir",
    "site",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("site"),
    show_default=True,
    help="The built site.",
)

AGAINST = click.option(
    "--against",
    "ref",
    required=True,
    metavar="REF",
    help="The git commit to compare with: origin/main, HEAD^1.",
)


def _fail(fault: Exception) -> None:
    """End with a message and exit code 1."""
    click.echo(str(fault), err=True)
    sys.exit(1)


@main.command("init")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--name", default="My briefing", show_default=True, help="The site's name.")
@click.option(
    "--program",
    metavar="OWNER/NAME@COMMIT",
    help="The program's repository and commit; adds the workflows that deploy from it.",
)
def init(folder: Path, name: str, program: str | None) -> None:
    """Begin a site of your own: settings, pages, topics, and one brief that passes the check.

    \b
    Example:
      briefing init our-site --name "Our site"
      cd our-site && briefing check && briefing serve
    """
    from briefing.hosting.starter import NotStarted, read_program, start

    try:
        written = start(folder, name, read_program(program) if program else None, today().year)
    except (NotStarted, OSError) as fault:
        return _fail(fault)
    for path in written:
        click.echo(path)
    if program is None:
        click.echo(
            "No workflow was written: to deploy from GitHub, name the program with --program "
            "OWNER/NAME@COMMIT in a new folder, or see the page “Start your own”.",
            err=True,
        )
    return None


def _before(root: Path, ref: str) -> Corpus:
    """Return what can be read of the record as it was at a commit."""
    from briefing.corpus import load
    from briefing.history import GitFailed, checkout

    with tempfile.TemporaryDirectory(prefix="briefing-") as folder:
        try:
            then = checkout(root, ref, Path(folder))
        except GitFailed as fault:
            raise click.UsageError(f"Cannot read {ref}: {fault}") from None
        return load(then, base=then.parent).corpus


@main.command("changes")
@AGAINST
@BRIEFS
def changes_(ref: str, root: Path) -> None:
    """Print, as Markdown, what readers would see changed since a git commit.

    Each brief, source, entity, measure, topic and term that differs is told row by row, with the words
    that went and those that came. `briefing check --against` says whether it may change so.
    """
    from briefing.changes import as_markdown, changes

    need_folder(root)
    click.echo(as_markdown(changes(_before(root, ref), readable(root))), nl=False)


@main.command("pictures")
@AGAINST
@SITE
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/pictures"),
    show_default=True,
    help="The folder for the pictures.",
)
@BRIEFS
def pictures(ref: str, site: Path, out: Path, root: Path) -> None:
    """Take pictures of the pages that a change touches, from the built site; of the home page always.

    Needs Playwright and Chromium, which `make browser` finds or installs. Nothing is fetched.
    """
    from briefing.hosting.screenshots import MOST_PAGES, NoPictures, changed_pages, take
    from briefing.view import Site, look

    need_folder(root)
    pages = changed_pages(look(_before(root, ref), Site("")), look(readable(root), Site("")))
    shown = tuple(dict.fromkeys([*pages[: MOST_PAGES - 1], "index.md"]))
    try:
        files = take(site, shown, out)
    except NoPictures as fault:
        return _fail(fault)
    click.echo(f"{count(len(pages), 'page')} changed; {count(len(files), 'picture')} in {out}", err=True)
    return None


@main.command("headers")
@SITE
@click.option(
    "--style",
    type=click.Choice(["headers", "nginx"]),
    default="headers",
    show_default=True,
    help="A `_headers` file for Cloudflare Pages or Netlify, or a file for nginx to include.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; the terminal unless given.",
)
def headers(site: Path, style: str, out: Path | None) -> None:
    """Write the response headers for a built site, with a strict Content-Security-Policy.

    The policy names the theme's own scripts by their hashes, which are read from the pages: write it
    anew after each build.

    \b
    Examples:
      briefing headers --out site/_headers
      briefing headers --style nginx --out /etc/nginx/briefing-headers.conf
    """
    from briefing.hosting.headers import HeadersFailed, HeaderStyle, read_inline, response_headers, write_down

    try:
        text = write_down(response_headers(read_inline(site)), HeaderStyle(style))
        if out:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(text, encoding="utf-8")
    except (HeadersFailed, OSError) as fault:
        return _fail(fault)
    click.echo(out or text, nl=out is not None, err=out is not None)
    return None


@main.command("zip")
@SITE
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("build/site.zip"),
    show_default=True,
    help="The zip file; without .zip at its end, a folder.",
)
def zip_(site: Path, out: Path) -> None:
    """Write a copy of the built site that works from a disk, without a web server or a network.

    Open index.html in the copy. Search needs the web: the lists of all pages stand in its place. The same
    site gives the same bytes; SOURCE_DATE_EPOCH dates the files in the zip.
    """
    from briefing.hosting.offline import NoSite, copy_offline

    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        copied = copy_offline(site, out, epoch=int(given) if given.isdecimal() else None)
    except (NoSite, OSError) as fault:
        return _fail(fault)
    click.echo(f"{count(copied.pages, 'page')}, {count(copied.files, 'file')} in {out}", err=True)
    return None


@main.command("fresh")
@click.argument("where", metavar="URL-OR-FOLDER")
@click.option(
    "--wait",
    type=click.IntRange(0, 3600),
    default=0,
    metavar="SECONDS",
    help="Ask again for so long if it is not.",
)
@BRIEFS
def fresh(where: str, wait: int, root: Path) -> None:
    """Say whether the published site has all that the record has; if not, end with exit code 1.

    Reads the site's list of briefs from the network, and nothing else.

    \b
    Examples:
      briefing fresh https://example.org/briefing/
      briefing fresh site
    """
    from briefing.hosting.freshness import NoAnswer, wait_until_fresh

    need_folder(root)
    try:
        found = wait_until_fresh(readable(root), where, wait)
    except NoAnswer as fault:
        return _fail(fault)
    click.echo(found.words)
    if not found.is_fresh:
        sys.exit(1)
    return None


@main.command("propose")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--branch", required=True, help="The branch for the proposal; never the main one.")
@click.option("--title", default="", help="The title of commit and pull request.")
@click.option("--body", default="", help="What the pull request says.")
@click.option("--base", default="main", show_default=True, help="The branch that it is for.")
@click.option(
    "--issues",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of issues to open: Markdown files that begin with a heading.",
)
@click.option("--label", default="dead-link", show_default=True, help="The label of the issues.")
@click.option(
    "--resume", "resuming", is_flag=True, help="Propose nothing: take up the files of an open proposal."
)
def propose_(
    files: tuple[Path, ...],
    branch: str,
    title: str,
    body: str,
    base: str,
    issues: Path | None,
    label: str,
    resuming: bool,
) -> None:
    """Propose changed files by a pull request, and open issues, with git and `gh`.

    For workflows: nothing is pushed to the main branch. Files that are as they were committed, and issues
    whose title is there, are passed over.
    """
    from briefing.hosting.proposing import NotProposed, Proposal, open_issues, propose, read_issues, resume

    project = Path.cwd()
    try:
        if resuming:
            there = resume(project, files, branch)
            click.echo(f"{'Took up' if there else 'There is no'} open proposal {branch}", err=True)
            return None
        if not title:
            raise click.UsageError("Give --title: the pull request's.")
        found = read_issues(issues) if issues else []
        done = propose(project, files, Proposal(branch, title, body, base))
        opened = open_issues(project, found, label)
    except NotProposed as fault:
        return _fail(fault)
    state = (
        "opened" if done.opened else "brought up to date" if done.pushed else "not needed: nothing changed"
    )
    click.echo(f"Pull request {state}; {count(opened, 'issue')} opened", err=True)
    return None
