"""Our verdicts on the syntax of PromQL beside promtool's: `make syntax` prints every disagreement.

Mutants of sound expressions find what nobody thinks of writing. Whatever promtool takes must be taken, and
the reverse, for the version that promtool has. What is known to differ stands in `ARGUED`, with the reason.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from generator.promql import lexer
from generator.promql.error import PromQLError
from generator.promql.limits import MAX_LENGTH, MAX_NESTING, MAX_OPERATORS
from generator.promql.parse import parse
from generator.promql.target import Target, lacks

ROOT = Path(__file__).resolve().parents[2]
BATCH = 2_000
_FAILED = re.compile(r', rule (\d+), "[^"]*": could not parse expression')
ARGUED = {
    "a word after a duration in brackets, which Prometheus 2.42 reads over": re.compile(
        r"\[[^\]]*[0-9][smhdwy]\s+[a-zA-Z_]\w*\s*[\]:]"
    ),
}
_VOCABULARY = (
    *(
        "sum",
        "rate",
        "avg_over_time",
        "histogram_quantile",
        "topk",
        "quantile",
        "count_values",
        "absent",
        "time",
    ),
    *(
        "by",
        "without",
        "on",
        "ignoring",
        "group_left",
        "group_right",
        "bool",
        "offset",
        "or",
        "and",
        "unless",
    ),
    *("+", "-", "*", "/", "%", "^", "==", "!=", ">", "<=", "=", "=~", "!~", "@", ":", ",", ".", "atan2"),
    *("(", ")", "[", "]", "{", "}", "()", "{}", "[5m]", "[1h:]", "[1h:5m]", "5m", "1h30m", "5", "0.5", "1e3"),
    *(
        "0x1F",
        "Inf",
        "NaN",
        "-1",
        '"text"',
        "'text'",
        "`text`",
        '"5.."',
        '"("',
        "start()",
        "end()",
        "m",
        "a:b",
    ),
    *(
        " ",
        "\n",
        "# remark\n",
        '"',
        "\\",
        "$",
        "é",
        "__name__",
        "1m2h",
        "0s",
        "+Inf",
        "inf",
        "by (a)",
        "on (a)",
    ),
)


def corpus() -> list[str]:
    """Sound expressions: hand-written ones for the grammar, and those of this repository's own rules."""
    written = (Path(__file__).parent / "corpus.txt").read_text(encoding="utf-8").splitlines()
    found = [line for line in written if line and not line.startswith("//")]
    for path in sorted((ROOT / "out" / "prometheus" / "rules").rglob("*.yaml"))[:8]:
        groups = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["groups"]
        found += [rule["expr"] for group in groups for rule in group["rules"][:6]]
    return list(dict.fromkeys(found))


def mutants(count: int, seed: int) -> Iterator[str]:
    """Expressions with one to three words or characters changed."""
    chance = random.Random(seed)
    words = [[token.text for token in lexer.tokens(text)] for text in corpus()]
    for _ in range(count):
        text = list(chance.choice(words))
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            _mutate(text, words, chance)
        yield "".join(text)


def _mutate(text: list[str], words: list[list[str]], chance: random.Random) -> None:
    at = chance.randrange(len(text)) if text else 0
    match chance.randrange(8):
        case 0 if text:
            del text[at]
        case 1:
            text.insert(at, chance.choice(_VOCABULARY))
        case 2 if text:
            text[at] = chance.choice(_VOCABULARY)
        case 3 if text:
            text.insert(at, text[at])
        case 4 if text:
            other = chance.randrange(len(text))
            text[at], text[other] = text[other], text[at]
        case 5:
            other_text = chance.choice(words)
            start = chance.randrange(len(other_text))
            text[at : at + 1] = other_text[start : start + chance.randrange(1, 6)]
        case 6 if text:
            character = chance.randrange(len(text[at]) + 1)
            added = chance.choice("()[]{}\"'`\\,:=~!<>+-*/%^@#$._0159amshdwyxeE \n\t")
            text[at] = text[at][:character] + added + text[at][character + chance.randrange(2) :]
        case _ if text:
            del text[at:]


def ours(text: str, target: Target) -> bool:
    """Whether we take `text` for the target."""
    try:
        parse(text)
    except PromQLError:
        return False
    return not lacks(text, target)


def too_large(text: str) -> bool:
    """Whether it passes a cap of ours, which Prometheus has not: to be refused, whatever promtool says."""
    try:
        tokens = [token.text for token in lexer.tokens(text)]
    except PromQLError:
        return False
    return len(text) > MAX_LENGTH or len(tokens) > min(MAX_NESTING, MAX_OPERATORS) * 20


def promtools(texts: Sequence[str], folder: Path) -> list[bool]:
    """What promtool says of each; one start for two thousand of them, because a start costs the most."""
    verdicts = []
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        rules = [{"record": f"r{number}", "expr": text} for number, text in enumerate(batch)]
        path = folder / "rules.json"
        path.write_text(yaml_of(json.dumps({"groups": [{"name": "g", "rules": rules}]})))
        done = subprocess.run(
            ["promtool", "check", "rules", path], capture_output=True, text=True, check=False
        )
        refused = {int(number) for number in _FAILED.findall(done.stderr)}
        # An expression of white space alone has no place in a rule at all.
        refused |= {number for number, text in enumerate(batch, 1) if not text}
        assert bool(refused) == bool(done.returncode), done.stderr
        verdicts += [number not in refused for number in range(1, len(batch) + 1)]
    return verdicts


def yaml_of(text: str) -> str:
    """JSON as YAML: no pairs of surrogates, which Go's YAML reader does not put together."""

    def character(match: re.Match[str]) -> str:
        return f"\\U{ord(json.loads(chr(34) + match.group() + chr(34))):08x}"

    return re.sub(r"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}", character, text)


def version() -> str:
    """The version of the promtool at hand."""
    done = subprocess.run(["promtool", "--version"], capture_output=True, text=True, check=True)
    match = re.search(r"version (\d+\.\d+)", done.stdout + done.stderr)
    assert match
    return match[1]


def disagreements(texts: Sequence[str], folder: Path) -> list[tuple[str, bool]]:
    """Every text on which the verdicts differ, with promtool's."""
    target = Target.of(version())
    return [
        (text, taken)
        for text, taken in zip(texts, promtools(texts, folder), strict=True)
        if ours(text, target) != taken
        and not too_large(text)
        and not any(pattern.search(text) for pattern in ARGUED.values())
    ]


def main(count: int, seed: int) -> int:
    """Compare `count` mutants, print the disagreements; 1 if there are any."""
    texts = list(dict.fromkeys([*corpus(), *mutants(count, seed)]))
    with tempfile.TemporaryDirectory() as folder:
        found = disagreements(texts, Path(folder))
        taken = sum(promtools(texts, Path(folder)))
    for text, taken_there in found:
        print(f"promtool {'takes' if taken_there else 'refuses'}: {text!r}")
    print(
        f"promtool {version()}: {len(texts)} expressions, {count} of them mutants (seed {seed}); "
        f"{taken} taken, {len(texts) - taken} refused, {len(found)} disagreements"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
