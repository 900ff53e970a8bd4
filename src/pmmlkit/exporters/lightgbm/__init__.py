"""LightGBM: its estimators, boosters and model files, all of them through the text of the model."""
