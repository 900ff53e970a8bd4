"""optbinning: scorecards and binned columns."""
