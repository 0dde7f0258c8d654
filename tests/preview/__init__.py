"""Tests of the preview, which share what makes one."""
