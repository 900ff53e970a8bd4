"""The PMML language: a module a chapter of the specification, declaration and rule together."""
