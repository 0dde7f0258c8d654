"""Tests of builds by our own engine, which share a project and what changes it."""
