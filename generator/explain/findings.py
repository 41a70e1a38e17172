"""What a finding means: the tables of codes of every area, as one."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc


def code_tables() -> dict[str, CodeDoc]:
    """Every diagnostic code with its documentation, from the tables of all areas."""
    from generator.diagnostics.codes import CODES
    from generator.foreign.codes import CODES as FOREIGN_CODES
    from generator.grafana.codes import CODES as GRAFANA_CODES
    from generator.links.codes import CODES as LINK_CODES
    from generator.live.codes import CODES as LIVE_CODES
    from generator.promql.codes import CODES as PROMQL_CODES
    from generator.proof.codes import CODES as PROOF_CODES
    from generator.rules.codes import CODES as RULE_CODES
    from generator.sli.codes import CODES as SLI_CODES
    from generator.spec.codes import CODES as SPEC_CODES
    from generator.tree.codes import TREE_CODES

    written = CODES | SPEC_CODES | SLI_CODES | PROMQL_CODES | RULE_CODES | LINK_CODES
    found = written | GRAFANA_CODES | TREE_CODES | LIVE_CODES | PROOF_CODES | FOREIGN_CODES
    return dict(sorted(found.items()))


def explain_code(code: str) -> str | None:
    """What a diagnostic's code means, or None when there is no such code."""
    doc = code_tables().get(code)
    if doc is None:
        return None
    example = f"\nFor example:\n\n{_indented(doc.example)}" if doc.example else ""
    return f"{code}: {doc.title}\n\n{doc.explanation}\n{example}"


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())
