"""The documentation is true: every block in it is run or checked, every link leads somewhere.

What a block's language asks of it:

- `console`: each `$ command` runs, page by page and in order, in a copy of this repository (the tutorial in
  an empty folder) and prints what stands below it; a line of `...` stands for any lines.
- `yaml`: what has an apiVersion compiles without a finding, other YAML is read. With a path behind it
  (`yaml slos/x.yaml`) it is saved there instead, for the commands that follow.
- `promql`: parses; where each line ends with a comment, each line does.
- `yaml out`, `promql out`, `json out`, `text out`: stands like that in a generated file.
- `sh`: set-up that is not run here; its `make` targets and `sightline` options exist.
- `python` runs, `json` is JSON, `text` is free. Any other language fails.
"""

from __future__ import annotations

import itertools
import json
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
import yaml
from console import Console, matches, steps
from pages import ALL_BLOCKS, PAGES, ROOT, Block, anchors, blocks, links, of

from generator.cli import cli
from generator.diagnostics import Diagnostics, Span
from generator.documents import Source
from generator.pipeline import compile_project
from generator.promql.catalogue_file import load_catalogue
from generator.promql.parse import parse
from generator.reference import reference

LANGUAGES = {"console", "yaml", "promql", "sh", "python", "json", "text"}
_KINDS = ("Service", "SLO", "AlertPack", "Dashboard", "Platform")
FROM_EMPTY_FOLDER = {"tutorial.md"}


def test_every_block_says_what_it_is() -> None:
    unknown = [
        f"{block}: {block.language or 'no language'}"
        for block in ALL_BLOCKS
        if block.language not in LANGUAGES
    ]
    assert not unknown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            dead.append(target)
    assert not dead


def test_every_page_is_linked_from_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / target.partition("#")[0]).resolve() for target in links(index)}
    assert {page for page in PAGES if page.parent == index.parent} - {index} <= linked


def test_the_reference_is_what_the_schema_says() -> None:
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert page == reference(), "make update rewrites it"


def _with_commands(page: Path) -> bool:
    return any(block.language == "console" for block in blocks(page))


@pytest.mark.parametrize("page", [page for page in PAGES if _with_commands(page)], ids=lambda page: page.name)
def test_commands_print_what_the_page_says(page: Path, tmp_path: Path, update: bool) -> None:
    console = Console(tmp_path, empty=page.name in FROM_EMPTY_FOLDER)
    wrong, seen = [], []
    for block in blocks(page):
        if block.language == "yaml" and block.argument not in ("", "out"):
            console.write(block.argument, block.text)
        if block.language != "console":
            continue
        told = steps(block.text)
        printed = console.run([step.command for step in told])
        assert len(printed) == len(told), f"{block}: the shell ended early"
        seen.append(
            (block, "".join(f"$ {step.command}\n{said}" for step, said in zip(told, printed, strict=True)))
        )
        wrong += [
            f"{block}: $ {step.command}\n--- the page\n{step.expected}--- the program\n{said}"
            for step, said in zip(told, printed, strict=True)
            if not matches(step.expected, said)
        ]
    if update:
        rewrite(page, seen)
    else:
        assert not wrong, "\n".join(wrong)


def rewrite(page: Path, seen: list[tuple[Block, str]]) -> None:
    """Put what commands print into their page; blocks that leave lines out (`...`) are a person's work."""
    lines = page.read_text(encoding="utf-8").splitlines(keepends=True)
    for block, text in reversed(seen):
        if "..." not in block.text.splitlines():
            lines[block.line : block.line + len(block.text.splitlines())] = [text]
    page.write_text("".join(lines), encoding="utf-8")


@dataclass
class Memory:
    """A project in memory, with the fixtures of this repository."""

    sources: list[Source]
    config: str = "sightline.yaml"

    def documents(self, diagnostics: Diagnostics) -> list[Source]:
        return self.sources

    def modules(self, diagnostics: Diagnostics) -> list[Source]:
        return []

    def matching(self, pattern: str, span: Span | None, diagnostics: Diagnostics) -> list[Source]:
        return [
            Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
            for path in sorted(ROOT.glob(pattern))
        ]


