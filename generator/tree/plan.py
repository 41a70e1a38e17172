"""What a run would do to the output tree: a function of the artifacts, the files there and the manifests.

A project owns what its manifest lists. It overwrites and removes only that; what is there and not listed is
refused unless it already holds the wanted bytes, and what another project's manifest lists is refused always.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from generator.delivery.artifact import Artifact
from generator.diagnostics import Diagnostics, Related
from generator.tree.manifest import Line, render_manifest
from generator.tree.model import Changes, Claims, Encoded, Entry, Kind, Plan, Selection, start_of
from generator.tree.paths import collisions


@dataclass(slots=True)
class _Draft:
    """A plan in the making."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    writes: list[Encoded] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def plan(
    artifacts: Sequence[Encoded],
    existing: Mapping[str, Entry],
    claims: Claims,
    diagnostics: Diagnostics,
    *,
    only: Selection | None = None,
) -> Plan:
    """Compare the wanted tree with the one that is there.

    `artifacts` come from `encode`; `existing` holds an entry for each of them and for each path of
    `claims.own`. Artifacts that `only` does not select are neither written nor pruned and keep their lines of
    the manifest; for a line that is no longer generated `only` sees an artifact without text.

    Errors: `tree/path-collision`, `tree/other-project`, `tree/foreign-file`, `tree/symlink`,
    `tree/not-a-file`, `tree/not-a-folder`. Warning: `tree/edited-file`. After an error the plan must not be
    carried out.
    """
    draft = _Draft()
    owned: dict[str, list[Line]] = {}
    for line in claims.own:
        owned.setdefault(line.path, []).append(line)
    _report_collisions(artifacts, claims, diagnostics)
    _report_others(artifacts, claims, diagnostics, only)
    for item in artifacts:
        path = item.artifact.path
        if only is not None and not only(item.artifact):
            draft.lines += owned.pop(path, [])
        else:
            lines = owned.pop(path, [])
            if path not in claims.others:
                _plan_wanted(item, existing[path], lines, draft, diagnostics)
    for path, lines in sorted(owned.items()):
        if only is not None and not any(only(Artifact(path, "", line.source)) for line in lines):
            draft.lines += lines
        elif path not in claims.others:
            _plan_stale(path, existing[path], lines, draft, diagnostics)
    return _finish(draft, claims)


def _plan_wanted(
    item: Encoded, entry: Entry, owned: list[Line], draft: _Draft, diagnostics: Diagnostics
) -> None:
    """Decide what becomes of a generated file."""
    path = item.artifact.path
    if _report_obstacle(path, entry, diagnostics):
        return
    draft.lines.append(item.line)
    if entry.kind is Kind.ABSENT:
        draft.created.append(path)
    elif entry.sha256 == item.sha256:
        draft.unchanged.append(path)
        return
    elif not owned:
        diagnostics.error(
            "tree/foreign-file",
            f"{path} is generated, but a file is there that this project did not write",
            start_of(item.artifact.source),
            cause="Only files that the project's manifest lists are overwritten.",
            fix="move or delete that file, or rename what generates this one",
        )
    else:
        draft.changed.append(path)
        _note_edit(path, entry, owned, draft, diagnostics)
    draft.writes.append(item)


def _plan_stale(path: str, entry: Entry, owned: list[Line], draft: _Draft, diagnostics: Diagnostics) -> None:
    """Decide what becomes of a file that was generated once and is no longer."""
    hidden = entry.at != path and entry.kind is not Kind.SYMLINK
    if entry.kind is Kind.ABSENT or hidden:
        draft.gone.append(path)
    elif not _report_obstacle(path, entry, diagnostics):
        draft.removed.append(path)
        _note_edit(path, entry, owned, draft, diagnostics)


