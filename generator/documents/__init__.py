"""Files to located YAML nodes."""

from generator.documents.decode import decode
from generator.documents.locate import Locator, Place
from generator.documents.nodes import Document, Mapping, Node, Scalar, Sequence, Source
from generator.documents.parse import parse
from generator.documents.place import place_in_scalar

__all__ = [
    "Document",
    "Locator",
    "Mapping",
    "Node",
    "Place",
    "Scalar",
    "Sequence",
    "Source",
    "decode",
    "parse",
    "place_in_scalar",
]
