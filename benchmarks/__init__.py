"""What pmmlkit costs beside its peers: ``python -m benchmarks`` (see docs/benchmarks.md)."""
