"""Fitted estimators to PMML documents: the registry of converters and what they pass along."""
