"""XGBoost: its estimators, boosters and model files, which are read without the library."""
