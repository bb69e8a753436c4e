"""Wiring, nothing else."""
