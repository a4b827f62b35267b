"""A child that tells the names of what it was given in its environment."""

import os
import sys

sys.stdout.write("\n".join(os.environ))
