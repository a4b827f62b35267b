"""A child that waits for ever."""

import threading

threading.Event().wait()
