"""Prometheus has the last word on syntax: on a corpus, and on mutants of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from promql.syntax import ARGUED, corpus, disagreements, mutants, promtools

pytestmark = pytest.mark.engine


def test_the_corpus_is_sound(tmp_path: Path) -> None:
    texts = corpus()
    assert len(texts) > 150
    assert [text for text, taken in zip(texts, promtools(texts, tmp_path), strict=True) if not taken] == []
    assert disagreements(texts, tmp_path) == []


def test_verdicts_on_mutants_agree(tmp_path: Path) -> None:
    texts = list(mutants(2_000, seed=42))
    taken = sum(promtools(texts, tmp_path))
    assert 200 < taken < 1_800, "mutants that all are sound, or all broken, show nothing"
    assert disagreements(texts, tmp_path) == []


def test_what_is_argued_differs(tmp_path: Path) -> None:
    texts = ["m[5m b]"]
    assert promtools(texts, tmp_path) == [True]
    assert all(any(pattern.search(text) for text in texts) for pattern in ARGUED.values())
