"""`kind: Platform`, the file `sightline.yaml`: what a whole project shares."""

from generator.spec.platform.fields import DEFAULT_FORMATS, DOCUMENT, FORMATS, KIND, SPEC
from generator.spec.platform.read import read_platform

__all__ = ["DEFAULT_FORMATS", "DOCUMENT", "FORMATS", "KIND", "SPEC", "read_platform"]
