"""Tests of links, which share what asks for them."""
