"""`sightline init`: a first project that generates at once, and never at the cost of a file that is there."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.scaffold import schema_text
from generator.telemetry import PROFILES, load_profile
from generator.telemetry.schema import INNER_DATAPLANES

FILES = [
    ".gitattributes",
    ".github/workflows/sightline.yaml",
    "sightline.schema.json",
    "sightline.yaml",
    "slos/hello.yaml",
    "tests/fixtures/istio.yaml",
]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=False)


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working directory."""
    folder = tmp_path / "my-shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_it_says_what_it_wrote_and_what_comes_next(here):
    result = run("init", "demo")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [f"demo/{path}" for path in FILES]
    assert result.stderr == "Next: cd demo && sightline generate\n"
    assert files_below(here / "demo") == FILES


@pytest.mark.engine
def test_the_project_generates_at_once_and_prometheus_takes_its_rules(here, monkeypatch):
    run("init", "demo")
    monkeypatch.chdir(here / "demo")
    result = run("generate")
    assert result.exit_code == 0
    assert "error" not in result.stderr
    assert "warning" not in result.stderr
    assert run("generate", "--check").exit_code == 0
    rules = Path("out/prometheus/rules/default/hello.yaml")
    check = subprocess.run(
        ["promtool", "check", "rules", "--lint=all", "--lint-fatal", rules], capture_output=True, check=False
    )
    assert check.returncode == 0, check.stderr
    groups = yaml.safe_load(rules.read_text("utf-8"))["groups"]
    assert [group["name"] for group in groups] == [
        "slo.default.hello.availability.fast",
        "slo.default.hello.availability.long",
        "slo.default.hello.latency.fast",
        "slo.default.hello.latency.long",
    ]


def combinations() -> Iterator[tuple[str, ...]]:
    """Every profile with each of its protocols and dataplanes, as options."""
    yield ("--protocol", "none")
    for name in PROFILES:
        profile = load_profile(name)
        for protocol in profile.protocols:
            for plane in profile.dataplanes.keys() - set(INNER_DATAPLANES):
                yield ("--profile", name, "--protocol", protocol, "--dataplane", plane)


@pytest.mark.parametrize("options", sorted(combinations()), ids=" ".join)
def test_every_protocol_and_profile_generates_without_a_finding(here, options):
    """Rules and dashboards read nothing that the fixture does not have."""
    assert run("init", ".", *options).exit_code == 0
    result = run("generate")
    assert result.exit_code == 0, result.stderr
    assert "error" not in result.stderr
    assert "warning" not in result.stderr
    groups = yaml.safe_load((here / "out/prometheus/rules/default/hello.yaml").read_text("utf-8"))["groups"]
    slos = {group["name"].split(".")[3] for group in groups}
    expected = {"jobs"} if "none" in options[:2] else {"availability"}
    assert slos == (expected if "tcp" in options or expected == {"jobs"} else expected | {"latency"})


