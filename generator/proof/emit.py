"""The trials as files beside the rules, so that a pipeline runs them with promtool and without us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from generator import names
from generator.delivery.artifact import Artifact
from generator.delivery.prometheus_tests import test_file
from generator.proof.project import Compiled, plan
from generator.spec.model import Platform


def artifacts(platform: Platform, services: Iterable[Compiled]) -> Iterator[Artifact]:
    """The test files of the first SLO of each form of rules, one for each interval of evaluation.

    They test the rule file of the whole service. Where an SLI says something without any series, records
    cannot be given in place of computed ones: those trials are left to `sightline test`.
    """
    listed = list(services)
    by_service = {one.service.key: one for one in listed}
    for proven in plan(platform, listed).slos:
        suite, service = proven.suite, proven.subject.service
        if proven.by != suite.owner:
            continue
        if suite.apart:
            kept = tuple(trial for trial in suite.trials if not trial.injected)
            suite = replace(suite, trials=kept)
        rules = names.rules_path(service.namespace, service.name)
        groups = by_service[service.key].groups
        for job in suite.jobs():
            native = job.trials[0].native
            if native and not _has_native(platform):
                continue  # the promtool of the platform's Prometheus could not read the file
            evaluation = f"{job.trials[0].evaluation}{'.native' if native else ''}"
            path = names.slo_tests_path(service.namespace, service.name, proven.subject.slo.name, evaluation)
            tests = tuple(trial.unit_test(suite.owner) for trial in job.trials)
            yield Artifact(path, test_file(path, rules, groups, tests, service.source), service.source)


def _has_native(platform: Platform) -> bool:
    """Whether promtool had the notation of native histograms in the platform's version: from 2.47 on."""
    major, minor = platform.prometheus.version.split(".")[:2]
    return (int(major), int(minor)) >= (2, 47)
