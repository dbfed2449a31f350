"""Backups of a workspace: database, settings, and the key if wanted; originals are not in them."""
