"""A step for datatrove pipelines that cleans documents. Run: python examples/recipes/with_datatrove.py FOLDER."""

import sys
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

import newsclean


class Clean(PipelineStep):
    """Cleans each document's text; what was removed goes into its metadata and the step's counts."""

    type, name = "FORMAT", "newsclean"

    def run(self, data, rank=0, world_size=1):
        cleaner = newsclean.Cleaner()  # here, not in __init__: steps are sent to other processes
        for document in data:
            result = cleaner.clean(document.text)
            document.text, document.metadata["removed"] = result.text, [r.kind for r in result.removed]
            self.stat_update(*document.metadata["removed"])
            yield document


reader = JsonlReader(str(Path(__file__).parents[1]), glob_pattern="articles.jsonl")
LocalPipelineExecutor([reader, Clean(), JsonlWriter(sys.argv[1])], logging_dir=f"{sys.argv[1]}/logs").run()
