"""Run as ``python -m monitor.cli``."""

from monitor.cli.app import main

main()
