"""Columns of values, their types and conversions, and the loops over them. Knows no XML."""
