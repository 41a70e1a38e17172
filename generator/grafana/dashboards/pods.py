"""Pods and containers of workloads, as kubelets (cAdvisor) and kube-state-metrics tell of them."""

from __future__ import annotations

from collections.abc import Iterable

from generator.grafana.queries import any_of
from generator.promql.build import (
    WINDOW,
    Binary,
    Expr,
    Matcher,
    Number,
    Selector,
    equal,
    rate,
    regex_literal,
    total,
)

CPU_USED = "container_cpu_usage_seconds_total"
MEMORY_USED = "container_memory_working_set_bytes"
LIMITS = "kube_pod_container_resource_limits"
REQUESTS = "kube_pod_container_resource_requests"
PERIODS = "container_cpu_cfs_periods_total"
THROTTLED = "container_cpu_cfs_throttled_periods_total"
RECEIVED, SENT = "container_network_receive_bytes_total", "container_network_transmit_bytes_total"
READ, WRITTEN = "container_fs_reads_bytes_total", "container_fs_writes_bytes_total"
RESTARTS = "kube_pod_container_status_restarts_total"
PHASE = "kube_pod_status_phase"

CONTAINER = ("pod", "container")
# A ReplicaSet's hash and a pod's own suffix; a DaemonSet's suffix; the ordinal of a StatefulSet.
_SUFFIX = "-([0-9]+|([a-z0-9]{6,10}-)?[a-z0-9]{5})"
# cAdvisor also tells of whole pods and of the container that holds the network.
_CONTAINERS = Matcher("container", "!~", "|POD")


def of_workloads(namespace: str, workloads: Iterable[str]) -> tuple[Matcher, ...]:
    """Matchers of the pods of these workloads, by the names that Kubernetes makes for them."""
    named = "|".join(regex_literal(workload) for workload in workloads)
    return (equal("namespace", namespace), Matcher("pod", "=~", f"({named}){_SUFFIX}"))


def of_chosen(namespace: str, workload: str) -> tuple[Matcher, ...]:
    """Matchers of the pods of the workload that is chosen in a dashboard's variables."""
    return (any_of("namespace", namespace), any_of("pod", workload, suffix=_SUFFIX))


def cpu(pods: tuple[Matcher, ...], by: tuple[str, ...] = CONTAINER) -> Expr:
    """CPU in use, in cores."""
    return total(rate(Selector(CPU_USED, (*pods, _CONTAINERS), WINDOW)), by)


def memory(pods: tuple[Matcher, ...], by: tuple[str, ...] = CONTAINER) -> Expr:
    """Memory in use that cannot be given back, in bytes."""
    return total(Selector(MEMORY_USED, (*pods, _CONTAINERS)), by)


def resource(metric: str, kind: str, pods: tuple[Matcher, ...], by: tuple[str, ...] = CONTAINER) -> Expr:
    """What is requested, or the limit, of `cpu` or `memory`."""
    return total(Selector(metric, (*pods, equal("resource", kind))), by)


def of_limit(used: Expr, kind: str, pods: tuple[Matcher, ...]) -> Expr:
    """The share of its limit that each container uses; a container without limit has none."""
    return Binary(used, "/", Binary(resource(LIMITS, kind, pods), ">", Number(0)), CONTAINER)


def throttled(pods: tuple[Matcher, ...]) -> Expr:
    """The share of its CPU periods in which each container was held back; absent while it did not run."""
    held = total(rate(Selector(THROTTLED, (*pods, _CONTAINERS), WINDOW)), CONTAINER)
    periods = total(rate(Selector(PERIODS, (*pods, _CONTAINERS), WINDOW)), CONTAINER)
    return Binary(held, "/", Binary(periods, ">", Number(0)))


def throughput(metric: str, pods: tuple[Matcher, ...], by: tuple[str, ...] = ("pod",)) -> Expr:
    """Bytes per second, of a network or a disk."""
    return total(rate(Selector(metric, pods, WINDOW)), by)
