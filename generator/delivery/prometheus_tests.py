"""Packs' tests as promtool's unit tests, a file beside each rule file: `promtool test rules` runs them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from generator import names
from generator.delivery.artifact import Artifact
from generator.delivery.prometheus import header, quoted
from generator.rules.model import RuleGroup, UnitTest
from generator.spec.content import AlertPack
from generator.spec.model import Service


def artifacts(
    tested: Iterable[tuple[Service, tuple[RuleGroup, ...], tuple[UnitTest, ...]]],
) -> Iterator[Artifact]:
    """The test file of each service that has a tested pack."""
    for service, groups, tests in tested:
        if tests:
            rules = names.rules_path(service.namespace, service.name)
            path = names.rule_tests_path(service.namespace, service.name)
            yield Artifact(path, test_file(path, rules, groups, tests, service.source), service.source)


def cluster_artifacts(
    tested: Iterable[tuple[AlertPack, RuleGroup, tuple[UnitTest, ...]]],
) -> Iterator[Artifact]:
    """The test file of each tested pack for the whole project."""
    for pack, group, tests in tested:
        if tests:
            rules, path = names.cluster_rules_path(pack.name), names.cluster_rule_tests_path(pack.name)
            yield Artifact(path, test_file(path, rules, (group,), tests, pack.source), pack.source)


def test_file(
    path: str, rules: str, groups: Iterable[RuleGroup], tests: tuple[UnitTest, ...], source: str
) -> str:
    """The text of a test file at `path` for the rule file at `rules`.

    promtool evaluates all groups alike, here as often as the test that wants it most often, in the order of
    the file: without `group_eval_order` it would take any.
    """
    relative = posixpath.relpath(rules, posixpath.dirname(path))
    parts = [
        header(source),
        f"rule_files:\n  - {quoted(relative)}\n",
        f"evaluation_interval: {min(test.evaluation for test in tests)}\n",
        "group_eval_order:\n",
        *(f"  - {quoted(group.name)}\n" for group in groups),
        "tests:\n",
    ]
    return "".join([*parts, *map(_test, tests)])


def _test(test: UnitTest) -> str:
    parts = [f"  - name: {quoted(test.name)}\n    interval: {test.step}\n    input_series:\n"]
    parts += [
        f"      - series: {quoted(series)}\n        values: {quoted(values)}\n"
        for series, values in test.series
    ]
    parts.append("    promql_expr_test:\n")
    for expected in test.expected:
        parts.append(f"      - expr: {quoted(expected.expr)}\n        eval_time: {expected.at}\n")
        samples = [
            f"          - labels: {quoted(sample.labels)}\n            value: {sample.value}\n"
            for sample in expected.samples
        ]
        parts.append("        exp_samples:\n" + "".join(samples) if samples else "        exp_samples: []\n")
    return "".join(parts)