def _project_around(block: Block) -> Memory:
    """The block's documents, and what a reader needs beside them to generate: platform, services, packs."""
    documents = [document for document in yaml.safe_load_all(block.text) if document]
    names = {kind: {d["metadata"]["name"] for d in documents if d["kind"] == kind} for kind in _KINDS}
    if names["Platform"]:
        return Memory([Source("sightline.yaml", block.text)])
    platform = yaml.safe_load((ROOT / "sightline.yaml").read_text(encoding="utf-8"))
    # A reader's own metrics are in no fixture of this repository.
    del platform["spec"]["fixtures"], platform["spec"]["pythonDashboards"]
    listed = [
        d["metadata"]["name"] for d in documents if d["kind"] == "AlertPack" and "forEach" not in d["spec"]
    ]
    around = [_service("uses-the-packs", alertPacks=sorted(listed))]
    if "http-hygiene" not in names["AlertPack"]:
        around.append(yaml.safe_load((ROOT / "alerts" / "http-hygiene.yaml").read_text(encoding="utf-8")))
    for target in sorted({d["spec"]["service"] for d in documents if "service" in d["spec"]}):
        namespace, _, name = target.rpartition("/")
        around += [] if name in names["Service"] else [_service(name, namespace)]
    return Memory(
        [
            Source("sightline.yaml", yaml.safe_dump(platform)),
            Source("slos/around.yaml", yaml.safe_dump_all(around)),
            Source("slos/block.yaml", block.text),
        ]
    )


def _service(name: str, namespace: str = "", **spec: object) -> dict[str, object]:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {
        "apiVersion": "sightline/v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"tier": "silver", **spec},
    }


@pytest.mark.parametrize("block", [block for block in of("yaml") if not block.argument], ids=str)
def test_yaml_compiles(block: Block) -> None:
    documents = [document for document in yaml.safe_load_all(block.text) if document]
    if not all("apiVersion" in document for document in documents):
        return
    diagnostics = Diagnostics()
    catalogues = [document for document in documents if document["kind"] == "Catalogue"]
    if catalogues:
        assert load_catalogue([Source("tests/fixtures/block.yaml", block.text)], diagnostics)
    else:
        compilation = compile_project(_project_around(block), diagnostics)
        assert list(diagnostics) == []
        assert compilation.artifacts
    assert list(diagnostics) == []


@pytest.mark.parametrize("block", of("promql"), ids=str)
def test_promql_parses(block: Block) -> None:
    lines = [line for line in block.text.splitlines() if line.strip()]
    one_a_line = all(re.search(r"\s#\s", line) for line in lines)
    for expression in lines if one_a_line else [block.text]:
        parse(expression)


@pytest.mark.parametrize("block", [block for block in ALL_BLOCKS if block.argument == "out"], ids=str)
def test_excerpts_of_the_output_stand_there(block: Block) -> None:
    generated = [path for path in (ROOT / "out").rglob("*") if path.suffix in {".yaml", ".json", ".md"}]
    assert any(_holds(path.read_text(encoding="utf-8"), block.text) for path in generated)


def _holds(text: str, excerpt: str) -> bool:
    """Whether the pieces between lines of `...` stand in the text in this order, whatever their indent."""
    lines = "\n".join(["", *(line.strip() for line in text.splitlines()), ""])
    place = 0
    for piece in re.split(r"^\s*\.\.\.\n", excerpt, flags=re.MULTILINE):
        wanted = "\n".join(["", *(line.strip() for line in piece.splitlines()), ""])
        place = lines.find(wanted, place) if piece else place
        if place < 0:
            return False
    return True


@pytest.mark.parametrize("block", of("sh"), ids=str)
def test_set_up_commands_exist(block: Block) -> None:
    for line in re.split(r"\n|&&", block.text):
        words = shlex.split(line, comments=True)
        if words:
            _check_command(words)


def _check_command(words: list[str]) -> None:
    settings = [word.partition("=")[0] for word in itertools.takewhile(lambda word: "=" in word, words)]
    program, *arguments = words[len(settings) :]
    if program == "docker":
        compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
        assert arguments[:2] == ["compose", "up"]
        assert set(arguments[2:]) <= set(yaml.safe_load(compose)["services"])
        assert all(f"${{{name}:-" in compose for name in settings)
    elif program == "make":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        targets = [word for word in arguments if "=" not in word]
        assert targets
        assert all(re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE) for target in targets)
    elif program == "sightline":
        parent = click.Context(cli)
        command = cli.get_command(parent, arguments[0])
        assert command is not None
        command.make_context(arguments[0], arguments[1:], parent=parent, resilient_parsing=False)
    else:
        assert program in {"pip", "cd", "git", "pytest"}, f"nothing checks {program}"


def test_json_is_json() -> None:
    for block in of("json"):
        json.loads(block.text)


def test_python_runs() -> None:
    for block in of("python"):
        command = [sys.executable, "-W", "error", "-c", block.text]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{block}\n{done.stderr}"
