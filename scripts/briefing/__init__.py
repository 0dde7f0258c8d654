"""Evidence-based briefing pages from YAML."""

__version__ = "0.1.0"
