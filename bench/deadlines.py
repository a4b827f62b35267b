"""How fast deadlines that are due fire: against a bare loop that commits the same rows for each of them."""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.pages import Row, row
from bench.production import ROOT
from bench.scene import Scene, a_scene
from fieldtickets.clock import Clock
from fieldtickets.rounds import Rounds

DEADLINES, PLAINLY = 10_000, 2_000  # a rate is known sooner than all have fired


def rows() -> list[Row]:
    """Deadlines a second, ours and bare; the ratio is bare over ours, like all rates."""
    with TemporaryDirectory(prefix="bench-") as folder:
        scene = a_scene(Path(folder), f"sqlite:///{folder}/fieldtickets.db")
        scene.due(PLAINLY)
        bare = PLAINLY / fired_plainly(scene)
        scene.due(DEADLINES)
        ours = DEADLINES / fired(scene)
    return [row("deadlines fire", "deadlines/s", ours, bare, bare / ours, 3.0)]


def fired(scene: Scene) -> float:
    """The seconds that one round takes. RuntimeError when it does not fire every deadline."""
    begun = time.perf_counter()
    count = Rounds(scene.parts.database, scene.parts.links, Clock().now).run()
    if count != DEADLINES:
        raise RuntimeError(f"{count} of {DEADLINES} deadlines fired")
    return time.perf_counter() - begun


def fired_plainly(scene: Scene) -> float:
    """The seconds that the bare loop takes, in a process of its own."""
    environment = {**os.environ, **scene.environment}
    told = subprocess.run(
        [sys.executable, "-m", "bench.bare"], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return float(told.stdout)
