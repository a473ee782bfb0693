"""A command line that is stopped half way: `python -m tests.faces.stopped HOW WHERE WORDS...`.

limit BYTES WORDS  no file may grow beyond BYTES, as on a full disk
kill PART WORDS    killed (SIGKILL) when a file whose path holds PART is to get its name
"""

from __future__ import annotations

import os
import signal
import sys

from stadslab.faces.cli import main


def limit(size: str) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), resource.RLIM_INFINITY))


def kill(part: str) -> None:
    def watch(event: str, args: tuple[object, ...]) -> None:
        if event == "os.rename" and part in str(args[1]):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


if __name__ == "__main__":
    {"limit": limit, "kill": kill}[sys.argv[1]](sys.argv[2])
    main(sys.argv[3:])
