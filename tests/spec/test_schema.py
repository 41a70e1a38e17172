"""The published JSON Schema: valid, self-contained, at one with examples, records and compiler."""

import dataclasses
import json
import typing
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from test_cases import CASES, NAMES

from generator import telemetry
from generator.diagnostics import Diagnostics
from generator.documents import Mapping, Scalar, Source, parse
from generator.names import is_slug
from generator.promql.duration import Duration
from generator.scaffold import Choice, scaffold, schema_text
from generator.sli import KINDS, PromQL, availability
from generator.spec import alert_pack, content, dashboard, for_each, model, platform, service, slo, structure
from generator.spec.profiles import read_profiles
from generator.spec.read import camel, plain
from generator.spec.schema import DEFINITIONS, kinds, project_schema
from generator.telemetry import PROFILES, load_profile
from generator.telemetry.read import extended, profile_data
from generator.telemetry.schema import PROFILE
from spec.projects import ROOT, documents_of, example_files

PUBLIC = json.loads(schema_text())
VALIDATOR = Draft7Validator(PUBLIC)


def subschemas(schema: object) -> typing.Iterator[dict]:
    """Every schema inside of `schema`, itself included."""
    if isinstance(schema, dict):
        yield schema
        for key, below in schema.items():
            if key not in {"default", "enum", "const", "examples"}:
                yield from subschemas(below)
    elif isinstance(schema, list):
        for below in schema:
            yield from subschemas(below)


