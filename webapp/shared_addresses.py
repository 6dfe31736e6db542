"""Addresses behind which many people are known to be: from them more codes may be asked for in an hour."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from .domain.sign_in_rules import CODES_AN_HOUR, SHARED_CODES_AN_HOUR

_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True)
class SharedAddresses:
    """The networks of bridge points, of the office, of carriers; and how many codes an hour each address may have."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    codes_an_hour: int = SHARED_CODES_AN_HOUR

    def allowed(self, address: str, *, demo: bool = False) -> int:
        """How many codes may be asked for from this address in an hour; the demo's people share one machine."""
        try:
            known = ip_address(address)
        except ValueError:
            return CODES_AN_HOUR
        known = getattr(known, "ipv4_mapped", None) or known
        networks = self.networks + (_LOOPBACK if demo else ())
        return self.codes_an_hour if any(known in network for network in networks) else CODES_AN_HOUR


def read(words: tuple[str, ...], codes_an_hour: int) -> SharedAddresses:
    """Raises ValueError, with a sentence for the operator, where a setting cannot be used."""
    if codes_an_hour < CODES_AN_HOUR:
        raise ValueError(f"SHARED_CODES_AN_HOUR must be {CODES_AN_HOUR} or more.")
    networks = []
    for text in words:
        try:
            networks.append(ip_network(text))
        except ValueError:
            raise ValueError(
                f"SHARED_ADDRESSES: {text!r} is no address or network like 203.0.113.7 or 198.51.100.0/24."
            ) from None
    return SharedAddresses(tuple(networks), codes_an_hour)
