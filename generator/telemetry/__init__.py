"""What a service's telemetry looks like: profiles as data, and a service seen through one."""

from generator.telemetry.outcomes import GRPC_CODES, ErrorPolicy
from generator.telemetry.profile import DEFAULT_PROFILE, PROFILES, Histogram, Profile
from generator.telemetry.read import load_profile
from generator.telemetry.subject import Subject

__all__ = [
    "DEFAULT_PROFILE",
    "GRPC_CODES",
    "PROFILES",
    "ErrorPolicy",
    "Histogram",
    "Profile",
    "Subject",
    "load_profile",
]
