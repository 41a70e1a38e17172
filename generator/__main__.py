"""`python -m generator` is `sightline`."""

from generator.cli import main

main()
