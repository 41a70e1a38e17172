"""Tests of the spec: structure, schema, burn-rate maths."""
