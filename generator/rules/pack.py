"""A team's own alert packs: templates filled for each service that uses them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from generator import names
from generator.diagnostics import Diagnostics, Span, did_you_mean
from generator.promql.build import number, quote
from generator.promql.duration import Duration
from generator.promql.error import PromQLError
from generator.rules.model import Rule, RuleGroup
from generator.rules.prose import check_templates
from generator.rules.prose import literal as as_text
from generator.spec.model import AlertPack, PackRule, PackUse, Platform, Service

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment


def compile_pack(
    platform: Platform, service: Service, pack: AlertPack, use: PackUse, diagnostics: Diagnostics
) -> RuleGroup:
    """The rule group of `pack` for one service."""
    parameters = {
        **pack.parameters,
        **{name: value for name, value in use.parameters.items() if name in pack.parameters},
    }
    rules = [_rule(service, rule, parameters, diagnostics) for rule in pack.rules]
    return RuleGroup(
        name=names.pack_group(service.namespace, service.name, pack.name),
        interval=pack.interval or platform.interval,
        rules=tuple(rule for rule in rules if rule),
    )


def _rule(
    service: Service, rule: PackRule, parameters: Mapping[str, Any], diagnostics: Diagnostics
) -> Rule | None:
    expr = _expression(service, rule, parameters, diagnostics)
    words = {"service": service.display_name, "namespace": service.namespace, **parameters}
    annotations = {
        name: _prose(name, text, words, rule.at.get("annotations"), diagnostics)
        for name, text in rule.annotations.items()
    }
    check_templates(annotations, rule.at.get("annotations"), diagnostics)
    if rule.alert:
        check_templates(rule.labels, rule.at.get("labels"), diagnostics)
    if expr is None:
        return None
    team = {} if rule.record else {label: as_text(value) for label, value in service.labels.items()}
    return Rule(
        alert=rule.alert,
        record=rule.record,
        expr=expr,
        for_=rule.for_,
        keep_firing_for=rule.keep_firing_for,
        labels={**team, **rule.labels, names.NAMESPACE: service.namespace, names.SERVICE: service.name},
        annotations=annotations,
        origin=rule.at.get("expr"),
    )


def _expression(
    service: Service, rule: PackRule, parameters: Mapping[str, Any], diagnostics: Diagnostics
) -> str | None:
    """The rule's PromQL with its tokens replaced."""
    from generator.promql.parse import parse  # loads the parser only where a pack is used
    from generator.promql.tokens import replace_tokens

    values = {"service": quote(service.name), "namespace": quote(service.namespace)}
    if service.subject:
        values["selector"] = ",".join(map(str, service.subject.reported()))
    values |= {name: _value(value) for name, value in parameters.items()}
    place = rule.at.get("expr")
    try:
        text, misused = replace_tokens(rule.expr.text, values)
    except PromQLError as error:
        diagnostics.error("promql/syntax", f"this is not PromQL: {error}", place)
        return None
    for token in misused:
        fixes = {
            "unknown": did_you_mean(token.name, values)
            or f"known: {', '.join(f'${name}' for name in sorted(values))}.",
            "in string": f"write it without quotes: ${token.name} brings its own.",
            "joined": "put a space or a comma beside it.",
        }
        diagnostics.error(
            "promql/token",
            f"${token.name} cannot be replaced here ({token.reason})",
            place,
            fix=fixes[token.reason],
        )
    if misused:
        return None
    try:
        parse(text)
    except PromQLError as error:
        diagnostics.error("promql/syntax", f"this is not PromQL: {error}", place)
        return None
    return text.strip()


def _value(value: object) -> str:
    """A parameter as PromQL: a number, a duration, or a quoted string."""
    if isinstance(value, int | Decimal):
        return number(value)
    text = str(value)
    try:
        return str(Duration.parse(text))
    except ValueError:
        return quote(text)


def _prose(
    name: str, text: str, words: Mapping[str, Any], span: Span | None, diagnostics: Diagnostics
) -> str:
    """An annotation with its `<< >>` filled; the values are data for the Go template that follows."""
    if "<<" not in text and "<%" not in text:
        return text
    try:
        rendered = (
            _environment()
            .from_string(text)
            .render({name: as_text(str(word)) for name, word in words.items()})
        )
    except Exception as error:  # noqa: BLE001  # an expression between the marks may raise anything
        diagnostics.error(
            "pack/placeholder",
            f"{name} cannot be filled: {error}",
            span,
            fix=f"known: {', '.join(f'<< {name} >>' for name in sorted(words))}.",
        )
        return ""
    return rendered


def _environment() -> SandboxedEnvironment:
    """Jinja2 without access to anything, with delimiters that neither Go templates nor Grafana use."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        autoescape=False,  # alerts are plain text; values are escaped for Go templates above
    )
