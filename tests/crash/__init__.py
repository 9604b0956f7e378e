"""Processes that die: at every named place of a write, and anywhere in the middle of a busy market."""
