"""`python -m theodoi` is the command line."""

from theodoi.cli import main

main()
