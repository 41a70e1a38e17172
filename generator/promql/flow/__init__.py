"""What is known of an expression's result without running it: type, unit, values, and each label's fate.

`read` gives a tree with places, `evaluate` the flow of every part of it; one module for each kind of part.
"""
