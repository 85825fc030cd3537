"""What passes rewrite: terms with explicit lookups, quantities, factors, decisions, records."""
