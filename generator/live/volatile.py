"""Values that are new after every deployment, restart or rescheduling: a fixture with them is never the same.

Labels keep their names; what is left out are values. Kubernetes makes names of the letters and digits that
cannot spell words (k8s.io/apimachinery, util/rand).
"""

from __future__ import annotations

import re
from ipaddress import ip_address

from generator.documents.characters import hidden_characters

VOLATILE_LABELS = frozenset(
    {
        *("pod", "pod_name", "pod_ip", "pod_uid", "kubernetes_pod_name", "k8s_pod_name", "k8s_pod_uid"),
        *("exported_pod", "replicaset", "pod_template_hash", "controller_revision_hash"),
        *("pod_template_generation", "replica", "prometheus_replica", "__replica__"),
        *("instance", "exported_instance", "service_instance_id", "host", "hostname", "host_name", "host_ip"),
        *("node", "node_name", "nodename", "kubernetes_node", "kubernetes_io_hostname", "k8s_node_name"),
        *("ip", "internal_ip", "external_ip", "machine_id", "boot_id", "system_uuid"),
        *("id", "uid", "uuid", "container_id", "image_id", "request_id", "session_id", "trace_id", "span_id"),
        *("user_id", "hash"),
    }
)
"""Labels whose values name one thing that comes and goes, and is never meant in a rule."""

LONGEST = 200  # characters of a value; longer ones are made by programs for programs
_RANDOM = "bcdfghjklmnpqrstvwxz2456789"
_VOLATILE = re.compile(
    "|".join(
        (
            rf"-[{_RANDOM}]{{8,10}}-[{_RANDOM}]{{5}}$",  # a Deployment's pod
            rf"-(?=[a-z]*[0-9])[{_RANDOM}]{{8,10}}$",  # a ReplicaSet
            r"-[0-9]{8,10}(-[a-z0-9]{5})?$",  # a CronJob's job and its pod
            r"(?<![\w.])([0-9]{1,3}\.){3}[0-9]{1,3}(?![\w.])",  # an address
            r"\bip-([0-9]{1,3}-){3}[0-9]{1,3}\b",  # an address in a node's name
            r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",  # a UUID
            r"\b(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{12,}\b",  # a commit, a container, a digest
            r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:",  # a moment
            r"\b1[0-9]{9}([0-9]{3}){0,3}\b",  # a moment as Unix time
        )
    )
)


def is_legible(value: str) -> bool:
    """Whether a file can show a value to a reader: it is not too long, and hides nothing."""
    if len(value) > LONGEST or "\n" in value or "\t" in value:
        return False
    return next(hidden_characters(value), None) is None


def is_volatile(value: str) -> bool:
    """Whether a value, which is legible, is one of many to come."""
    return _VOLATILE.search(value) is not None or _is_address(value)


def _is_address(value: str) -> bool:
    """Whether this is an IPv6 address, with or without a port; IPv4 is found by its form."""
    if value.count(":") < 2:
        return False
    try:
        ip_address(value.partition("]")[0].lstrip("["))
    except ValueError:
        return False
    return True