def test_it_is_a_schema_of_draft_7():
    Draft7Validator.check_schema(PUBLIC)
    assert PUBLIC["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_it_needs_no_other_file():
    references = {schema["$ref"] for schema in subschemas(PUBLIC) if isinstance(schema.get("$ref"), str)}
    assert references
    assert references <= {f"#/definitions/{name}" for name in PUBLIC["definitions"]}


def test_it_says_nothing_in_words_of_our_own():
    assert [key for schema in subschemas(PUBLIC) for key in schema if key.startswith("x-")] == []


def test_beside_a_reference_stand_annotations_only():
    """Validators of draft 7 ignore what stands beside `$ref`; a restriction there would be ours alone."""
    beside = {key for schema in subschemas(project_schema()) if "$ref" in schema for key in schema}
    assert beside <= {"$ref", "description", "default", "x-default", "x-example", "x-cause", "x-fix"}


def test_every_property_is_described():
    """Editors show the description; the reference is made of it."""
    silent = [
        name
        for schema in subschemas(PUBLIC)
        for name, below in schema.get("properties", {}).items()
        if isinstance(below, dict)
        and "description" not in below
        and "description" not in structure.resolve(below)
        and name not in {"kind", "spec"}
    ]
    assert silent == []


def test_the_committed_schema_is_what_the_command_prints():
    assert (ROOT / "sightline.schema.json").read_text("utf-8") == schema_text()


def data_of(path: Path) -> list[object]:
    """The documents of a file as JSON would have them."""
    return [as_json(plain(document.root)) for document in documents_of(path) if document.root is not None]


def as_json(data: object) -> object:
    return json.loads(json.dumps(data, default=float))


@pytest.mark.parametrize("path", list(example_files()), ids=lambda path: path.name)
def test_it_accepts_the_worked_example(path):
    documents = data_of(path)
    assert documents
    assert [error.message for document in documents for error in VALIDATOR.iter_errors(document)] == []


def test_it_accepts_what_init_writes(tmp_path):
    written, problem = scaffold(tmp_path / "demo", None, Choice())
    assert problem == ""
    documents = [
        data
        for path in written
        if path.parent.name in {"demo", "slos"} and path.suffix == ".yaml"
        for data in data_of(path)
    ]
    assert [document["kind"] for document in documents] == ["Platform", "Service"]
    assert [error.message for document in documents for error in VALIDATOR.iter_errors(document)] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_agrees_with_the_compiler_on_every_case(name):
    """Accepted documents of good cases; refused ones wherever the compiler found a structural mistake."""
    inputs = [
        path for path in (CASES / name).rglob("*.yaml") if not {"expected", "fixtures"} & set(path.parts)
    ]
    for path in inputs:
        diagnostics = Diagnostics()
        for document in parse(Source(path.name, path.read_text("utf-8")), diagnostics):
            if document.root is None:
                continue
            accepted = VALIDATOR.is_valid(as_json(plain(document.root)))
            kind = document.root.get("kind") if isinstance(document.root, Mapping) else None
            schema = kinds().get(getattr(kind, "text", ""))
            assert accepted is (
                schema is not None and structure.check(document.root, schema, "it", Diagnostics())
            )
            assert accepted or (CASES / name / "diagnostics.txt").exists()


PANEL = dashboard.SPEC["properties"]["rows"]["items"]["properties"]["panels"]["items"]
# Each record that the generic reader fills, with its fragment.
RECORDS = [
    (model.Tier, slo.ALERTING_SCHEMA["properties"]["page"]),
    (model.Alerting, slo.ALERTING_SCHEMA),
    (model.BurnWindow, platform.SPEC["properties"]["windows"]["additionalProperties"]["items"]),
    (model.PrometheusSettings, platform.SPEC["properties"]["prometheus"]),
    (model.AlertmanagerSettings, platform.SPEC["properties"]["alertmanager"]),
    (model.GrafanaSettings, platform.SPEC["properties"]["grafana"]),
    (model.KialiSettings, platform.SPEC["properties"]["kiali"]),
    (model.JaegerSettings, platform.SPEC["properties"]["jaeger"]),
    (content.PackRule, alert_pack.SPEC["properties"]["rules"]["items"]),
    (content.OwnRow, dashboard.SPEC["properties"]["rows"]["items"]),
    (content.OwnPanel, PANEL),
    (content.OwnQuery, PANEL["properties"]["queries"]["items"]),
    (content.OwnLink, PANEL["properties"]["links"]["items"]),
    (content.OwnThreshold, PANEL["properties"]["thresholds"]["items"]),
    (content.OwnVariable, dashboard.SPEC["properties"]["variables"]["items"]),
    (content.ForEach, for_each.FOR_EACH),
    (content.Where, for_each.FOR_EACH["properties"]["where"]),
    (model.Link, service.SPEC["properties"]["links"]["items"]),
    (availability.Policy, availability.SCHEMA["properties"]["errorPolicy"]),
    *((module.Record, module.SCHEMA) for module in KINDS.values()),
]
each_record = pytest.mark.parametrize(
    ("record", "schema"), RECORDS, ids=[record.__module__ + record.__name__ for record, _ in RECORDS]
)


def keys_of(record: type) -> set[str]:
    """The keys that the reader looks for."""
    return {camel(field.name) for field in dataclasses.fields(record)} - {"at"}


@each_record
def test_a_record_and_its_fragment_have_the_same_fields(record, schema):
    assert keys_of(record) == set(schema["properties"])


def test_an_slo_and_its_fragment_have_the_same_fields():
    """The merge consumes `disabled`, the alerts are derived; `budget` says whether there is one."""
    written = set(slo.INLINE["properties"]) - {"disabled", "budget"}
    assert keys_of(model.SLO) - {"burnAlerts", "hasBudget", "absentAsked"} == written


@each_record
def test_the_defaults_of_a_fragment_are_those_of_the_record(record, schema):
    for field in dataclasses.fields(record):
        below = structure.resolve(schema["properties"].get(camel(field.name), {}))
        default = str(field.default) if isinstance(field.default, Duration) else field.default
        if "default" in below:
            assert default == below["default"], field.name
        else:  # nothing that a reader of the schema would have to know
            assert default in (dataclasses.MISSING, None, "", ()) or dataclasses.is_dataclass(default), (
                field.name
            )
        required = default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        assert required is (camel(field.name) in schema.get("required", ())), field.name


@each_record
def test_durations_and_promql_are_read_where_the_schema_says_so(record, schema):
    """A field's type in the record and its definition in the schema go together."""
    for name, hint in typing.get_type_hints(record).items():
        reference = schema["properties"].get(camel(name), {}).get("$ref", "")
        assert (reference == "#/definitions/duration") is (hint in (Duration, Duration | None)), name
        assert (reference == "#/definitions/promql") is (hint in (PromQL, PromQL | None)), name


def test_the_defaults_of_the_platform_are_those_of_its_record():
    properties = platform.SPEC["properties"]
    defaults = {
        name: below["default"]
        for name, below in properties["defaults"]["properties"].items()
        if "default" in below
    }
    record = model.Platform(project="x")
    assert defaults == {
        "namespace": record.namespace,
        "profile": record.profile,
        "period": str(record.period),
        "longInterval": str(record.long_interval),
    }
    assert {
        name: below["default"] for name, below in properties["severities"]["properties"].items()
    } == record.severities
    assert properties["pythonDashboards"]["default"] is record.python_dashboards
    assert sorted(record.delivery) == sorted(platform.DEFAULT_FORMATS)


def test_the_defaults_of_a_dashboard_are_those_of_its_record():
    properties = dashboard.SPEC["properties"]
    record = content.OwnDashboard(title=content.Prose("x"), rows=())
    assert keys_of(content.OwnDashboard) - {"name", "source"} == set(properties)
    assert {name: properties[name]["default"] for name in ("time", "refresh")} == {
        "time": str(record.time),
        "refresh": str(record.refresh),
    }


def test_the_defaults_of_a_service_are_those_of_its_record():
    properties = service.SPEC["properties"]
    record = model.Service(name="x", namespace="x", display_name="x")
    assert (properties["protocol"]["default"],) == record.protocols
    assert properties["streaming"]["default"] is False
    assert record.dataplane == load_profile(record.profile).default_dataplane


@pytest.mark.parametrize(
    "text", ["a", "a-b", "0", "a" * 63, "", "-a", "a-", "A", "a_b", "a" * 64, "é", "a.b"]
)
def test_slugs_are_one_thing(text):
    """The names' own check and the schema's pattern are two spellings of one rule."""
    assert Draft7Validator(DEFINITIONS["slug"]).is_valid(text) is is_slug(text)


@pytest.mark.parametrize("name", PROFILES)
def test_built_in_profiles_have_the_structure_that_a_team_may_write(name):
    """One reader reads both."""
    path = Path(telemetry.__file__).parent / f"{name}.yaml"
    diagnostics = Diagnostics()
    (document,) = parse(Source(path.name, path.read_text("utf-8")), diagnostics)
    assert structure.check(document.root, PROFILE, "a profile", diagnostics)
    own = Mapping(((Scalar("own", "own", document.root.span), document.root),), document.root.span)
    spec = Mapping(((Scalar("telemetryProfiles", "", own.span), own),), own.span)
    read, damaged = read_profiles(spec, diagnostics)
    assert list(diagnostics) == []
    assert dataclasses.replace(read["own"], name=name) == load_profile(name)
    assert damaged == frozenset()


def test_what_extends_a_profile_changes_what_it_says_and_nothing_else():
    changed = {"extends": "istio", "protocols": {"http": {"duration": {"buckets": [1, 2]}}}}
    data, base = extended(changed), profile_data("istio")
    assert data["protocols"]["http"]["duration"] == {
        **base["protocols"]["http"]["duration"],
        "buckets": [1, 2],
    }
    assert data["protocols"]["grpc"] == base["protocols"]["grpc"]
    identity = {"extends": "istio", "dataplanes": {"sidecar": {"identity": {"job": "x"}}}}
    assert extended(identity)["dataplanes"]["sidecar"]["identity"] == {"job": "x"}
    assert base["dataplanes"]["sidecar"]["identity"] != {"job": "x"}
