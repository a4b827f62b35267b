"""A child that is killed the first time, as on a machine short of memory; the file it is told keeps count."""

import os
import signal
import sys
from pathlib import Path

mark = Path(sys.stdin.read())
if not mark.exists():
    mark.touch()
    os.kill(os.getpid(), signal.SIGKILL)
sys.stdout.write("done")
