"""What the command line does, one file per command: each adds its arguments and runs."""
