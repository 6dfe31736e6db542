"""One-time codes and passwords: how many, how long, how often."""

from datetime import timedelta

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
CODES_AN_HOUR = 5
RESET_LINK_LIFE = timedelta(hours=24)
PASSWORD_MIN = 12
STAFF_TRIES = 10
STAFF_TRIES_WINDOW = timedelta(minutes=15)
SESSION_LIFE = timedelta(days=30)
CODES_AN_HOUR_FROM_ONE_ADDRESS = 30
"""A bridge point or a carrier's NAT is one address for many people."""
