"""The command line from outside: exit codes, streams, help, and what happens to people who hold it wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from console import Console
from pages import ROOT, prose

from generator.cli import COMMANDS

PLATFORM = """\
apiVersion: sightline/v1
kind: Platform
metadata: {name: shop}
spec: {project: shop}
"""
SERVICE = """\
apiVersion: sightline/v1
kind: Service
metadata: {name: cart}
spec:
  slos:
    - {name: availability, objective: 99.9, sli: {availability: {}}}
"""


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, as a process of its own, with nothing on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "generator", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one service, without fixtures."""
    (tmp_path / "slos").mkdir()
    (tmp_path / "sightline.yaml").write_text(PLATFORM, encoding="utf-8")
    (tmp_path / "slos" / "cart.yaml").write_text(SERVICE, encoding="utf-8")
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def test_generate_writes_then_finds_nothing_to_do(project: Path) -> None:
    first = run(project, "generate")
    assert (first.returncode, "+ out/prometheus/rules/default/cart.yaml" in first.stdout) == (0, True)
    written = files(project)
    second = run(project, "generate")
    assert (second.returncode, second.stdout) == (0, "")
    assert second.stderr.endswith("up to date.\n")
    assert files(project) == written


def test_check_writes_nothing_and_tells_by_its_exit_code(project: Path) -> None:
    before = files(project)
    differs = run(project, "generate", "--check")
    assert (differs.returncode, differs.stdout.count("+ ")) == (1, len(differs.stdout.splitlines()))
    assert files(project) == before
    run(project, "generate")
    assert run(project, "generate", "--check").returncode == 0
    edited = project / "out" / "prometheus" / "rules" / "default" / "cart.yaml"
    edited.write_text("groups: []\n", encoding="utf-8")
    changed = run(project, "generate", "--check")
    assert (changed.returncode, changed.stdout) == (1, "~ out/prometheus/rules/default/cart.yaml\n")
    assert edited.read_text(encoding="utf-8") == "groups: []\n"


def test_stdout_has_the_whole_tree_and_nothing_is_written(project: Path) -> None:
    before = files(project)
    done = run(project, "generate", "--stdout")
    assert done.returncode == 0
    assert "\n# prometheus/rules/default/cart.yaml\n" in done.stdout
    assert files(project) == before


def test_paths_limit_what_is_written(project: Path) -> None:
    (project / "slos" / "other.yaml").write_text(SERVICE.replace("cart", "other"), encoding="utf-8")
    assert run(project, "generate", "slos/cart.yaml").returncode == 0
    written = {path for path in files(project / "out") if path.startswith("prometheus/")}
    assert written == {"prometheus/rules/default/cart.yaml"}


def test_out_and_config_say_where(project: Path) -> None:
    (project / "sightline.yaml").rename(project / "staging.yaml")
    done = run(project, "generate", "--config", "staging.yaml", "--out", "elsewhere/tree")
    assert done.returncode == 0
    assert (project / "elsewhere" / "tree" / "prometheus").is_dir()
    assert not (project / "out").exists()


def test_the_platform_is_found_from_a_folder_below(project: Path) -> None:
    done = run(project / "slos", "validate")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "1 services, 1 SLOs: no errors.\n"


def test_findings_are_1_and_nothing_is_written(project: Path) -> None:
    (project / "slos" / "cart.yaml").write_text(SERVICE.replace("99.9", "0.999"), encoding="utf-8")
    done = run(project, "generate")
    assert (done.returncode, done.stdout) == (1, "")
    assert "slos/cart.yaml:6:39: error[slo/objective-range]" in done.stderr
    assert not (project / "out").exists()


@pytest.mark.parametrize("form", ["sarif", "github", "junit"])
def test_a_report_for_a_server_has_stdout_to_itself(project: Path, form: str) -> None:
    made = run(project, "generate", "--format", form)
    assert made.returncode == 0
    assert "out/" not in made.stdout
    assert "+ out/" in made.stderr
    checked = run(project, "validate", "--format", form)
    assert checked.stdout == made.stdout


def test_a_json_report_is_data(project: Path) -> None:
    (project / "slos" / "cart.yaml").write_text(SERVICE.replace("99.9", "0.999"), encoding="utf-8")
    done = run(project, "validate", "--format", "json")
    assert done.returncode == 1
    assert [item["code"] for item in json.loads(done.stdout)["diagnostics"]] == ["slo/objective-range"]


