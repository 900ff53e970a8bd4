"""Fitted Spark ML pipelines as documents: saved folders are read without Spark and without Java."""
