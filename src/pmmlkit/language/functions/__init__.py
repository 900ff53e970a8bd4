"""The built-in functions of PMML, by kind, and the registry that finds them."""
