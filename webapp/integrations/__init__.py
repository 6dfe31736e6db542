"""The doors to the outside, one file each behind a small interface."""
