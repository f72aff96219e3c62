"""The rules: one TOML file per language beside this file, one schema, one loader.

See ``CONTRIBUTING.md`` for how to add a rule; :class:`~newsclean.rules.schema.Rule` documents every field.
"""

from newsclean.rules.loader import RuleSet, load_rule_file, shipped_languages, shipped_rules
from newsclean.rules.schema import KINDS, MATCHES, ZONES, Rule, Vocabulary

__all__ = [
    "KINDS",
    "MATCHES",
    "ZONES",
    "Rule",
    "RuleSet",
    "Vocabulary",
    "load_rule_file",
    "shipped_languages",
    "shipped_rules",
]
