"""What a first project is about: a protocol, and the telemetry that tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.diagnostics import did_you_mean
from generator.names import is_slug
from generator.promql.duration import Duration
from generator.telemetry import DEFAULT_PROFILE, PROFILES, Histogram, Profile, load_profile
from generator.telemetry.schema import INNER_DATAPLANES, PROTOCOLS

NO_PROTOCOL = "none"
_WAYPOINT = "waypoint"  # as `istioctl waypoint apply` calls it
_USUAL_THRESHOLD = 500  # milliseconds; the nearest edge of the buckets is taken


@dataclass(frozen=True, slots=True)
class Choice:
    """Protocol, profile and dataplane that go together; `waypoint` is empty where there is none."""

    protocol: str = "http"
    profile: str = DEFAULT_PROFILE
    dataplane: str = "sidecar"
    waypoint: str = ""


def choose(protocol: str = "", profile: str = "", dataplane: str = "", waypoint: str = "") -> Choice | str:
    """What was asked for with the rest filled in, or why it does not go together."""
    if protocol == NO_PROTOCOL:
        asked = [f"--{name}" for name, value in _named(profile, dataplane, waypoint) if value]
        problem = f"--protocol none has counters of its own and no {asked[0]}." if asked else ""
        return problem or Choice(NO_PROTOCOL, "", NO_PROTOCOL)
    name = profile or DEFAULT_PROFILE
    if name not in PROFILES:
        return _unknown("profile", name, PROFILES)
    chosen = load_profile(name)
    speaks = protocol or next(iter(chosen.protocols))
    plane = dataplane or chosen.default_dataplane
    problem = _problem(chosen, speaks, plane, waypoint)
    if problem:
        return problem
    through = chosen.dataplanes[plane].through.get(speaks) in INNER_DATAPLANES
    return Choice(speaks, name, plane, (waypoint or _WAYPOINT) if through else waypoint)


def _problem(profile: Profile, protocol: str, dataplane: str, waypoint: str) -> str:
    """Why these do not go together; nothing if they do."""
    if protocol not in profile.protocols:
        if protocol not in PROTOCOLS:
            return _unknown("protocol", protocol, (*PROTOCOLS, NO_PROTOCOL))
        return f"{profile.name} does not count {protocol}, but {_listed(tuple(profile.protocols))}."
    known = [each for each in profile.dataplanes if each not in INNER_DATAPLANES]
    if dataplane not in known:
        return _unknown(f"dataplane of {profile.name}", dataplane, known)
    if waypoint and dataplane != "ambient":
        return "a waypoint stands in front of services on --dataplane ambient."
    if waypoint and not is_slug(waypoint):
        return f'"{waypoint}" cannot be a waypoint\'s name: use 1 to 63 of a-z, 0-9 and -.'
    return ""


def _named(profile: str, dataplane: str, waypoint: str) -> tuple[tuple[str, str], ...]:
    return (("profile", profile), ("dataplane", dataplane), ("waypoint", waypoint))


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    return f'there is no {what} "{name}": {did_you_mean(name, known) or f"choose {_listed(known)}."}'


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def fixture(choice: Choice) -> str:
    """The name of the fixture that knows what the first service reads."""
    return choice.profile or "own-counters"


def platform_lines(choice: Choice) -> str:
    """The platform's default profile, where it is not the program's."""
    return f"    profile: {choice.profile}\n" if choice.profile not in {"", DEFAULT_PROFILE} else ""


def service_lines(choice: Choice) -> str:
    """Protocol and telemetry of the first service, where they are not the default."""
    lines = f"  protocol: {choice.protocol}\n" if choice.protocol != "http" else ""
    if choice.protocol == NO_PROTOCOL:
        return lines
    fields = []
    if choice.dataplane != load_profile(choice.profile).default_dataplane:
        fields.append(f"dataplane: {choice.dataplane}")
    if choice.waypoint:
        fields.append(f"waypoint: {choice.waypoint}")
    return lines + (f"  telemetry: {{{', '.join(fields)}}}\n" if fields else "")


def slo_lines(choice: Choice) -> str:
    """The SLOs that the tier gives to services of this protocol."""
    if choice.protocol == NO_PROTOCOL:
        sli = "{events: {total: hello_jobs_total, bad: 'hello_jobs_total{result=\"failed\"}'}}"
        return _slos(NO_PROTOCOL, [("jobs", "99", sli)])
    slos = [("availability", "99.9", "{availability: {}}")]
    histogram = load_profile(choice.profile).protocols[choice.protocol].duration
    if histogram:
        of = "" if histogram.outcomes else ", of: all"
        slos.append(("latency", "99", f"{{latency: {{threshold: {_threshold(histogram)}{of}}}}}"))
    return _slos(choice.protocol, slos)


def _slos(protocol: str, slos: list[tuple[str, str, str]]) -> str:
    listed = "".join(
        f"          - name: {name}\n            objective: {objective}\n            sli: {sli}\n"
        for name, objective, sli in slos
    )
    return f"        {protocol}:\n{listed}"


def _threshold(histogram: Histogram) -> Duration:
    """The edge of the buckets that is nearest to what is usual."""
    usual = histogram.in_unit(_USUAL_THRESHOLD)
    edge = min(histogram.buckets, key=lambda bound: abs(bound - usual))
    return Duration(int(edge if histogram.unit == "ms" else edge * 1000))
