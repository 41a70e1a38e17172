"""The same done to many things in several processes, one for each processor.

A process is a copy of this one, so that it needs to be handed nothing, and hands back its results alone.
What one does not do, because it was killed or something was raised, is done here once more: what is raised is
raised here. The results are those of `map`, however many processes there are.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

# Below this many things for each process, a copy of the process costs more than it saves.
WORTH_A_PROCESS = 100
# Each takes memory, and what is not spread takes its time whatever their number.
_MOST = 8


class _Started(NamedTuple):
    """A process, 0 for one that could not be started, and the end of the pipe that its results come by."""

    pid: int
    pipe: int


def spread(function: Callable[[_Item], _Result], items: Sequence[_Item], /) -> Iterable[_Result]:
    """Give the result of `function` for each of `items`, in their order.

    `function` may change nothing but what is its own: in another process nobody sees it.
    """
    number = _processes(len(items))
    if number == 1:
        return map(function, items)
    shares = [items[first::number] for first in range(number)]
    started: list[_Started] = []
    try:
        started.extend(_start(function, share) for share in shares[1:])
        results = [[function(item) for item in shares[0]]]
        for process, share in zip(started, shares[1:], strict=True):
            results.append(_received(process) or [function(item) for item in share])
    finally:
        for process in started:
            _end(process)
    return [results[index % number][index // number] for index in range(len(items))]


def _processes(items: int) -> int:
    """How many processes, this one included, are of use."""
    if not hasattr(os, "fork"):
        return 1
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only; it knows what a container may use
    processors = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min(processors, items // WORTH_A_PROCESS, _MOST))


def _start(function: Callable[[_Item], _Result], share: Sequence[_Item]) -> _Started:
    """Begin to work on a share in a copy of this process."""
    reading, writing = os.pipe()
    try:
        pid = os.fork()
    except OSError:  # no more processes are allowed here: as if one had been started and killed
        os.close(writing)
        return _Started(0, reading)
    if pid:
        os.close(writing)
        return _Started(pid, reading)
    # The copy ends here, whatever happens: it must neither report anything nor write what this one will.
    try:
        import pickle  # most runs are of one process, and need none

        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump([function(item) for item in share], pipe, pickle.HIGHEST_PROTOCOL)
        os._exit(0)
    finally:
        os._exit(1)


def _received(process: _Started) -> list[_Result] | None:
    """The results of a process; None where it did not come to its end."""
    import pickle  # as above

    try:
        with os.fdopen(process.pipe, "rb", closefd=False) as pipe:
            results: list[_Result] = pickle.load(pipe)  # noqa: S301  # our own copy wrote it
    except (EOFError, pickle.UnpicklingError):
        return None
    return results


def _end(process: _Started) -> None:
    """End a process, if it has not ended itself."""
    os.close(process.pipe)
    if process.pid:
        os.kill(process.pid, signal.SIGKILL)
        os.waitpid(process.pid, 0)
