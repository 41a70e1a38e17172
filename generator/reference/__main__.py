"""Print docs/reference.md."""

import sys

from generator.reference import reference

sys.stdout.write(reference())
