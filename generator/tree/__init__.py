"""The output tree: who owns which file of it, and how it changes without a moment in which it is damaged."""

from generator.tree.apply import apply, check
from generator.tree.codes import TREE_CODES
from generator.tree.model import Changes

__all__ = ["TREE_CODES", "Changes", "apply", "check"]
