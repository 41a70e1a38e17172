"""Proof on a real Prometheus: synthetic counters in, generated rules on the engine, numbers out.

`series` makes raw counters, `server` runs a real Prometheus, `rules` evaluates a rule file on it layer by
layer, `truth` computes what really happened from the raw increments. `live` runs an alert's whole way
instead, with a target that is scraped, Alertmanager and a receiver. Nothing here imports the generator.
"""
