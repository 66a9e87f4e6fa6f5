"""Doors: HTTP is the only one."""