BAD_INPUTS = {
    "nothing": b"",
    "a word": b"word",
    "a list": b"- 1\n- 2\n",
    "null": b"null\n",
    "not YAML": b"a: [b\n",
    "not text": bytes(range(256)),
    "UTF-16": "kind: SLO".encode("utf-16"),
    "a tab": b"a:\n\tb: 1\n",
    "no kind": b"apiVersion: sightline/v1\n",
    "a number for a kind": b"apiVersion: sightline/v1\nkind: 7\n",
    "a list for a kind": b"apiVersion: sightline/v1\nkind: [Service]\n",
    "no spec": b"apiVersion: sightline/v1\nkind: Service\nmetadata: {name: a}\n",
    "a list for a spec": b"apiVersion: sightline/v1\nkind: Service\nmetadata: {name: a}\nspec: []\n",
    "null for a spec": b"apiVersion: sightline/v1\nkind: SLO\nmetadata: {name: a}\nspec: null\n",
    "null for metadata": b"apiVersion: sightline/v1\nkind: Service\nmetadata:\nspec: {}\n",
    "null for an SLI": SERVICE.replace("{availability: {}}", "{availability: null}").encode(),
    "two SLIs": SERVICE.replace(
        "{availability: {}}", "{availability: {}, latency: {threshold: 1s}}"
    ).encode(),
    "no SLI": SERVICE.replace("{availability: {}}", "{}").encode(),
    "a word for an objective": SERVICE.replace("99.9", "high").encode(),
    "infinity for an objective": SERVICE.replace("99.9", ".inf").encode(),
    "an objective of many digits": SERVICE.replace("99.9", "99." + "9" * 60).encode(),
    "null for a list": SERVICE.replace("\n    - {", "\n    # {").encode(),
    "a list in a list": SERVICE.replace("- {", "- - {").encode(),
    "a Platform elsewhere": PLATFORM.encode(),
    "an anchor in itself": b"a: &a [*a]\n",
    "many brackets": b"[" * 5000,
    "PromQL that is none": SERVICE.replace(
        "{availability: {}}", "{events: {total: 'a[', bad: 'sum(rate(x[$window]'}}"
    ).encode(),
    "huge numbers in PromQL": SERVICE.replace(
        "{availability: {}}", "{latency: {threshold: 99999999999999999999y}}"
    ).encode(),
    "a service of none": b"apiVersion: sightline/v1\nkind: SLO\nmetadata: {name: a}\n"
    b"spec: {service: b, objective: 99, sli: {availability: {}}}\n",
}
HARMLESS = {"nothing"}  # an empty file is skipped


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_never_shows_a_traceback(project: Path, name: str) -> None:
    (project / "slos" / "bad.yaml").write_bytes(BAD_INPUTS[name])
    if b"name: cart" in BAD_INPUTS[name]:
        (project / "slos" / "cart.yaml").unlink()
    done = run(project, "generate")
    assert "Traceback" not in done.stderr
    if name in HARMLESS:
        assert done.returncode == 0
        return
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert re.search(r"^slos/bad\.yaml:\d+:\d+: error\[[a-z]+/[a-z-]+\]: ", done.stderr, re.MULTILINE)
    assert not (project / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["generate", "--no-such-option"],
        ["generate", "--config", "missing.yaml"],
        ["generate", "missing.yaml"],
        ["generate", "/"],
        ["generate", "--format", "yaml"],
        ["explain"],
        ["explain", "nobody"],
        ["explain", "cart/nothing"],
        ["explain", "slo/no-such-code"],
        ["init", "."],
        ["init", "new", "--project", "No Slug"],
    ],
    ids=" ".join,
)
def test_usage_is_2_with_a_word_of_help(project: Path, arguments: list[str]) -> None:
    before = files(project)
    done = run(project, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search(r"^(Error: |Usage: )", done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr
    assert files(project) == before


def test_without_a_platform_file_init_is_suggested(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    done = run(tmp_path, "generate")
    assert (done.returncode, "sightline init" in done.stderr) == (2, True)


def test_a_platform_file_without_a_platform_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "sightline.yaml").write_text("# nothing yet\n", encoding="utf-8")
    done = run(tmp_path, "validate")
    assert (done.returncode, "error[platform/missing]" in done.stderr) == (1, True)


def test_what_the_machine_refuses_is_2(project: Path) -> None:
    (project / "slos" / "dangling.yaml").symlink_to("nowhere")
    done = run(project, "generate")
    assert (done.returncode, "error[input/unreadable]" in done.stderr) == (2, True)
    (project / "slos" / "dangling.yaml").unlink()
    (project / "slos" / "large.yaml").write_bytes(b"# " + b"x" * 5_000_001)
    done = run(project, "generate")
    assert (done.returncode, "error[input/too-large]" in done.stderr) == (2, True)
    (project / "slos" / "large.yaml").unlink()
    (project / "out").write_text("a file where a folder is needed", encoding="utf-8")
    done = run(project, "generate")
    assert (done.returncode, "error[tree/not-a-folder]" in done.stderr) == (2, True)


def test_a_defect_is_3_in_one_line(project: Path) -> None:
    broken = (
        "import generator.pipeline as p\np.compile_project = lambda *a: 1 / 0\n"
        "from generator.cli import main\nimport sys\nsys.argv = ['sightline', 'validate']\nmain()"
    )
    command = [sys.executable, "-c", broken]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "a defect of ours" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr
    environment["SIGHTLINE_TRACEBACK"] = "1"
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (3, True)


def test_an_interrupt_is_130_and_leaves_nothing(project: Path) -> None:
    waiting = (
        "import generator.pipeline as p\nimport time, sys\n"
        "def compile_project(*a):\n    print('waiting', flush=True)\n    time.sleep(60)\n"
        "p.compile_project = compile_project\n"
        "from generator.cli import main\nsys.argv = ['sightline', 'generate']\nmain()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", waiting],
        cwd=project,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in said) == (130, False)
    assert not (project / "out").exists()


def test_a_reader_that_goes_away_is_no_defect(project: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "generate", "--stdout"],
        cwd=project,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 2
    assert said == ""


def test_colours_are_for_terminals(project: Path) -> None:
    (project / "slos" / "cart.yaml").write_text(SERVICE.replace("99.9", "0.999"), encoding="utf-8")
    escape = "\x1b["
    assert escape not in run(project, "validate").stderr
    assert escape in run(project, "validate", FORCE_COLOR="1").stderr
    assert escape not in run(project, "validate", FORCE_COLOR="1", NO_COLOR="1").stderr


def test_both_names_are_the_same_program(tmp_path: Path) -> None:
    console = Console(tmp_path, empty=True)
    by_name, by_module = console.run(["sightline --version", "python -m generator --version"])
    assert by_name == by_module
    assert re.fullmatch(r"sightline \d+\.\d+\.\d+\S*\n", by_name)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_a_section(command: str, tmp_path: Path) -> None:
    done = run(tmp_path, command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: ")
    page = ROOT / "docs" / "cli.md"
    assert re.search(rf"^## {command}$", prose(page), re.MULTILINE)
    assert f"$ sightline {command} --help\n" in page.read_text(encoding="utf-8")


def test_the_exit_codes_are_documented() -> None:
    rows = re.findall(
        r"^\| (\d+) \|", prose(ROOT / "docs" / "reference.md").partition("## Exit codes")[2], re.MULTILINE
    )
    assert rows == ["0", "1", "2", "3", "130"]


def test_the_schema_in_the_repository_is_the_programs(tmp_path: Path) -> None:
    done = run(tmp_path, "schema")
    assert done.stdout == (ROOT / "sightline.schema.json").read_text(encoding="utf-8"), (
        "make update rewrites it"
    )
    json.loads(done.stdout)


def test_what_init_writes_generates_at_once(tmp_path: Path) -> None:
    assert run(tmp_path, "init", "demo").returncode == 0
    demo = tmp_path / "demo"
    assert run(demo, "generate").returncode == 0
    assert run(demo, "generate", "--check").returncode == 0
    again = run(demo, "init")
    assert (again.returncode, "exists already" in again.stderr) == (2, True)


def test_the_result_does_not_depend_on_the_surroundings(project: Path) -> None:
    surroundings = [
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Asia/Kathmandu"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "America/St_Johns", "HOME": "/nonexistent"},
    ]
    printed = {run(project, "generate", "--stdout", **each).stdout for each in surroundings}
    assert len(printed) == 1
    assert str(project) not in printed.pop()
