"""A process that stays builds the same site as one that begins anew, by what has changed."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from briefing.build import build
from briefing.engine.stage import Stage
from briefing.engine.state import Known, Task, Written
from briefing.notices import Notices
from briefing.publishing import BuildFailed, only_builder_of, retained
from briefing.rebuilding import Workshop, keep_building
from briefing.timing import Timings

from .test_engine import BRIEF, CHANGES, _spoil_site, _write, clean, edit, tree

BRIEFING = Path(sys.executable).parent / "briefing"
REPORT = "2022-02-05-report"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project whose record has something of everything."""
    return _write(tmp_path / "project")


@pytest.fixture
def workshop(project: Path) -> Iterator[Workshop]:
    """Give a workshop that has built the site once."""
    found = Workshop(project / "mkdocs.yml", jobs=1)
    found.build()
    yield found
    found.close()


def report(project: Path) -> Path:
    """Return the file of a brief."""
    return project / f"briefs/2022/{REPORT}.yml"


def beside(site: Path) -> list[str]:
    """Return what builds work in beside a site, or have left there, but for what is kept of the last site."""
    found = (p.name for p in site.parent.iterdir() if p.name.startswith(f".{site.name}-"))
    return sorted(name for name in found if name != retained(site).name)


def marks(project: Path) -> dict[Path, tuple[int, int]]:
    """Return what tells that a file of the project has changed."""
    found = {}
    for path in project.rglob("*"):
        inside = path.relative_to(project)
        if inside.parts[0] not in ("site", ".cache") and not inside.parts[0].startswith(".site"):
            stat = path.stat()
            if path.is_file():
                found[path] = stat.st_mtime_ns, stat.st_ino
    return found


