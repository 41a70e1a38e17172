"""What Kubernetes and the kubelets tell of workloads. In strained namespaces they are full."""

from __future__ import annotations

from collections.abc import Iterator

from generator.spec.model import Service
from grafana.scenarios.scenario import DAY, NOW
from grafana.scenarios.writing import POD, RECENT, Labels, Writer

LIMITS = {"cpu": 1.0, "memory": 5e8}


class Cluster(Writer):
    """Two pods for each workload, with a container of the service and one of the proxy.

    Under strain the first pod's service has 95 % of its CPU, leaks and was started again, the second one has
    exactly nine tenths of its memory; both are throttled. Proxies are always well.
    """

    def of(self, service: Service) -> Iterator[bytes]:
        strained = service.namespace in self.scenario.strained
        for workload in service.workloads:
            where = {
                "namespace": service.namespace,
                "job": "kubelet",
                "instance": "node:10250",
                "node": "node",
            }
            yield from self.workload(service.namespace, workload, strained)
            for index in range(2):
                pod = {**where, "pod": f"{workload}-{POD.format(index)}"}
                yield from self.pod(pod)
                yield from self.container({**pod, "container": "istio-proxy"}, 0.2, 0.1, _grows(2e8, 1))
                memory = _grows(2e8, 1) if not strained else _grows(4.75e8, 200) if index == 0 else 4.5e8
                cpu, throttled = (0.95, 3) if strained else (0.2, 0.1)
                yield from self.container(
                    {**pod, "container": "app"}, cpu, throttled, memory, int(strained and index == 0)
                )
            yield from self.volume({**where, "persistentvolumeclaim": workload})

    def workload(self, namespace: str, workload: str, strained: bool) -> Iterator[bytes]:
        deployment = {"namespace": namespace, "deployment": workload}
        missing = int(strained)
        yield self.gauge("kube_deployment_spec_replicas", deployment, 2)
        yield self.gauge("kube_deployment_status_replicas_available", deployment, 2 - missing)
        yield self.gauge("kube_deployment_status_replicas_unavailable", deployment, missing)
        made = {"namespace": namespace, "replicaset": f"{workload}-{POD[:10]}"}
        yield self.gauge("kube_replicaset_created", made, NOW - DAY)
        scaler = {"namespace": namespace, "horizontalpodautoscaler": workload}
        yield self.gauge("kube_horizontalpodautoscaler_spec_max_replicas", scaler, 10)
        yield self.gauge(
            "kube_horizontalpodautoscaler_status_current_replicas", scaler, 10 if strained else 2
        )

    def pod(self, pod: Labels) -> Iterator[bytes]:
        for phase in ("Failed", "Pending", "Running", "Succeeded", "Unknown"):
            yield self.gauge("kube_pod_status_phase", {**pod, "phase": phase}, float(phase == "Running"))
        yield self.gauge("kube_pod_info", {**pod, "pod_ip": "10.0.0.1", "created_by_name": "x"}, 1)
        yield self.gauge("kube_pod_start_time", pod, NOW - DAY)
        for way in ("receive", "transmit"):
            yield self.counter(f"container_network_{way}_bytes_total", {**pod, "interface": "eth0"}, 1_000)
        ended = {**pod, "container": "app", "reason": "OOMKilled"}
        yield self.gauge("kube_pod_container_status_last_terminated_reason", ended, 1)

    def container(
        self, inside: Labels, cpu: float, throttled: float, memory: object, restarts: int = 0
    ) -> Iterator[bytes]:
        """One container: cores in use, throttled periods of ten a second, bytes in use, restarts ever."""
        yield self.counter("container_cpu_usage_seconds_total", {**inside, "cpu": "total"}, cpu)
        yield self.counter("container_cpu_cfs_periods_total", inside, 10)
        yield self.counter("container_cpu_cfs_throttled_periods_total", inside, throttled)
        for way in ("reads", "writes"):
            yield self.counter(f"container_fs_{way}_bytes_total", {**inside, "device": "sda"}, 100)
        yield self.gauge("container_memory_working_set_bytes", inside, memory, RECENT)  # type: ignore[arg-type]
        for metric in ("limits", "requests"):
            for resource, value in LIMITS.items():
                labels = {**inside, "resource": resource}
                yield self.gauge(f"kube_pod_container_resource_{metric}", labels, value)
        yield self.gauge("kube_pod_container_status_restarts_total", inside, restarts)

    def volume(self, volume: Labels) -> Iterator[bytes]:
        yield self.gauge("kubelet_volume_stats_capacity_bytes", volume, 1e10)
        yield self.gauge("kubelet_volume_stats_available_bytes", volume, _grows(5e9, -1e3), RECENT)


def _grows(now: float, rate: float) -> object:
    """Bytes that are `now` at the end, and grew by `rate` a second."""
    return lambda at: now + rate * (at - NOW)
