"""The command line. The only package that prints."""

from briefing.cli import building, checking, creating, records, sources
from briefing.cli.shared import main

__all__ = ["building", "checking", "creating", "main", "records", "sources"]
