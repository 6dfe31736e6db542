"""Figures and the commands that make them: `python -m bench [name …]`, results in bench/results."""
