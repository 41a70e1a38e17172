"""Availability: requests that did not fail, over all requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.diagnostics import Diagnostics, Span
from generator.promql.build import Matcher, total
from generator.sli.model import Events, Evidence, Narrowing
from generator.telemetry import GRPC_CODES, ErrorPolicy, Subject
from generator.telemetry.schema import HTTP_CODE

READS_PROFILE = True
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "Share of requests that did not fail, as the telemetry profile counts them. In a mesh, "
    "requests that never reached a workload count as failures.",
    "additionalProperties": False,
    "properties": {
        "matchers": {
            "$ref": "#/definitions/matchers",
            "description": "Only requests with these labels count.",
        },
        "errorPolicy": {
            "type": "object",
            "description": "What counts as a failure, in place of the telemetry profile's policy.",
            "additionalProperties": False,
            "properties": {
                "httpCodes": {
                    "type": "array",
                    "uniqueItems": True,
                    "description": "HTTP status codes; `x` stands for any digit, `0` for a client that "
                    "went away before the answer.",
                    "items": HTTP_CODE,
                    "x-default": "the profile's",
                    "x-example": ["5xx", "429"],
                },
                "grpcCodes": {
                    "type": "array",
                    "uniqueItems": True,
                    "description": "gRPC status codes by name.",
                    "items": {"enum": list(GRPC_CODES)},
                    "x-default": "the profile's",
                    "x-example": ["UNAVAILABLE", "INTERNAL"],
                },
                "errorTypes": {
                    "type": "array",
                    "uniqueItems": True,
                    "description": "Kinds of errors as OpenTelemetry reports them; `*` is any that is no "
                    "HTTP status code.",
                    "items": {"type": "string", "minLength": 1, "maxLength": 200},
                    "x-default": "the profile's",
                    "x-example": ["timeout", "java.io.IOException"],
                },
                "flags": {
                    "type": "array",
                    "uniqueItems": True,
                    "description": "Envoy response flags. With sidecars they select the requests that only "
                    "the caller's proxy knows of.",
                    "items": {"type": "string", "pattern": "^[A-Z][A-Z0-9]{1,5}$"},
                    "x-default": "the profile's",
                    "x-example": ["UH", "UF", "UO", "NR", "NC"],
                },
            },
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The user's error policy; None keeps the profile's."""

    http_codes: tuple[str, ...] | None = None
    grpc_codes: tuple[str, ...] | None = None
    error_types: tuple[str, ...] | None = None
    flags: tuple[str, ...] | None = None
    at: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An availability SLI."""

    matchers: tuple[Matcher, ...] = ()
    error_policy: Policy = Policy()
    at: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)

    def events(self, subject: Subject | None, by: tuple[str, ...], diagnostics: Diagnostics) -> Events | None:
        """Failures and requests, each counted once, whoever reported them."""
        if subject is None:
            diagnostics.error(
                "sli/no-telemetry",
                "an availability SLI needs a protocol whose requests are counted",
                self.at.get(""),
                cause='with "protocol: none" no telemetry profile says which series are the requests.',
                fix='give the service its protocol, or use "sli: {events: ...}".',
            )
            return None
        narrowed = subject.with_matchers(self.matchers)
        chosen = self.error_policy
        given = {
            "httpCodes": chosen.http_codes,
            "grpcCodes": chosen.grpc_codes,
            "errorTypes": chosen.error_types,
        }
        values = {key: codes for key, codes in given.items() if codes is not None}
        policy = ErrorPolicy(values, chosen.flags)
        self._check_used(subject, policy, diagnostics)
        failed = narrowed.failed_requests(policy)
        if failed is None:
            diagnostics.error(
                "sli/no-failure",
                "this error policy calls nothing a failure",
                chosen.at.get("") or self.at.get(""),
                fix="list at least one code or flag, or remove errorPolicy to use the profile's.",
            )
            return None
        seen = narrowed.evidence(by)
        return Events(
            total=total(narrowed.all_requests(policy), by),
            bad=total(failed, by),
            zero_fill=True,
            evidence=Evidence(seen, by, of_traffic=True) if seen else None,
            failing=() if narrowed.matchers else narrowed.failing_codes(policy),
            narrowing=Narrowing(self.matchers, self.at.get("matchers")),
            meaning="requests; bad are those that fail by the error policy of the "
            f"{'SLO' if chosen.at else 'telemetry profile'}, or that reach nobody.",
        )

    def _check_used(self, subject: Subject, policy: ErrorPolicy, diagnostics: Diagnostics) -> None:
        """Warn of parts of the policy that none of the service's requests can show."""
        given = dict.fromkeys(policy.values) | ({} if policy.flags is None else {"flags": None})
        known = subject.code_labels.keys() | ({"flags"} if subject.flags_label else set())
        for key in given:
            if key not in known:
                diagnostics.warning(
                    "sli/unused-policy",
                    f'"{key}" of this error policy has no effect',
                    self.error_policy.at.get(key) or self.at.get(""),
                    cause="the service's telemetry profile has no such label for its protocols: it has "
                    f"{', '.join(sorted(known)) or 'none'}.",
                    fix="remove it, or choose another protocol or profile.",
                )
