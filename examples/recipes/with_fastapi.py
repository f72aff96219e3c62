"""An endpoint that cleans. Run: pip install uvicorn; uvicorn --app-dir examples/recipes with_fastapi:app."""

from typing import Any

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

import newsclean

app = FastAPI(title="newsclean")
cleaner = newsclean.Cleaner()  # one for all requests: it remembers nothing between calls


class Article(BaseModel):
    text: str = Field(max_length=1_000_000)
    title: str | None = None
    site: str | None = None
    date: str | None = None


@app.post("/clean")
def clean(article: Article) -> dict[str, Any]:
    """Return the cleaned text with the reason for every removal."""
    try:
        return cleaner.clean(newsclean.Article(**article.model_dump())).to_dict()
    except newsclean.NewscleanError as error:
        raise HTTPException(422, str(error)) from error
