"""From any frame to columns."""
