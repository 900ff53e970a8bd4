"""Converters for scikit-learn: a file for each of its sub-packages."""
