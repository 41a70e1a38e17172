"""Proof on a real Prometheus: synthetic counters in, generated rules on the engine, numbers out.

`series` makes raw counters, `server` runs a real Prometheus, `rules` evaluates a rule file on it layer by
layer, `truth` computes what really happened from the raw increments. Nothing here imports the generator.
"""
