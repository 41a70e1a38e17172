"""What a service's telemetry looks like: profiles as data, and a service seen through one."""

from generator.telemetry.profile import PROFILES, Histogram, Profile, load_profile
from generator.telemetry.subject import GRPC_CODES, ErrorPolicy, Subject

__all__ = ["GRPC_CODES", "PROFILES", "ErrorPolicy", "Histogram", "Profile", "Subject", "load_profile"]
