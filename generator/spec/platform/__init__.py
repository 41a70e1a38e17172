"""`kind: Platform`, the file `sightline.yaml`: what a whole project shares."""

from generator.spec.platform.environments import in_environment
from generator.spec.platform.fields import DEFAULT_FORMATS, DOCUMENT, FORMATS, KIND, SPEC
from generator.spec.platform.lint import silence
from generator.spec.platform.read import read_platform
from generator.spec.platform.requires import check_requires

__all__ = [
    "DEFAULT_FORMATS",
    "DOCUMENT",
    "FORMATS",
    "KIND",
    "SPEC",
    "check_requires",
    "in_environment",
    "read_platform",
    "silence",
]
