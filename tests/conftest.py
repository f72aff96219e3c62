"""Settings for all tests: hypothesis draws the same examples in CI on every machine, and gives up no slow machine."""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

# strategies.py and neardup_samples.py are shared by the folders below.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent / "neardup")]

collect_ignore = ["fuzz/run.py", "mutation/run.py"]  # programs, without doctests; they need more than the tests do

settings.register_profile(
    "default",
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.register_profile("long", settings.get_profile("default"), max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))