def test_each_change_alone(
    project: Path, workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind of change, one after another: of the record, of what is written by hand, of the cache.

    Every file counts as large: it is looked over by what differs, and its sum is that of whoever wrote it.
    """
    monkeypatch.setattr("briefing.inventory.LARGE", 0)
    monkeypatch.setattr("briefing.machine_files.LARGE", 0)
    for n, change in enumerate(c for c in dict.fromkeys(CHANGES) if c is not _spoil_site):
        before = marks(project)
        change(project, n)
        now = marks(project)
        workshop.build({p for p in before.keys() | now.keys() if before.get(p) != now.get(p)})
        if n % 3 == 2:
            assert tree(project / "site") == clean(project, tmp_path / "whole"), change.__name__
            (stage,) = beside(project / "site")
            assert tree(project / stage) == tree(project / "site"), change.__name__
    assert tree(project / "site") == clean(project, tmp_path / "whole")


def test_an_edit_costs_what_it_changes(project: Path, workshop: Workshop) -> None:
    """One page is rendered anew, nothing is begun anew, and the next edit starts from a whole folder."""
    site = project / "site"
    edit(project, REPORT, "It pays for missiles.", "It pays for more.")
    timings = Timings()
    built = workshop.build({report(project)}, timings)
    assert built.replaced
    assert 1 <= built.rendered <= 4
    assert "It pays for more." in (site / f"briefs/{REPORT}/index.html").read_text()
    assert "for the next build" in {phase.name for phase in timings.phases}
    (stage,) = beside(site)
    assert tree(site.parent / stage) == tree(site)
    assert not workshop.build({report(project)}).replaced
    assert not build(project / "mkdocs.yml", jobs=1).replaced  # a process of its own finds it up to date


def test_what_is_wrong_leaves_the_site_and_what_is_held(project: Path, workshop: Workshop) -> None:
    """Faults in a file, or between files: nothing was written, so that the next build is a quick one."""
    site, good = project / "site", report(project).read_text()
    before = tree(site)
    for wrong in (good.replace("topics:", "topic:"), good.replace("[weapons]", "[weapon]")):
        if wrong == good:
            continue
        report(project).write_text(wrong)
        with pytest.raises(BuildFailed):
            workshop.build({report(project)})
        assert tree(site) == before
    report(project).write_text(good.replace("It pays for missiles.", "It pays for more."))
    timings = Timings()
    workshop.build({report(project)}, timings)
    assert "for the next build" in {phase.name for phase in timings.phases}
    assert tree(site) == clean(project, project.parent / "whole")


def test_a_folder_that_is_half_made_is_not_used_again(
    project: Path, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a build fails after it has written, the next one begins anew."""
    site = project / "site"
    before = tree(site)
    edit(project, REPORT, "It pays for missiles.", "It pays for more.")
    with monkeypatch.context() as patch:

        def refuse(*_: object) -> None:
            raise BuildFailed("no")

        patch.setattr("briefing.making._verify", refuse)
        with pytest.raises(BuildFailed, match="no"):
            workshop.build({report(project)})
    assert tree(site) == before
    assert not beside(site)
    workshop.build({report(project)})
    assert tree(site) == clean(project, project.parent / "whole")


def test_what_a_watch_leaves_another_process_begins_with(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the other way round. Whatever somebody has laid into it meanwhile is no part of any site."""
    monkeypatch.setattr("briefing.publishing._NEARLY_ALL", 0)
    site, settings = project / "site", project / "mkdocs.yml"
    for n in range(4):
        edit(project, REPORT, f"It pays for {n or 'missiles'}.", f"It pays for {n + 1}.")
        if n % 2:
            workshop = Workshop(settings, jobs=1)
            workshop.build()
            (stage,) = beside(site)
            assert tree(site.parent / stage) == tree(site)
            workshop.close()
        else:
            build(settings, jobs=1)
        assert tree(site) == clean(project, project.parent / "whole")
        assert not beside(site)
        assert retained(site).is_dir() == (n > 0)
        for place in (site, retained(site)):
            if place.is_dir():
                (place / "strange").mkdir(exist_ok=True)
                (place / "strange" / "x.html").write_text("x")


def test_a_watch_that_cannot_begin_keeps_what_was_kept(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in a file is no reason to begin without it when that is mended."""
    monkeypatch.setattr("briefing.publishing._NEARLY_ALL", 0)
    build(project / "mkdocs.yml", jobs=1)
    edit(project, REPORT, "It pays for missiles.", "It pays for more.")
    build(project / "mkdocs.yml", jobs=1)
    kept = retained(project / "site").stat().st_ino
    report(project).write_text("title: [\n")
    workshop = Workshop(project / "mkdocs.yml", jobs=1)
    with pytest.raises(BuildFailed):
        workshop.build()
    assert retained(project / "site").stat().st_ino == kept
    assert not beside(project / "site")


def test_another_build_in_between_is_noticed(project: Path, workshop: Workshop) -> None:
    """What is held is of another site then."""
    brief = project / "briefs/2022/2022-03-01-new.yml"
    brief.write_text(BRIEF.format(n=1, title="New"))
    build(project / "mkdocs.yml", jobs=1)
    edit(project, REPORT, "It pays for missiles.", "It pays for more.")
    workshop.build({report(project)})  # it was not told of the new brief
    assert tree(project / "site") == clean(project, project.parent / "whole")


def test_a_lost_site_is_built_anew(project: Path, workshop: Workshop) -> None:
    """Somebody has removed the folder."""
    shutil.rmtree(project / "site")
    edit(project, REPORT, "It pays for missiles.", "It pays for more.")
    workshop.build({report(project)})
    assert tree(project / "site") == clean(project, project.parent / "whole")


def test_a_claimed_folder_is_not_cleared_away(tmp_path: Path) -> None:
    """Another build clears what killed ones have left, but not what a living one keeps."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "a.txt").write_text("a")
    (tmp_path / ".site-abcdefgh").mkdir()
    stage = Stage(site)
    file = Written("a.txt", 1, (site / "a.txt").stat().st_mtime_ns, "x")
    stage.follow(Known({}, {}, {"t": Task("t", "", "", "", False, (), (file,))}))
    with only_builder_of(site):
        pass
    assert beside(site) == [stage.path.name]
    assert (stage.path / "a.txt").read_text() == "a"
    stage.close()
    assert not beside(site)


def test_other_plugins_are_built_whole(project: Path) -> None:
    """They may need every page: nothing is held."""
    settings = project / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("plugins: [briefing]", "plugins: [briefing, search]"))
    workshop = Workshop(settings, jobs=1)
    workshop.build()
    edit(project, REPORT, "It pays for missiles.", "It pays for more.")
    assert workshop.build({report(project)}).replaced
    assert "It pays for more." in (project / f"site/briefs/{REPORT}/index.html").read_text()
    workshop.close()


def test_where_nothing_can_be_kept_each_build_is_a_whole_one(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache's folder cannot be written: nothing is held, and nothing left behind."""
    monkeypatch.setattr("briefing.build.os.access", lambda *_: False)
    workshop = Workshop(project / "mkdocs.yml", jobs=1)
    workshop.build()
    edit(project, REPORT, "It pays for missiles.", "It pays for more.")
    assert workshop.build({report(project)}).replaced
    assert not beside(project / "site")
    workshop.close()
    assert "It pays for more." in (project / f"site/briefs/{REPORT}/index.html").read_text()


def test_changes_of_files_are_told(tmp_path: Path) -> None:
    """In a folder and beside it, whatever a file is called."""
    folder, other = tmp_path / "in", tmp_path / "new\nline.yml"
    folder.mkdir()
    other.write_text("one")
    notices = Notices([folder, other])
    (folder / "a.yml").write_text("a")
    assert notices.changes() == {folder / "a.yml"}
    other.write_text("two")
    assert notices.changes() == {other}
    notices.close()


def test_a_watch_that_ends_is_told(tmp_path: Path) -> None:
    """Whoever waits does not wait for ever."""
    notices = Notices([tmp_path])
    notices._process.kill()
    assert notices.changes() == set()
    notices.close()


def test_it_builds_again_until_the_watch_ends(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round is told; settings that name other folders are watched from then on."""
    seen: list[list[Path]] = []
    steps: Iterator[Callable[[], object]] = iter([
        lambda: edit(project, REPORT, "It pays for missiles.", "It pays for more."),
        lambda: report(project).write_text("title: [\n"),
        lambda: (project / "mkdocs.yml").write_text(
            (project / "mkdocs.yml").read_text() + "watch: [docs/about.md]\n"
        ),
    ])  # fmt: skip
    changed = iter([{report(project)}, {report(project)}, {project / "mkdocs.yml"}, set[Path]()])

    class Scripted:
        def __init__(self, paths: list[Path]) -> None:
            seen.append(paths)

        def changes(self) -> set[Path]:
            with contextlib.suppress(StopIteration):
                next(steps)()
            return next(changed)

        def close(self) -> None:
            pass

    monkeypatch.setattr("briefing.rebuilding.Notices", Scripted)
    told: list[str] = []
    keep_building(
        Workshop(project / "mkdocs.yml", jobs=1),
        lambda result, _: told.append(type(result).__name__),
    )
    assert told == ["Built", "Built", "BuildFailed", "BuildFailed"]
    assert len(seen) == 2
    assert project / "docs/about.md" in seen[1]
    assert not beside(project / "site")


def wait_for(path: Path, text: str, process: "subprocess.Popen[str]") -> None:
    """Wait until a file has a text."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if text in path.read_text():
                return
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.05)
    raise AssertionError(f"{path} has no {text!r}")


def test_the_command_publishes_what_is_saved(project: Path) -> None:
    """A save is in the site, a fault leaves it, Ctrl-C ends it and leaves nothing behind."""
    page = project / f"site/briefs/{REPORT}/index.html"
    with subprocess.Popen(
        [BRIEFING, "build", "--watch", "--timings"],
        cwd=project,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_CACHE_HOME": str(project / ".xdg")},
    ) as process:
        try:
            wait_for(page, "It pays for missiles.", process)
            good = report(project).read_text()
            report(project).write_text(good.replace("It pays for missiles.", "It pays for more."))
            wait_for(page, "It pays for more.", process)
            report(project).write_text("title: [\n")
            time.sleep(0.5)
            report(project).write_text(good.replace("It pays for missiles.", "It pays for most."))
            wait_for(page, "It pays for most.", process)
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=60)[1]
        finally:
            process.kill()
    assert process.returncode == 0
    assert "pages made anew; the site is in" in said
    assert "The site was not built, the last one stands: the briefs have 1 error" in said
    assert "Traceback" not in said
    assert not beside(project / "site")
    assert tree(project / "site") == clean(project, project.parent / "whole")


@pytest.mark.parametrize("option", ["--clean", "--shard=1/2", "--engine=zensical"])
def test_the_command_refuses_what_does_not_go_with_it(option: str, project: Path) -> None:
    """It says what does."""
    done = subprocess.run(
        [BRIEFING, "build", "--watch", option], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "--watch goes with --site-dir, --strict, --jobs and --timings only" in done.stderr
