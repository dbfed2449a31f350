"""Run as ``python -m monitor.cli``."""

from monitor.cli.app import main
from monitor.programs import end_with_parent

end_with_parent()
main()