def test_what_is_not_said_is_chosen(here):
    assert run("init", "a", "--profile", "grpc-server").exit_code == 0
    assert "protocol: grpc" in (here / "a/slos/hello.yaml").read_text("utf-8")
    assert "profile: grpc-server" in (here / "a/sightline.yaml").read_text("utf-8")
    assert run("init", "b", "--dataplane", "ambient").exit_code == 0
    assert "waypoint: waypoint" in (here / "b/slos/hello.yaml").read_text("utf-8")
    assert run("init", "c", "--dataplane", "ambient", "--waypoint", "shop").exit_code == 0
    assert "waypoint: shop" in (here / "c/slos/hello.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--profile", "otel-htpp"), 'did you mean "otel-http"?'),
        (("--protocol", "htp"), 'did you mean "http"?'),
        (("--protocol", "udp"), "choose http, grpc, tcp or none."),
        (("--profile", "otel-http", "--protocol", "tcp"), "otel-http does not count tcp, but http."),
        (("--profile", "otel-http", "--dataplane", "sidecar"), "there is no dataplane of otel-http"),
        (("--dataplane", "waypoint"), "choose sidecar, ambient or gateway."),
        (("--waypoint", "shop"), "--dataplane ambient"),
        (("--dataplane", "ambient", "--waypoint", "a: b"), "cannot be a waypoint's name"),
        (("--protocol", "none", "--profile", "istio"), "no --profile"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_does_not_go_together_is_refused(here, options, said):
    result = run("init", *options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert files_below(here) == []


def test_help_names_every_profile():
    shown = " ".join(run("init", "--help").stdout.split()).replace("- ", "-")
    assert [name for name in PROFILES if name not in shown] == []


def test_its_fixture_is_in_use(here, monkeypatch):
    """A misspelt label in the new project is found at once."""
    run("init", "demo")
    monkeypatch.chdir(here / "demo")
    service = Path("slos/hello.yaml")
    sli = "{events: {total: istio_requests_total, bad: 'istio_requests_total{respnse_code=\"500\"}'}}"
    service.write_text(
        service.read_text("utf-8") + f"  slos: [{{name: own, objective: 99, sli: {sli}}}]\n", "utf-8"
    )
    result = run("generate")
    assert result.exit_code == 1
    assert "promql/unknown-label" in result.stderr
    assert 'did you mean "response_code"?' in result.stderr


def test_editors_find_the_schema_from_every_file(here):
    """The first line of each document names it, relative to the document."""
    run("init", ".")
    for path in ("sightline.yaml", "slos/hello.yaml"):
        first, _ = (here / path).read_text("utf-8").split("\n", 1)
        place = first.removeprefix("# yaml-language-server: $schema=")
        assert ((here / path).parent / place).resolve() == here / "sightline.schema.json"
    assert (here / "sightline.schema.json").read_text("utf-8") == schema_text()


@pytest.mark.parametrize(
    ("folder", "arguments", "project"),
    [(".", (), "my-shop"), ("sub/Größe & Co", (), "groe-co"), (".", ("--project", "other"), "other")],
)
def test_the_project_is_named_after_its_folder(here, folder, arguments, project):
    assert run("init", folder, *arguments).exit_code == 0
    data = yaml.safe_load((here / folder / "sightline.yaml").read_text("utf-8"))
    assert (data["metadata"]["name"], data["spec"]["project"]) == (project, project)


@pytest.mark.parametrize(
    "name", ["My Shop", "a_b", "-a", "a-", "../x", "a" * 64, "@project@", "a\nb: c", "é"]
)
def test_a_name_that_is_no_slug_is_refused(here, name):
    result = run("init", "--project", name)
    assert result.exit_code == 2
    assert "cannot be a project's name" in result.stderr
    assert files_below(here) == []


def test_a_folder_without_a_letter_needs_a_name(here):
    result = run("init", "장바구니")
    assert result.exit_code == 2
    assert "--project" in result.stderr
    assert run("init", "장바구니", "--project", "cart").exit_code == 0


@pytest.mark.parametrize("existing", FILES)
def test_what_is_there_is_never_overwritten(here, existing):
    file = here / existing
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("mine", "utf-8")
    result = run("init")
    assert result.exit_code == 2
    assert existing in result.stderr
    assert "nothing was written" in result.stderr
    assert files_below(here) == [existing]
    assert file.read_text("utf-8") == "mine"


def test_a_link_that_leads_nowhere_is_there_too(here):
    (here / "sightline.yaml").symlink_to("elsewhere.yaml")
    assert run("init").exit_code == 2
    assert not (here / "elsewhere.yaml").exists()


def test_a_folder_that_cannot_be_made_is_no_defect(here):
    (here / "file").write_text("", "utf-8")
    result = run("init", "file/demo", "--project", "demo")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
    assert run("init", "file").exit_code == 2
