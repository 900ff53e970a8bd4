"""mlxtend: linear models, a network, and estimators made of others."""
