"""The diagnostic codes of alert texts and packs."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
    "alert/template": CodeDoc(
        "An annotation that Prometheus cannot expand",
        "Annotations are Go templates. An action that is not closed makes Prometheus refuse the whole rule "
        "file; an unknown "
        "function or variable prints an error in place of the text.",
        "summary: '{{ $labels.service is down'\n",
    ),
    "pack/placeholder": CodeDoc(
        "A placeholder that cannot be filled",
        "In the annotations of a pack, `<< service >>`, `<< namespace >>` and the pack's parameters are "
        "filled in. Anything else "
        "between these marks is a mistake. Go templates (`{{ }}`) are left alone.",
    ),
    "promql/duplicate-rule": CodeDoc(
        "Two rules that write the same series",
        "A record or alert with the same name and labels twice: Prometheus would get two values for one "
        "series and keep either.",
    ),
    "promql/token": CodeDoc(
        "A token that cannot be replaced",
        "`$window`, `$selector`, `$service`, `$namespace` and a pack's parameters stand for a whole token "
        "of PromQL. They are "
        "not replaced inside strings, nor as a part of a longer word.",
    ),
}
