"""Which hosts are of this machine or of a private network."""

import ipaddress
import socket


def is_private_host(host: str) -> bool:
    """Whether a host name, by itself and without asking DNS, lies on loopback or in a private or reserved range.

    Args:
        host: Name or address as in a URL, without port; IPv4 also in its short, octal and integer forms.
    """
    host = host.strip("[]").rstrip(".").lower()
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        pass
    try:
        # Resolvers take "127.1" and "2130706433" for addresses too.
        return not ipaddress.IPv4Address(socket.inet_aton(host)).is_global
    except OSError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa"))
