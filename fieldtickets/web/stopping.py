"""How a web process stops: its door closes at once, and whoever is inside is answered (D04)."""

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    """Gunicorn's threads. Told to stop, they no longer listen while they finish what is in hand.

    Gunicorn's own keep the socket open meanwhile: who comes then waits for nothing, half a minute long.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept connections or not; for good, once the process stops."""
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                listener.close()
