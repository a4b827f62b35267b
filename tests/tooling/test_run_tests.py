"""A run in which a test was skipped is a failed run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
RUN = "import sys; from tools.run_tests import run; sys.exit(run(sys.argv[1:]))"
LEAN = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # plugins of other tests only take time
PASSES = "def test_passes():\n    pass\n"


@pytest.fixture
def run_on(tmp_path: Path):
    def run(content: str, *options: str) -> subprocess.CompletedProcess[str]:
        story = tmp_path / "test_story.py"
        story.write_text(content)
        command = [sys.executable, "-c", RUN, "--rootdir", str(tmp_path), "-p", "xdist", *options, str(story)]
        return subprocess.run(command, cwd=ROOT, env=LEAN, capture_output=True, text=True, check=False)

    return run


def test_all_passed_is_success(run_on):
    assert run_on(PASSES).returncode == 0


@pytest.mark.parametrize("workers", ["0", "1"])
@pytest.mark.parametrize(
    "skipping",
    [
        "import pytest\n@pytest.mark.skip\ndef test_skipped():\n    pass\n",
        "import pytest\npytest.importorskip('no_such_module')\n",
    ],
)
def test_a_skipped_test_or_file_fails_the_run_and_is_named(run_on, skipping, workers):
    done = run_on(skipping + PASSES, "-n", workers)

    assert done.returncode != 0
    assert "test_story.py" in done.stdout.split("skipped, which counts as failed")[1]


def test_a_failed_test_fails_the_run(run_on):
    assert run_on("def test_fails():\n    assert False\n").returncode == 1
