"""scikit-lego: transformers, linear models, and estimators made of others."""
