"""Which IP addresses are of the public internet. Knows no names and opens no connection.

The table is IANA's special-purpose registries, read strictly: what tunnels or translates to
another address counts as private, whatever it carries.
"""

from ipaddress import IPv4Address, IPv6Network, ip_address, ip_network

PUBLIC_IPV6 = IPv6Network("2000::/3")  # all that was ever given out; mapped and NAT64 lie outside
SPECIAL = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",  # this network; 0.0.0.0 reaches this machine
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' own, and the metadata of some clouds
        "127.0.0.0/8",
        "168.63.129.16/32",  # a public number that is the inside of a cloud
        "169.254.0.0/16",  # link-local and most clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved and broadcast
        "2001::/23",  # protocols', Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)


def is_public(address: str) -> bool:
    """Whether a server on the internet may have this address; False for what is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if any(parsed in block for block in SPECIAL):
        return False
    return isinstance(parsed, IPv4Address) or parsed in PUBLIC_IPV6
