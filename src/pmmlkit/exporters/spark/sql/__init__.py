"""SQLTransformer: the expressions of a SELECT, by Spark's rules."""
