"""The whole way on a real Prometheus: it scrapes a target, and what is captured from it is fit for use."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from engine.exporter import serving, text
from engine.server import Prometheus
from pages import ROOT

from generator.cli import cli
from generator.diagnostics import Diagnostics
from generator.documents import Source
from generator.promql.catalogue import Catalogue
from generator.promql.catalogue_file import load_catalogue
from generator.promql.duration import Duration
from live.exposed import exposition

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("capture")]

CONFIGURATION = """\
global:
  scrape_interval: 1s
  evaluation_interval: 7s
  external_labels: {{cluster: eu-1, replica: prometheus-0}}
scrape_configs:
  - job_name: mesh
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


def fixtures() -> Catalogue:
    """What this repository's own fixtures say."""
    paths = sorted((ROOT / "tests/fixtures").glob("*.yaml"))
    diagnostics = Diagnostics()
    sources = [Source(path.name, path.read_text(encoding="utf-8")) for path in paths]
    catalogue = load_catalogue(sources, diagnostics)
    assert list(diagnostics) == []
    assert catalogue
    return catalogue


def capture(server: Prometheus, *arguments: str) -> Result:
    url = f"http://127.0.0.1:{server.port}"
    return CliRunner().invoke(cli, ["capture", "--prometheus", url, *arguments], catch_exceptions=False)


def scraped(server: Prometheus, port: int) -> None:
    """Have a target scraped, and no other."""
    server.reload(CONFIGURATION.format(port=port))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.value(f'up{{instance="127.0.0.1:{port}"}}', time.time()) == 1:
            return
        time.sleep(0.05)
    raise AssertionError("the target is not scraped")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with Prometheus(tmp_path_factory.mktemp("prometheus")) as server:
        yield server


