"""Telemetry profiles: how policies become regular expressions, and thresholds a histogram's own unit."""

import pytest
import re2

from generator.telemetry import GRPC_CODES, PROFILES, load_profile
from generator.telemetry.outcomes import pattern

# grpc/grpc-go, codes/code_string.go: in the order of the numbers.
GO_NAMES = (
    "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists",
    "PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented",
    "Internal", "Unavailable", "DataLoss", "Unauthenticated",
)  # fmt: skip
SPELLED = {"number": tuple(map(str, range(17))), "upper": GRPC_CODES, "camel": GO_NAMES}


def matched(expression: str, values: tuple[str, ...]) -> list[str]:
    """The label values that Prometheus would select: it anchors its expressions at both ends."""
    return [value for value in values if re2.fullmatch(expression, value)]


@pytest.mark.parametrize("spelling", SPELLED)
@pytest.mark.parametrize("code", GRPC_CODES)
def test_a_grpc_code_is_found_in_every_spelling_and_no_other_with_it(code: str, spelling: str):
    written = SPELLED[spelling]
    assert matched(pattern("grpcCodes", (code,), spelling), written) == [written[GRPC_CODES.index(code)]]


def test_several_codes_are_one_expression():
    found = matched(pattern("grpcCodes", ("DATA_LOSS", "CANCELLED"), "number"), SPELLED["number"])
    assert found == ["1", "15"]
    codes = ("200", "404", "429", "500", "503", "0", "")
    assert matched(pattern("httpCodes", ("5xx", "429", "0"), ""), codes) == ["429", "500", "503", "0"]


def test_any_error_is_one_that_no_code_tells():
    """Where there is a code, the type repeats it; what of codes is a failure, `httpCodes` says."""
    types = ("", "404", "500", "503", "timeout", "_OTHER", "java.io.IOException")
    assert matched(pattern("errorTypes", ("*",), ""), types) == ["timeout", "_OTHER", "java.io.IOException"]
    assert matched(pattern("errorTypes", ("a.b", "*x"), ""), ("a.b", "aXb", "*x", "x")) == ["a.b", "*x"]


@pytest.mark.parametrize("name", PROFILES)
def test_every_edge_is_a_threshold_that_can_be_written(name: str):
    """In whole milliseconds, where it is a whole number of them, and back in the histogram's own unit."""
    for protocol in load_profile(name).protocols.values():
        histogram = protocol.duration
        if histogram is None:
            continue
        assert list(histogram.buckets) == sorted(set(histogram.buckets))
        for edge in histogram.buckets:
            milliseconds = edge * (1000 if histogram.unit == "s" else 1)
            if milliseconds == milliseconds.to_integral_value():
                assert histogram.in_unit(int(milliseconds)) == edge
