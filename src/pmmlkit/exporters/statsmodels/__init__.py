"""Exporters for statsmodels: results of linear, generalised linear and discrete models."""
