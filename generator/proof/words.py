"""A failed claim in words: what was expected, what came, and the difference between the two."""

from __future__ import annotations

from fractions import Fraction

from generator.promql.build import equal
from generator.promql.tokens import parse_selector
from generator.proof.answer import Reading
from generator.proof.model import Claim
from generator.proof.notation import decimal
from generator.proof.verdict import Failure

_UNSEEN = frozenset({"__name__", "alertname", "alertstate"})


def told(failure: Failure) -> str:
    """One sentence about a failure."""
    claim = failure.claim
    if claim is None:
        rule = failure.rule or "the rules"
        return f"{rule} cannot be evaluated: {' '.join(failure.words.split())}"
    at = claim.expectation.at
    if claim.kind == "silent":
        return f"{claim.rule} must be silent at {at}, and fires{_with(failure.got)}"
    if claim.kind == "absent":
        return f"{claim.rule} must have no series at {at}, and has {_readings(failure.got, claim)}"
    if not failure.got:
        must, is_ = (
            ("fire", "is silent") if claim.kind == "fires" else (f"be {_wanted(claim)}", "has no series")
        )
        return f"{claim.rule} must {must} at {at}, and {is_}"
    return f"{claim.rule} {_difference(claim, failure.got)} (at {at})"


def expected(claim: Claim) -> list[dict[str, object]]:
    """The samples that a claim asks for, as plain data."""
    return [
        {"labels": _labels(sample.labels), "value": decimal(Fraction(sample.value) * claim.scale)}
        for sample in claim.expectation.samples
    ]


def came(failure: Failure) -> list[dict[str, object]]:
    """The samples that came, as plain data."""
    scale = failure.claim.scale if failure.claim else Fraction(1)
    return [
        {
            "labels": reading.labels,
            "value": reading.text if reading.value is None else decimal(reading.value * scale),
        }
        for reading in failure.got
    ]


def _labels(selector: str) -> dict[str, str]:
    text = selector if not selector.startswith("{") else f"x{selector}"
    return {matcher.label: str(matcher.value) for matcher in parse_selector(text).matchers}


def _difference(claim: Claim, got: tuple[Reading, ...]) -> str:
    """What differs in samples: a value, labels, or how many there are."""
    wanted = [(_labels(sample.labels), Fraction(sample.value)) for sample in claim.expectation.samples]
    here = [(_seen(reading.labels), reading) for reading in got]
    for labels, value in wanted:
        same = [reading for other, reading in here if other == _seen(labels)]
        if same and same[0].value != value:
            must = f"{decimal(value * claim.scale)}{_group(labels)}"
            return f"must be {must}, and is {_compared(same[0], value, claim.scale)}"
    missing = [labels for labels, _ in wanted if _seen(labels) not in [other for other, _ in here]]
    extra = [other for other, _ in here if other not in [_seen(labels) for labels, _ in wanted]]
    if missing and extra:
        return f"has other labels: {_label_difference(_seen(missing[0]), extra[0])}"
    verb = "fires" if claim.kind == "fires" else "has a series"
    if extra:
        return f"{verb} once too often, with {_shown(extra[0])}"
    verb = "fire" if claim.kind == "fires" else "have a series"
    return f"must {verb} with {_shown(missing[0] if missing else {})}, too"


def _compared(reading: Reading, wanted: Fraction, scale: Fraction) -> str:
    if reading.value is None:
        return reading.text
    text = decimal(reading.value * scale)
    if not wanted or not reading.value:
        return text
    return f"{text}, {float(reading.value / wanted):.3g} times that"


def _label_difference(wanted: dict[str, str], got: dict[str, str]) -> str:
    parts = []
    for label in sorted(wanted.keys() | got.keys()):
        if label not in got:
            parts.append(f"{label} is missing (must be {wanted[label]!r})")
        elif label not in wanted:
            parts.append(f"{label}={got[label]!r} is too much")
        elif wanted[label] != got[label]:
            parts.append(f"{label} is {got[label]!r}, must be {wanted[label]!r}")
    return "; ".join(parts)


def _seen(labels: dict[str, str]) -> dict[str, str]:
    return {label: value for label, value in labels.items() if label not in _UNSEEN}


def _shown(labels: dict[str, str]) -> str:
    return "{" + ",".join(str(equal(label, value)) for label, value in sorted(_seen(labels).items())) + "}"


def _with(got: tuple[Reading, ...]) -> str:
    return f" with {_shown(got[0].labels)}" if got else ""


def _wanted(claim: Claim) -> str:
    values = dict.fromkeys(
        decimal(Fraction(sample.value) * claim.scale) for sample in claim.expectation.samples
    )
    return " and ".join(values)


def _readings(got: tuple[Reading, ...], claim: Claim) -> str:
    return ", ".join(
        reading.text if reading.value is None else decimal(reading.value * claim.scale) for reading in got
    )


def _group(labels: dict[str, str]) -> str:
    own = {label: value for label, value in labels.items() if label not in {"namespace", "service", "slo"}}
    return f" for {_shown(own)}" if own else ""
