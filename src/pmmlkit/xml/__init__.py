"""Text to elements and back. Knows XML; knows no PMML element."""
