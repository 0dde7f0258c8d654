"""What was published must not vanish or change without a trace.

`compare` is pure: the corpus of a commit and the one of today. `checkout` brings a commit's
files into a folder.
"""

import io
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from briefing.corpus import ClaimHandle, Corpus, Place, full_ref
from briefing.model import Brief, BriefStatus, Entity, Figure, Measure, Party, Source, Term, Topic
from briefing.problems import Mark, Problem, error, ordered


class GitFailed(Exception):
    """A commit could not be read. Its text says why."""


def checkout(root: Path, ref: str, into: Path) -> Path:
    """Write the folder `root` as it was at a commit below `into`, and return it there.

    Raises GitFailed where git, the commit or the folder is not there.
    """
    top = Path(_git(root, "rev-parse", "--show-toplevel").decode().strip())
    inside = root.resolve().relative_to(top.resolve()).as_posix()
    commit = (
        _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        .decode()
        .strip()
    )
    packed = _git(top, "archive", "--format=tar", commit, "--", inside)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(into, filter="data")
    return into / inside


def _git(folder: Path, *args: str) -> bytes:
    try:
        done = subprocess.run(["git", *args], cwd=folder, capture_output=True, check=False)
    except FileNotFoundError:
        raise GitFailed("git is not installed") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise GitFailed(said or "there is no such commit")
    return done.stdout


def compare(old: Corpus, new: Corpus) -> list[Problem]:
    """Return an error for each published id that is gone and each claim changed without a correction."""
    return ordered([*_vanished(old, new), *_changed(old, new)])


Records = Mapping[str, Brief | Source | Entity | Measure | Topic | Term]


def _vanished(old: Corpus, new: Corpus) -> Iterator[Problem]:
    tables: tuple[tuple[str, Records, Records], ...] = (
        ("brief", _published(old), _published(new)),
        ("source", old.sources, new.sources),
        ("entity", old.entities, new.entities),
        ("measure", old.measures, new.measures),
        ("topic", old.topics, new.topics),
        ("term", old.terms, new.terms),
    )
    for kind, before, after in tables:
        known = {*after, *(alias for record in after.values() for alias in record.aliases)}
        for id_, record in before.items():
            for gone in [i for i in (id_, *record.aliases) if i not in known]:
                yield error(
                    Mark(old.places[kind, id_].file), "published-id-gone", f"the {kind} {gone} was published and is gone",
                    f"bring it back, or add {gone} to the `aliases` of the {kind} that took its place",
                )  # fmt: skip


def _published(corpus: Corpus) -> dict[str, Brief]:
    return {i: b for i, b in corpus.briefs.items() if b.status is not BriefStatus.DRAFT}


def _successors(new: Corpus) -> dict[str, Brief]:
    found = dict(new.briefs)
    for brief in new.briefs.values():
        for alias in brief.aliases:
            found.setdefault(alias, brief)
    return found


@dataclass(frozen=True, slots=True)
class _Names:
    """Old ids of entities and measures with those of today: a new id changes no claim."""

    entities: Mapping[str, str]
    measures: Mapping[str, str]

    def party(self, party: Party) -> Party:
        """Return a party with today's ids."""
        entity, told = (self.entities.get(i or "", i) for i in (party.entity, party.told))
        return party.model_copy(update={"entity": entity, "told": told})

    def figure(self, figure: Figure) -> Figure:
        """Return a figure with today's ids."""
        measure = self.measures.get(figure.measure or "", figure.measure)
        estimator = self.entities.get(figure.estimator or "", figure.estimator)
        return figure.model_copy(update={"measure": measure, "estimator": estimator})


def _renamed(records: Mapping[str, Entity] | Mapping[str, Measure]) -> dict[str, str]:
    return {alias: id_ for id_, record in records.items() for alias in record.aliases}


def _changed(old: Corpus, new: Corpus) -> Iterator[Problem]:
    successors = _successors(new)
    names = _Names(_renamed(new.entities), _renamed(new.measures))
    for id_, before in _published(old).items():
        after = successors.get(id_)
        if after is None:
            continue
        place = new.places["brief", after.id]
        known = {(c.date, c.what) for c in before.corrections}
        traced = {
            full_ref(c.claim, after.id)
            for c in after.corrections
            if c.claim and (c.date, c.what) not in known
        }
        for claim in before.claims:
            for gone in [i for i in (claim.id, *claim.aliases) if _same(i, after, new) is None]:
                yield error(
                    place.mark(("claims",), key=True), "published-id-gone",
                    f"the claim {gone} was published and is gone",
                    f"bring it back with `status: retracted` and a correction, or add {gone} to a claim's `aliases`",
                )  # fmt: skip
            handle = _same(claim.id, after, new)
            if handle is not None and handle.ref not in traced:
                yield from _differences(old.claims[f"{id_}#{claim.id}"], handle, place, names)


def _same(claim_id: str, brief: Brief, corpus: Corpus) -> ClaimHandle | None:
    for claim in brief.claims:
        if claim.id == claim_id or claim_id in claim.aliases:
            return corpus.claims[f"{brief.id}#{claim.id}"]
    return None


def _differences(before: ClaimHandle, after: ClaimHandle, place: Place, names: _Names) -> Iterator[Problem]:
    then = before.claim.model_copy(
        update={
            "by": [names.party(p) for p in before.claim.by],
            "figures": [names.figure(f) for f in before.claim.figures],
        }
    )
    for name in ("text", "figures", "by", "status"):
        if getattr(then, name) != getattr(after.claim, name):
            yield error(
                place.mark(("claims", after.index, name), key=True), "changed-without-correction",
                f"the published claim {after.claim.id} has another `{name}`",
                f"add an entry with `claim: {after.claim.id}` to the brief's `corrections`",
            )  # fmt: skip
