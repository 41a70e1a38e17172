"""The codes of findings about alert packs, and about what is made for each of several things."""

from __future__ import annotations

from generator.diagnostics.codes import CodeDoc

CODES: dict[str, CodeDoc] = {
    "foreach/cluster": CodeDoc(
        "Conditions on a whole cluster",
        "`where` chooses among services. With `kind: cluster` something is made once for the project.",
    ),
    "foreach/no-match": CodeDoc(
        "A `forEach` that means nothing",
        "No service has the tier, the protocol and the labels that `where` asks for, so nothing is made. "
        "Mostly a value is misspelt.",
    ),
    "pack/alert-or-record": CodeDoc(
        "A rule that is neither or both", "A rule has either `alert` or `record`."
    ),
    "pack/duplicate": CodeDoc(
        "Two alert packs of one name", "The name identifies a pack within the project."
    ),
    "pack/of-the-cluster": CodeDoc(
        "A pack for the whole project in a service's list",
        "A pack with `forEach: {kind: cluster}` is made once for the project; no service has it.",
    ),
    "pack/parameter-name": CodeDoc(
        "A parameter that would hide a token",
        "`service`, `namespace`, `selector` and `workload` stand for what a pack is filled with. A parameter "
        "of such a name would take their place.",
    ),
    "pack/too-many-rules": CodeDoc(
        "A pack that makes too large a group",
        "A pack becomes one rule group per service, of at most 20 rules.",
    ),
    "pack/unknown": CodeDoc(
        "An alert pack that nobody defined", "Packs are documents of `kind: AlertPack` in `alerts/`."
    ),
    "pack/unknown-alert": CodeDoc(
        "A test that expects an alert that is not there",
        "`expect` names alerts of the same pack. promtool would say nothing about another name.",
    ),
    "pack/unknown-parameter": CodeDoc(
        "A parameter that the pack does not have",
        "A service may set the parameters that the pack lists, and no others.",
    ),
}
