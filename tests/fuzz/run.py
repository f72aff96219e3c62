"""Fuzz one target, guided by the code it reaches: ``python tests/fuzz/run.py clean -max_total_time=60``.

Needs ``pip install atheris``, which makes and judges the inputs (libFuzzer's options are taken); without arguments it
names the targets. What fails is written to a file ``crash-...``, which given as an argument fails again.
"""

import sys
import tempfile
from pathlib import Path


def main(arguments: list[str]) -> None:
    try:
        import atheris
    except ImportError as error:
        raise SystemExit("fuzzing guided by coverage needs atheris; pip install atheris") from error
    sys.path.insert(0, str(Path(__file__).parent))
    with atheris.instrument_imports(include=["newsclean"], enable_loader_override=False):
        from targets import TARGETS
    if not arguments or arguments[0] not in TARGETS:
        raise SystemExit(f"name a target: {', '.join(TARGETS)}")
    name, *options = arguments
    function, seed = TARGETS[name]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "seed").write_bytes(seed())
        atheris.Setup([name, "-rss_limit_mb=4096", "-timeout=60", *options, folder], function)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
