"""Whether documents still answer at their addresses, remembered from check to check.

Pure: `addresses`, `states`, `memory`, `judging`, `robots`, `fallback`, `reporting`. Only `asking`,
`manners` and `running` open the network or wait; nothing that builds a site imports them.
"""

STATE_FILE = "links.jsonl"
"""The file of what is known of addresses, beside mkdocs.yml."""