@pytest.fixture(scope="module")
def captured(server: Prometheus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture of a target that exposes what our fixtures speak of."""
    file = tmp_path_factory.mktemp("capture") / "mesh.yaml"
    with serving(text(exposition(fixtures(), "7d4b9c8f6-x2x5k"))) as port:
        scraped(server, port)
        done = capture(server, "--output", str(file))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"{file}: written.\n")
    return file


def test_it_sees_what_is_there(captured: Path) -> None:
    diagnostics = Diagnostics()
    found = load_catalogue([Source("mesh.yaml", captured.read_text(encoding="utf-8"))], diagnostics)
    assert list(diagnostics) == []
    assert found
    wanted = fixtures()
    scrape = {name for name in found.metrics if name == "up" or name.startswith("scrape_")}
    assert found.metrics.keys() - scrape == wanted.metrics.keys()
    for name, metric in wanted.metrics.items():
        seen = found.metrics[name]
        assert (seen.type, seen.inferred, seen.buckets, seen.help) == (
            metric.type,
            False,
            metric.buckets,
            metric.help,
        )
        assert seen.labels == metric.labels
        for label, domain in seen.values.items():
            expected = {"mesh"} if label == "job" else set(metric.values[label].values) - {""}
            assert set(domain.values) == expected, (name, label)
        assert seen.values.keys() == metric.values.keys() | {"job"} - {"pod", "instance"}
    assert found.metrics["istio_request_duration_milliseconds"].unit == "milliseconds"


def test_it_tells_of_the_server_but_not_where_it_is(server: Prometheus, captured: Path) -> None:
    content = captured.read_text(encoding="utf-8")
    found = load_catalogue([Source("mesh.yaml", content)], Diagnostics())
    assert found
    assert found.server
    facts = found.server
    assert facts.version.startswith("2.")
    assert (facts.scrape_interval, facts.evaluation_interval) == (Duration(1000), Duration(7000))
    assert facts.retention == Duration.parse("30y")
    assert facts.external_labels == {"cluster": "eu-1"}
    for word in ("127.0.0.1", str(server.port), str(captured.parent), "prometheus-0", "x2x5k"):
        assert word not in content


def test_a_capture_of_the_same_system_is_the_same(server: Prometheus, captured: Path) -> None:
    """Also when every pod has another name, and the target another address."""
    before = captured.read_bytes()
    again = capture(server, "--output", str(captured))
    assert (again.exit_code, again.stderr) == (0, f"{captured}: up to date.\n")
    with serving(text(exposition(fixtures(), "5bf8d9c774-zq9lm"))) as port:
        scraped(server, port)
        restarted = capture(server, "--output", str(captured))
    assert (restarted.exit_code, restarted.stderr) == (0, f"{captured}: up to date.\n")
    assert captured.read_bytes() == before


def test_the_examples_pass_by_it_and_a_misspelt_metric_does_not(
    captured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("slos", "alerts", "dashboards"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    jobs = tmp_path / "slos/jobs.yaml"
    presence = "  telemetry: {presence: 'up{job=$service, namespace=$namespace} == 1'}\n"
    assert presence in jobs.read_text(encoding="utf-8")
    # What this server scrapes are no pods: its `up` has no namespace.
    jobs.write_text(jobs.read_text(encoding="utf-8").replace(presence, ""), encoding="utf-8")
    shutil.copy(ROOT / "sightline.yaml", tmp_path)
    (tmp_path / "tests/fixtures").mkdir(parents=True)
    shutil.copy(captured, tmp_path / "tests/fixtures")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["validate"], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    assert done.stderr.endswith("no errors.\n")
    pack = tmp_path / "alerts/http-hygiene.yaml"
    misspelt = pack.read_text(encoding="utf-8").replace("istio_requests_total", "istio_request_total")
    pack.write_text(misspelt, encoding="utf-8")
    done = CliRunner().invoke(cli, ["validate"], catch_exceptions=False)
    assert done.exit_code == 1
    assert "error[promql/unknown-metric]" in done.stderr
    assert 'did you mean "istio_requests_total"?' in done.stderr


def test_selectors_and_dropped_labels_limit_it(server: Prometheus, captured: Path) -> None:
    done = capture(
        server,
        *("--match", "istio_build", "--match", "{__name__=~'order_.*'}"),
        *("--drop-label", "component", "--since", "30m"),
    )
    assert done.exit_code == 0
    found = load_catalogue([Source("a.yaml", done.stdout)], Diagnostics())
    assert found
    assert sorted(found.metrics) == ["istio_build", "order_mails_total", "order_queue_lag_messages"]
    assert "component" in found.metrics["istio_build"].labels
    assert "component" not in found.metrics["istio_build"].values


def test_prometheus_explains_a_selector_that_is_none(server: Prometheus) -> None:
    done = capture(server, "--match", "{a=")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "error[capture/refused]: series: the server answers 400: invalid parameter" in done.stderr


def test_nothing_there_is_an_error(server: Prometheus, tmp_path: Path) -> None:
    done = capture(server, "--match", "no_such_metric", "--output", str(tmp_path / "a.yaml"))
    assert (done.exit_code, "error[capture/empty]" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_saved_answers_and_an_exposition_give_the_same(
    server: Prometheus, captured: Path, tmp_path: Path
) -> None:
    """What Prometheus makes of an exposition is what we make of it, but for what it adds itself."""
    exposed = exposition(fixtures(), "7d4b9c8f6-x2x5k")
    (tmp_path / "metrics.txt").write_text(exposed, encoding="utf-8")
    for name in ("series", "metadata"):
        parameters = {"match[]": '{__name__!~"up|scrape_.*",job!=""}'} if name == "series" else {}
        raw = server.raw(name, **parameters)
        (tmp_path / f"{name}.json").write_bytes(raw)
    origins = {
        "exposition": ["--exposition", "metrics.txt"],
        "answers": ["--series", "series.json", "--metadata", "metadata.json"],
    }
    found = {}
    for name, options in origins.items():
        paths = [str(tmp_path / word) if "." in word else word for word in options]
        done = CliRunner().invoke(cli, ["capture", *paths, "--drop-label", "job"], catch_exceptions=False)
        assert done.exit_code == 0, done.stderr
        found[name] = done.stdout
    assert found["exposition"] == found["answers"]
    both = load_catalogue([Source("a.yaml", found["answers"])], Diagnostics())
    assert both
    assert both.metrics.keys() == fixtures().metrics.keys()
