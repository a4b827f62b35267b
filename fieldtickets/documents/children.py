"""Work on files of strangers, in a child process that may die; our memory, time and secrets are kept from it.

The web and the worker never import Pillow or WeasyPrint: they stay small, and a bomb takes only its child.
"""

import os
import resource
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

import structlog

GIGABYTE = 1024**3
AT_ONCE = 2  # children of one process: a flood of orders must not take the machine
# what a child needs of our environment, where the keys and passwords of the service also are
PASSED_ON = (
    "PATH",
    "HOME",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "XDG_CACHE_HOME",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
)

_room = BoundedSemaphore(AT_ONCE)

log = structlog.get_logger("children")


class ChildFailed(Exception):
    """The child refused, died, or ran out of time or memory; says which, never what was in the file."""


class OutOfBounds(ChildFailed):
    """It had all the time or memory that it may have: started again it would fare no better."""


@dataclass(frozen=True)
class Child:
    """A Python program: bytes in by its standard input, bytes out by its standard output."""

    program: Path
    seconds: int = 30
    memory_bytes: int = GIGABYTE

    def run(self, given: bytes) -> bytes:
        """Its answer; raises ChildFailed. Waits for room as long as it may work itself.

        One that fails is started once more: a machine short of memory kills children that did nothing
        wrong, and a document that somebody waits for must not be lost to that.
        """
        if not _room.acquire(timeout=self.seconds):
            raise ChildFailed("busy")
        try:
            return self._run_twice(given)
        finally:
            _room.release()

    def _run_twice(self, given: bytes) -> bytes:
        try:
            return self._run(given)
        except OutOfBounds:
            raise
        except ChildFailed as reason:
            log.warning("child started again", program=self.program.stem, reason=str(reason))
            return self._run(given)

    def _run(self, given: bytes) -> bytes:
        # by its path and isolated: it need not import the service, nor find our calendar.py for Python's
        command = (sys.executable, "-I", str(self.program))
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        ) as process:
            try:
                self._confine(process.pid)
                answer, complaint = process.communicate(given, timeout=self.seconds)
            except subprocess.TimeoutExpired as reason:
                raise OutOfBounds("out of time") from reason
            finally:
                process.kill()
        if process.returncode:
            raise _failure(complaint, process.returncode)
        return answer

    def _confine(self, pid: int) -> None:
        """Set its limits before it is given anything to read."""
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_AS, (self.memory_bytes, self.memory_bytes))
            resource.prlimit(pid, resource.RLIMIT_CPU, (self.seconds, self.seconds))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _failure(complaint: bytes, returncode: int) -> ChildFailed:
    """The name of the child's error; whatever else it says may quote the file."""
    last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
    if last == "MemoryError":
        return OutOfBounds(last)
    return ChildFailed(last if last.isidentifier() else f"ended with {returncode}")
