"""Learned evidence: many weak signs of a line, added up to one calibrated score, each removal explained by them."""
