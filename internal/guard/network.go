package guard

import "net/netip"

// network is a range of addresses that no public site lives in.
type network struct {
	prefix netip.Prefix
	what   string
}

// closed lists what the address itself does not tell by a method of netip.Addr. Ranges of
// translators (NAT64, 6to4, Teredo, IPv4-compatible) are closed as a whole: what they lead
// to is up to a gateway that we don't know.
var closed = []network{
	{netip.MustParsePrefix("0.0.0.0/8"), "an address of this network"},
	{netip.MustParsePrefix("100.64.0.0/10"), "a carrier's internal address"},
	{netip.MustParsePrefix("192.0.0.0/24"), "a reserved address"},
	{netip.MustParsePrefix("192.0.2.0/24"), "an address for documentation"},
	{netip.MustParsePrefix("192.88.99.0/24"), "a relay's address"},
	{netip.MustParsePrefix("198.18.0.0/15"), "an address for benchmarks"},
	{netip.MustParsePrefix("198.51.100.0/24"), "an address for documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "an address for documentation"},
	{netip.MustParsePrefix("240.0.0.0/4"), "a reserved address"},
	{netip.MustParsePrefix("::/96"), "an IPv4 address inside IPv6"},
	{netip.MustParsePrefix("::ffff:0:0:0/96"), "an IPv4 address inside IPv6"},
	{netip.MustParsePrefix("64:ff9b::/96"), "a translated IPv4 address"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "a translated IPv4 address"},
	{netip.MustParsePrefix("100::/64"), "a discarded address"},
	{netip.MustParsePrefix("2001::/23"), "a reserved address"},
	{netip.MustParsePrefix("2001:db8::/32"), "an address for documentation"},
	{netip.MustParsePrefix("2002::/16"), "a translated IPv4 address"},
	{netip.MustParsePrefix("3fff::/20"), "an address for documentation"},
	{netip.MustParsePrefix("5f00::/16"), "a reserved address"},
	{netip.MustParsePrefix("fec0::/10"), "a private address"},
}

// metadata are the addresses at which clouds tell a machine its secrets; those outside the
// private ranges are named here.
var metadata = []netip.Addr{
	netip.MustParseAddr("169.254.169.254"),
	netip.MustParseAddr("169.254.170.2"),
	netip.MustParseAddr("100.100.100.200"),
	netip.MustParseAddr("168.63.129.16"),
	netip.MustParseAddr("fd00:ec2::254"),
}

// notPublic says what an address is, or "" for a public one.
func notPublic(a netip.Addr) string {
	if a.Zone() != "" {
		return "an address with a zone"
	}
	a = a.Unmap() // ::ffff:10.0.0.1 is 10.0.0.1
	for _, m := range metadata {
		if a == m {
			return "a cloud's metadata address"
		}
	}
	switch {
	case a.IsUnspecified():
		return "no address of a host"
	case a.IsLoopback():
		return "an address of this machine"
	case a.IsPrivate():
		return "a private address"
	case a.IsLinkLocalUnicast():
		return "an address of the local link"
	case a.IsMulticast():
		return "a multicast address"
	}
	for _, n := range closed {
		if n.prefix.Contains(a) {
			return n.what
		}
	}
	if !a.IsGlobalUnicast() {
		return "no public address"
	}
	return ""
}
