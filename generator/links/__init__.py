"""Links into Grafana, Kiali and Jaeger: builders, grammars that parse them back, the links of a service."""
