"""Tests of the proof itself: that it is right, that it is never vacuous, that it sees defects."""
