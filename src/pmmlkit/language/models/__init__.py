"""The model elements, one module or folder each, and what models have in common."""
