"""Files to located YAML nodes."""

from generator.documents.nodes import Document, Mapping, Node, Scalar, Sequence, Source

__all__ = ["Document", "Mapping", "Node", "Scalar", "Sequence", "Source"]
