"""Tests of what happened to reports."""
