"""Exporters for CatBoost: estimators, ``.cbm`` and JSON model files."""
