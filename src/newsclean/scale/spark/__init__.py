"""The same answers on a Spark cluster: articles in a DataFrame, cleaned and flagged.

::

    from newsclean.scale import spark

    spark.clean(articles).write.parquet("s3a://news/cleaned")
    cleaned = session.read.parquet("s3a://news/cleaned")
    flagged = spark.find_duplicates(cleaned, stages="s3a://news/stages")

:func:`clean` is :class:`newsclean.Cleaner` and :func:`find_duplicates` is :func:`newsclean.find_duplicates`, row for
row; :func:`fit_background` is ``Background.fit``. What is added here are the shuffles between: band keys to their
buckets, pairs to their texts, verified pairs to their component, counts to their shingle. What is done to the rows is
done by the functions that do it in memory, on Arrow batches.
"""

from newsclean.scale.spark.background import fit_background
from newsclean.scale.spark.cleaning import clean, learn_site_profiles
from newsclean.scale.spark.finder import find_duplicates

__all__ = ["clean", "find_duplicates", "fit_background", "learn_site_profiles"]
