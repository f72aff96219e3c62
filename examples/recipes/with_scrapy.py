"""An item pipeline for Scrapy that cleans. Run: python examples/recipes/with_scrapy.py ADDRESS OUT.jsonl."""

import sys

import scrapy
from scrapy.crawler import CrawlerProcess

import newsclean


class NewscleanPipeline:
    """Cleans the field ``text`` of each item and says in ``removed`` what went."""

    def process_item(self, item):
        result = newsclean.clean(item["text"], title=item["title"])
        return {**item, "text": result.text, "removed": [removal.kind for removal in result.removed]}


class Spider(scrapy.Spider):
    name = "page"
    start_urls = (sys.argv[1],)

    def parse(self, response):
        yield {"title": response.css("h1::text").get(), "text": "\n".join(response.css("p::text").getall())}


process = CrawlerProcess({"ITEM_PIPELINES": {NewscleanPipeline: 300}, "FEEDS": {sys.argv[2]: {"format": "jsonlines"}}})
process.crawl(Spider)
process.start()
