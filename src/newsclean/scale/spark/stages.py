"""Stages of a long job, each kept as Parquet with the number of its rows: what is finished is not done again.

A stage counts as finished when a small file beside it says so, and that is written last: after the rows that Spark
counted while it wrote them were found again on disk. On a rerun they are counted once more. So neither what a killed
job left, nor a stage that lost a file, is taken for whole.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from newsclean.errors import FileError, OptionError
from newsclean.scale.spark.session import functions

__all__ = ["Stages"]


class Stages:
    """The stages in one folder, on storage that driver and executors share.

    Args:
        spark: the session.
        folder: any path that Spark can write to; made where it is not there.
        about: what the outcome depends on; JSON.

    Raises:
        OptionError: the folder holds the stages of another job.
        FileError: it cannot be written or read.
    """

    def __init__(self, spark: Any, folder: str, about: dict[str, Any]) -> None:
        self._spark = spark
        self._folder = folder.rstrip("/")
        if not hasattr(spark, "_jsc"):
            raise OptionError(
                "find_duplicates needs a classic Spark session, and this one is remote (Spark Connect); "
                "start the job with spark-submit, or on the cluster's driver"
            )
        found = self.read("about")
        if found is None:
            self.write("about", about)
        elif found != json.loads(json.dumps(about)):
            other = next((name for name in about if found.get(name) != about[name]), "format")
            raise OptionError(
                f"stages: {folder} holds those of another job ({other}: {found.get(other)!r}, not {about[other]!r}); "
                "name another folder, or delete this one"
            )

    def path(self, name: str) -> str:
        """Return where a stage lies."""
        return f"{self._folder}/{name}"

    def make(self, name: str, build: Callable[[], Any], *, seen: Any = None) -> Any:
        """Return the rows of the stage *name*, which *build* says how to make where it is not finished.

        What the ``Observation`` *seen* saw meanwhile is kept beside it.

        Raises:
            FileError: there are other rows than were written.
        """
        finished = self.read(name)
        schema = None
        if finished is None:
            from pyspark.sql import Observation

            F = functions()  # noqa: N806  # as it is called everywhere
            counted = Observation()
            made = build()
            schema = made.schema
            made.observe(counted, F.count(F.lit(1)).alias("rows")).write.mode("overwrite").parquet(self.path(name))
            finished = {"rows": int(counted.get.get("rows", 0))}
            if seen is not None:
                finished["seen"] = seen.get
            self._check(name, finished["rows"], schema)
            self.write(name, finished)
        else:
            self._check(name, finished["rows"], None)
        return self._rows(name, schema)

    def _rows(self, name: str, schema: Any) -> Any:
        reader = self._spark.read if schema is None else self._spark.read.schema(schema)
        # A path to read is a pattern to Spark, one to write is not.
        return reader.parquet(re.sub(r"([\[\]{}*?\\])", r"\\\1", self.path(name)))

    def _check(self, name: str, rows: int, schema: Any) -> None:
        there = self._rows(name, schema).count()
        if there != rows:
            raise FileError(
                f"stage {name} in {self._folder} has {there} rows, and {rows} were written; "
                f"delete {self.path(name)}.json to make it again"
            )

    def read(self, name: str) -> Any:
        """Return what was kept under *name* as JSON; None if nothing was."""
        with self._told():
            system, path = self._file(f"{self.path(name)}.json")
            if not system.exists(path):
                return None
            stream = system.open(path)
            try:
                return json.loads(bytes(stream.readAllBytes()))
            finally:
                stream.close()

    def write(self, name: str, value: Any) -> None:
        """Keep *value* (JSON) under *name*, whole or not at all."""
        with self._told():
            system, path = self._file(f"{self.path(name)}.json")
            _, new = self._file(f"{self.path(name)}.json.new")
            stream = system.create(new, True)
            stream.write(bytearray(json.dumps(value, ensure_ascii=False).encode()))
            stream.close()
            if not system.rename(new, path):
                raise FileError(f"{path}: cannot be written; see whether the folder may be written to")

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Say of an error of the storage where it was."""
        from py4j.protocol import Py4JJavaError

        try:
            yield
        except Py4JJavaError as error:
            raise FileError(
                f"stages: {self._folder} cannot be used: {error.java_exception.toString()}; "
                "name a folder that driver and executors can write to"
            ) from error

    def once(self, name: str, value: Any) -> Any:
        """Return what was kept under *name*; *value*, which is then kept, if nothing was."""
        found = self.read(name)
        if found is None:
            self.write(name, value)
            return value
        return found

    def move(self, name: str, target: str) -> None:
        """Give what was written at ``path(name)`` the name *target*.

        Raises:
            FileError: something is there.
        """
        with self._told():
            system, path = self._file(self.path(name))
            _, new = self._file(target)
            if system.exists(new) or not system.rename(path, new):
                raise FileError(f"{target}: cannot be written; what was to be there lies whole in {path}")

    def remove(self) -> None:
        """Delete the folder with all stages."""
        with self._told():
            system, path = self._file(self._folder)
            system.delete(path, True)

    @staticmethod
    def there(spark: Any, path: str) -> bool:
        """Return whether *path* is there, on whatever storage it names."""
        system, made = _file(spark, path)
        return bool(system.exists(made))

    def _file(self, path: str) -> tuple[Any, Any]:
        return _file(self._spark, path)


def _file(spark: Any, path: str) -> tuple[Any, Any]:
    made = spark._jvm.org.apache.hadoop.fs.Path(path)
    return made.getFileSystem(spark._jsc.hadoopConfiguration()), made
