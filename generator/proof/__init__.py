"""Proof: what the rules of an SLO must do, said independently of them, and asked of Prometheus' own engine.

`truth` says when an alert must fire, from the objective and the workbook's table. `world` says which raw
series a service's requests make. `scenarios` put the two together into unit tests for promtool. `run` runs
them and reads promtool's answer.
"""
