"""What this process does to its machine while it is played with: connections, files, memory."""

import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

KILOBYTES_IN_MB = 1024
LISTENING: list["Machine"] = []


@dataclass
class Machine:
    """Looked at every night. temporary: the folder of temporary files while it is watched.

    connections: where any was opened to. left: temporary files that nobody had taken away.
    open_files: how many, night by night. memory_mb: by how much the most that was ever used has grown.
    """

    temporary: Path
    connections: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    open_files: list[int] = field(default_factory=list)
    memory_mb: int = 0

    def __post_init__(self) -> None:
        self._before_mb = most_used_mb()

    def look(self) -> None:
        """Note what lies about."""
        self.left += sorted(os.listdir(self.temporary))
        self.open_files.append(len(os.listdir("/dev/fd")))
        self.memory_mb = most_used_mb() - self._before_mb


def most_used_mb() -> int:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KILOBYTES_IN_MB


@contextmanager
def watched() -> Iterator[Machine]:
    """Watch this process."""
    listen()
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="simulation-") as folder:
        machine = Machine(Path(folder))
        LISTENING.append(machine)
        tempfile.tempdir = folder
        try:
            yield machine
        finally:
            tempfile.tempdir = before
            LISTENING.remove(machine)


@cache
def listen() -> None:
    """Hear of every connection that Python opens; once for the process, since it cannot be undone."""
    sys.addaudithook(_hear)


def _hear(event: str, told: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        for machine in LISTENING:
            machine.connections.append(str(told[1]))
