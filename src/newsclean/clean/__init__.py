"""Cleaning: text in, findings, decisions, cleaned text and report out."""

from newsclean.clean.cleaner import Cleaner, clean
from newsclean.clean.dates import DateMention
from newsclean.clean.findings import Finding, Removal
from newsclean.clean.metadata import Metadata
from newsclean.clean.render import Edit
from newsclean.clean.result import CleanResult

__all__ = ["CleanResult", "Cleaner", "DateMention", "Edit", "Finding", "Metadata", "Removal", "clean"]
