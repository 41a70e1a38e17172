"""Bringing the output tree to what the artifacts say: the only code of the project that writes it.

The tree is first looked at without a lock. A run that finds nothing to do ends there and has touched nothing,
so that it also works where nothing may be written. Otherwise it takes the lock, looks again, and commits.

The lock is the file `.sightline/lock`. It stays: whoever deleted it could hand it to two runs at once. A
`.sightline/.gitignore`, written once and never changed, keeps it out of version control, together with
the stage and the journals that a killed run leaves.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.delivery.artifact import Artifact
from generator.diagnostics import Diagnostics
from generator.tree.commit import commit
from generator.tree.model import Changes, Claims, Encoded, Plan, Selection, encode
from generator.tree.observe import (
    LOCK,
    STATE,
    has_leftovers,
    is_safe,
    observe,
    read_claims,
    report_os_error,
    shown,
)
from generator.tree.plan import plan

LOCK_SECONDS = 30.0
"""How long a run waits for another one that writes the same tree."""


@dataclass(frozen=True, slots=True)
class _Survey:
    """A look at the tree: the plan, the claims behind it, and whether an earlier run must be cleaned up."""

    plan: Plan
    claims: Claims
    leftovers: bool


def apply(
    root: Path,
    project: str,
    artifacts: Sequence[Artifact],
    diagnostics: Diagnostics,
    *,
    only: Selection | None = None,
) -> Changes:
    """Write the output tree of `project` below `root`; all of it, or after an error nothing.

    `project` is a slug. Artifacts that `only` does not select are neither written nor pruned. Returns what
    was done; empty when `diagnostics` holds an error, before or afterwards. Errors are those of `encode` and
    `plan`, `tree/locked` when another run keeps the lock for `LOCK_SECONDS`, and `tree/io` for a refusal of
    the operating system; only after `tree/io` may the tree be partly new, and the next run completes it.
    """
    root = _absolute(root)
    encoded = encode(artifacts, diagnostics)
    if diagnostics.has_errors:
        return Changes()
    found = Diagnostics()
    survey = _survey(root, project, encoded, found, only)
    if survey is not None and (survey.plan.changes.differs or survey.leftovers):
        found = Diagnostics()
        survey = _commit_locked(root, project, encoded, found, only)
    diagnostics.items += found.items
    return survey.plan.changes if survey is not None else Changes()


def check(
    root: Path,
    project: str,
    artifacts: Sequence[Artifact],
    diagnostics: Diagnostics,
    *,
    only: Selection | None = None,
) -> Changes:
    """Find out what `apply` would do, with the same diagnostics; writes nothing at all, not even a lock."""
    root = _absolute(root)
    encoded = encode(artifacts, diagnostics)
    if diagnostics.has_errors:
        return Changes()
    survey = _survey(root, project, encoded, diagnostics, only)
    return survey.plan.changes if survey is not None else Changes()


def _absolute(root: Path) -> Path:
    """Give the folder that `root` names in words; `resolve` would follow links, which are refused later."""
    return Path(os.path.abspath(root))  # noqa: PTH100


def _survey(
    root: Path, project: str, encoded: Sequence[Encoded], diagnostics: Diagnostics, only: Selection | None
) -> _Survey | None:
    """Look at the tree and plan; None after an error.

    Wanted files are read before the manifests: what another run writes meanwhile is then listed already.
    """
    try:
        if not is_safe(root, project, diagnostics):
            return None
        existing = observe(root, (item.artifact.path for item in encoded), diagnostics)
        claims = read_claims(root, project, diagnostics)
        stale = {line.path: None for line in claims.own if line.path not in existing}
        existing |= observe(root, stale, diagnostics)
        leftovers = has_leftovers(root, project)
    except OSError as error:
        report_os_error("read", root, error, diagnostics)
        return None
    if diagnostics.has_errors:
        return None
    planned = plan(encoded, existing, claims, diagnostics, only=only)
    return None if diagnostics.has_errors else _Survey(planned, claims, leftovers)


def _commit_locked(
    root: Path, project: str, encoded: Sequence[Encoded], diagnostics: Diagnostics, only: Selection | None
) -> _Survey | None:
    """Take the lock, survey once more, and commit; None after an error."""
    from filelock import FileLock, Timeout  # costs 50 ms, and most runs of CI write nothing

    lock = root / STATE / LOCK
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=LOCK_SECONDS):
            survey = _survey(root, project, encoded, diagnostics, only)
            if survey is not None and (survey.plan.changes.differs or survey.leftovers):
                commit(root, survey.plan, survey.claims)
            return survey
    except Timeout:
        diagnostics.error(
            "tree/locked",
            f"another run has been writing {shown(root)} for more than {LOCK_SECONDS:g} seconds",
            None,
            fix="wait until it has ended, or end it",
        )
    except OSError as error:
        report_os_error("write", root, error, diagnostics)
    return None
