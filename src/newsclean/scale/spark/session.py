"""Between Spark and this library: is all there that is needed, functions sent out, errors brought back."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from newsclean import __version__, errors
from newsclean.errors import FileError, MissingExtraError, NewscleanError, OptionError, WorkerError

__all__ = ["Batches", "functions", "map_batches", "plain_errors", "start_session", "together"]

LEAST = (4, 1)
"""The version of Spark that is needed: the first that sends a row to the partition it names."""

Batches: TypeAlias = Iterator[Any]
"""Record batches of one partition."""


def functions() -> Any:
    """Return ``pyspark.sql.functions``.

    Raises:
        MissingExtraError: PySpark is not installed, or too old.
    """
    try:
        import pandas  # noqa: F401  # Spark itself asks for it, where it hands over Arrow batches too
        import pyarrow  # noqa: F401
        import pyspark
        import pyspark.sql.functions
    except ImportError as error:
        raise MissingExtraError("Spark needs PySpark, pyarrow and pandas; pip install 'newsclean[spark]'") from error
    if tuple(map(int, re.findall(r"\d+", pyspark.__version__)[:2])) < LEAST:
        raise MissingExtraError(
            f"PySpark {'.'.join(map(str, LEAST))} or later is needed, and this is {pyspark.__version__}; "
            "pip install 'newsclean[spark]', for the version of your cluster"
        )
    return pyspark.sql.functions


def start_session(master: str | None) -> Any:
    """Return a Spark session on *master*, such as ``local[2]`` or ``spark://host:7077``.

    None: on the one that ``spark-submit`` names. What was set up for Spark (``spark-submit --conf``,
    ``spark-defaults.conf``) holds.

    Raises:
        MissingExtraError: PySpark or Java is missing.
        OptionError: there is no reaching *master*.
    """
    import sys

    functions()
    home = os.environ.get("JAVA_HOME")
    if not (os.path.isfile(os.path.join(home, "bin", "java")) if home else shutil.which("java")):
        where = f"JAVA_HOME is {home}, which has none" if home else "there is no `java` on the path"
        raise MissingExtraError(f"Spark needs Java 17 or later, and {where}; install a JDK, or set JAVA_HOME to it")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # or workers take whatever `python3` there is
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("newsclean")
    try:
        return (builder if master is None else builder.master(master)).getOrCreate()
    except Exception as error:  # py4j's and Spark's have nothing in common
        if master is None:
            raise OptionError(
                "there is no telling where the cluster is; name it with --master, such as spark://host:7077 or "
                f"local[2], or start with spark-submit: {_first_line(error)}"
            ) from error
        raise OptionError(f"master {master!r}: cannot start Spark there: {_first_line(error)}") from error


def map_batches(df: Any, work: Callable[[Batches], Batches], schema: Any) -> Any:
    """Return ``df.mapInArrow(work, schema)``, for executors that have this version of the library.

    *work* is called once a partition, with an iterator of its record batches.
    """
    import pickle

    from pyspark import cloudpickle

    made, ours = cloudpickle.dumps(work), __version__

    # Must name nothing of this library: an executor without it could not even read the function, and say so.
    def run(batches: Batches) -> Batches:
        try:
            import newsclean
        except ImportError as error:
            raise RuntimeError(
                "newsclean.errors.WorkerError: newsclean is not installed on the executors; "
                "install it there, for the Python that PYSPARK_PYTHON names"
            ) from error
        if newsclean.__version__ != ours:
            raise RuntimeError(
                f"newsclean.errors.WorkerError: an executor has newsclean {newsclean.__version__}, the driver {ours}; "
                "install the same on both"
            )
        yield from pickle.loads(made)(batches)

    return df.mapInArrow(run, schema)


def together(batches: Batches) -> Any:
    """Return all *batches* of a partition as one table; None if there are none."""
    import pyarrow as pa

    held = [batch for batch in batches if batch.num_rows]
    return pa.Table.from_batches(held) if held else None


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Raise this library's error where Spark's holds one, from a traceback of an executor, or means one."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        found = _ours(error)
        if found is None:
            raise
        raise found from error


_OURS = re.compile(r"newsclean\.errors\.(\w+): (.+?)(?=\n\S*\s+at |\n\n|\n\tat |\Z)", re.DOTALL)


def _ours(error: Exception) -> NewscleanError | None:
    said = str(error)
    # The last one named: what an executor's traceback ends on.
    for name, message in reversed(_OURS.findall(said)):
        kind = getattr(errors, name, None)
        if isinstance(kind, type) and issubclass(kind, NewscleanError):
            try:
                return kind(message.strip())
            except TypeError:  # of those that take more than a message
                return WorkerError(message.strip())
    if "No space left on device" in said:
        return FileError(
            "a disk is full: that of the stages, or the executors' spark.local.dir; make room, and run again "
            "with the same stages to go on from the last one that was finished"
        )
    if missing := re.search(r"ModuleNotFoundError: No module named '([\w.]+)'", said):
        return WorkerError(
            f"the executors' Python has no {missing[1]}; install newsclean[spark] there, and set PYSPARK_PYTHON to the "
            "Python that has it"
        )
    if "[PATH_NOT_FOUND]" in said:
        return FileError(f"{_first_line(error).partition('] ')[2]}; check its name, and whether Spark can reach it")
    if "PYTHON_VERSION_MISMATCH" in said:
        return WorkerError(
            "driver and executors have different versions of Python; set PYSPARK_PYTHON to the same on both: "
            + _first_line(error)
        )
    if "java.io.InvalidClassException" in said:
        return WorkerError("driver and cluster have different versions of Spark; install the PySpark of the cluster")
    return None


def _first_line(error: BaseException) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__).strip()