def _note_edit(path: str, entry: Entry, owned: list[Line], draft: _Draft, diagnostics: Diagnostics) -> None:
    """Warn when a file that is about to go holds something that no run has written."""
    if entry.sha256 in {line.sha256 for line in owned}:
        return
    draft.edited.append(path)
    diagnostics.warning(
        "tree/edited-file",
        f"{path} is not as it was generated; what was changed in it is lost",
        start_of(owned[-1].source),
        cause="Generated files belong to `generate`. A merge of two branches looks like an edit, too.",
        fix="make the change in the source",
    )


def _finish(draft: _Draft, claims: Claims) -> Plan:
    """Turn a finished draft into a plan."""
    manifest = render_manifest(draft.lines) if draft.lines else None
    changes = Changes(
        created=tuple(draft.created),
        changed=tuple(draft.changed),
        removed=tuple(draft.removed),
        unchanged=tuple(draft.unchanged),
        overwritten_edits=tuple(sorted(draft.edited)),
        manifest_changed=manifest != claims.manifest,
    )
    return Plan(changes, tuple(draft.writes), tuple(draft.gone), manifest)


def _report_obstacle(path: str, entry: Entry, diagnostics: Diagnostics) -> bool:
    """Report what makes it impossible to replace or delete the file at `path`; say whether anything does."""
    if entry.kind is Kind.ABSENT or (entry.kind is Kind.FILE and entry.at == path):
        return False
    if entry.kind is Kind.SYMLINK:
        diagnostics.error(
            "tree/symlink",
            f"{entry.at} in the output folder is a symbolic link",
            None,
            cause="Links are not followed: they could lead out of the output folder.",
            fix="delete the link",
        )
    elif entry.at == path:
        diagnostics.error(
            "tree/not-a-file",
            f"{path} is generated, but a {entry.kind} is there",
            None,
            fix=f"move the {entry.kind} away",
        )
    else:
        diagnostics.error(
            "tree/not-a-folder",
            f"{entry.at} is a folder of generated files, but a {entry.kind} is there",
            None,
            fix=f"move the {entry.kind} away",
        )
    return True


def _report_collisions(artifacts: Sequence[Encoded], claims: Claims, diagnostics: Diagnostics) -> None:
    """Report artifacts that are one file on some disk, or a file and its own folder."""
    by_path = {item.artifact.path: item.artifact for item in reversed(artifacts)}
    paths = (item.artifact.path for item in artifacts)
    for path, other in collisions(paths, claims.others):
        owner = claims.others.get(other)
        origin = start_of(by_path[other].source) if other in by_path else None
        whose = f'{other} of project "{owner}"' if owner else other
        diagnostics.error(
            "tree/path-collision",
            f"two files are generated as {path}" if path == other else f"{path} collides with {whose}",
            start_of(by_path[path].source),
            cause="Some file systems ignore case and Unicode form: one of the two would replace the other.",
            fix="rename one of them",
            related=[Related(origin, "the other one comes from here")] if origin else (),
        )


def _report_others(
    artifacts: Sequence[Encoded], claims: Claims, diagnostics: Diagnostics, only: Selection | None
) -> None:
    """Report the paths that another project owns: one diagnostic per project, as a rename hits them all."""
    taken: dict[str, list[str]] = {}
    for path in _selected_paths(artifacts, only):
        if path in claims.others:
            taken.setdefault(claims.others[path], []).append(path)
    for owner, paths in sorted(taken.items()):
        more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
        diagnostics.error(
            "tree/other-project",
            f'project "{owner}" owns {", ".join(paths[:3])}{more}, which "{claims.project}" generates too',
            None,
            cause="Projects that share an output folder never overwrite each other's files.",
            fix="generate into another folder with --out; if the project was renamed, rename "
            f".sightline/{owner}.manifest to .sightline/{claims.project}.manifest",
        )


def _selected_paths(artifacts: Sequence[Encoded], only: Selection | None) -> Iterator[str]:
    return (item.artifact.path for item in artifacts if only is None or only(item.artifact))
