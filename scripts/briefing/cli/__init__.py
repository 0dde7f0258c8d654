"""The command line. The only package that prints."""

from briefing.cli.base import main

__all__ = ["main"]
