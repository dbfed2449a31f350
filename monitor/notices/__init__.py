"""Rectification notices (整改通知): composed, issued, followed up until all is put right."""
