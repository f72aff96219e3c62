"""Detectors: each finds one family of dirt and yields sightings; none decides, none changes the text."""
