"""What the checks of PromQL cost: 50,000 distinct expressions, in seconds of one processor.

    python bench/promql_checks.py [NUMBER]

The expressions are the sound ones of the tests with other names (which leaves their shapes, so that most is
judged once) and with other numbers (which makes every one a new shape: the worst case).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from itertools import count, cycle, islice
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from promql.corpus import known_to_them, lines

from generator.diagnostics import Diagnostics
from generator.promql.checks import check_expression
from generator.promql.checks.run import findings

_NUMBER = re.compile(r"(?<![\w.$\[\"])[0-9]+(?:\.[0-9]+)?(?![\w.\]\"])")


def other_names(expression: str, number: int) -> str:
    """The expression for another pod: a matcher that every selector has."""
    return re.sub(r"\{(?=[a-z])", f'{{pod="p{number}",', expression)


def other_numbers(expression: str, number: int) -> str:
    """The expression with another threshold, where it has one; else with another remark."""
    changed = _NUMBER.sub(
        lambda match: f"{match.group()}{'' if '.' in match.group() else '.'}0{number}", expression, 1
    )
    return changed if changed != expression else f"({expression}) * 1.{number}"


def distinct(vary: Callable[[str, int], str], amount: int) -> Iterator[str]:
    """`amount` different expressions."""
    seen: set[str] = set()
    known = known_to_them()
    sound = [line.expression for line in lines() if not findings(vary(line.expression, 0), known)]
    for expression, number in zip(cycle(sound), count(1), strict=False):
        text = vary(expression, number)
        if text not in seen:
            seen.add(text)
            yield text
        if len(seen) == amount:
            return


def measure(vary: Callable[[str, int], str], amount: int) -> float:
    """Seconds of one processor for checking `amount` expressions."""
    known = known_to_them()
    texts = list(islice(distinct(vary, amount), amount))
    diagnostics = Diagnostics()
    begin = process_time()
    for text in texts:
        check_expression(text, known, span=None, diagnostics=diagnostics)
    return process_time() - begin


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    for name, vary in (("other names", other_names), ("other numbers", other_numbers)):
        seconds = measure(vary, wanted)
        print(f"{wanted} expressions, {name}: {seconds:.1f} s, {seconds / wanted * 1e6:.0f} us each")
