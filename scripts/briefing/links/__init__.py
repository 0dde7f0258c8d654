"""Whether documents still answer at their addresses, remembered from check to check.

Pure: `addresses`, `states`, `memory`, `judging`, `robots`, `fallback`, `reporting`. Only `asking`,
`manners` and `running` open the network or wait; nothing that builds a site imports them.
"""
