"""Cleaning as the first step of a scikit-learn pipeline. Run: python examples/recipes/with_sklearn.py."""

import json
from pathlib import Path

from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline

import newsclean


class NewsCleaner(TransformerMixin, BaseEstimator):
    """Cleans texts; its parameter can be searched over as any other's."""

    def __init__(self, profile="balanced"):
        self.profile = profile

    def fit(self, texts, y=None):
        return self

    def transform(self, texts):
        return [result.text for result in newsclean.Cleaner(profile=self.profile).clean_many(texts)]


lines = Path(__file__).parents[1].joinpath("articles.jsonl").read_text(encoding="utf-8").splitlines()
pipeline = make_pipeline(NewsCleaner(), TfidfVectorizer())
matrix = pipeline.fit_transform([json.loads(line)["text"] for line in lines])
print(matrix.shape[0], "articles;", "'hide' is a word:", "hide" in pipeline[-1].vocabulary_)
