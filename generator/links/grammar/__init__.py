"""What the linked systems accept, as tables: every link that is built is parsed back by them.

Written from the systems' own routes and enums and sharing no code with the builders, so that a mistake in a
builder is found here and not by whoever follows the link during an outage.
"""

from generator.links.grammar.parts import GrammarError, Parsed, Placeholder

__all__ = ["GrammarError", "Parsed", "Placeholder"]
