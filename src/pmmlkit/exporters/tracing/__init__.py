"""Functions that users wrote, exported by calling them with symbolic columns."""
