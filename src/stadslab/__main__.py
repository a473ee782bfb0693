"""`python -m stadslab` is `stadslab`."""

from stadslab.faces.cli import main

main()
