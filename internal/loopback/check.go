// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// The errors of [Check].
var (
	ErrPeer      = errors.New("the connection does not come from 127.0.0.1 or ::1")
	ErrHost      = errors.New("the Host header is not localhost, 127.0.0.1 or [::1]")
	ErrForwarded = errors.New("a header says that a proxy has forwarded the request")
)

// forwarding are the headers of proxies, and the beginnings of some, in lower case.
var (
	forwarding       = []string{"forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "cf-connecting-ip", "fastly-client-ip"}
	forwardingPrefix = []string{"x-forwarded", "x-original-", "x-envoy-", "x-proxyuser-"}
)

// Check reports why a request cannot be of a program on this machine that speaks to it directly; nil: it can.
func Check(r *http.Request) error {
	if !local(r.RemoteAddr) {
		return ErrPeer
	}
	if at, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && at.Network() == "tcp" && !local(at.String()) {
		return ErrPeer
	}
	if !Host(r.Host) {
		return ErrHost
	}
	for name := range r.Header {
		name = strings.ToLower(name)
		if slices.Contains(forwarding, name) || slices.ContainsFunc(forwardingPrefix, func(p string) bool { return strings.HasPrefix(name, p) }) {
			return ErrForwarded
		}
	}
	return nil
}

// Host reports whether a Host header, or the authority of a URL, names the loopback, with or without a port.
func Host(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	switch strings.ToLower(strings.Trim(host, "[]")) {
	case "localhost", "127.0.0.1", "::1":
		return true
	}
	return false
}

// local is true for the addresses that a browser of this machine has. Other addresses of 127.0.0.0/8 are those of sidecars.
func local(address string) bool {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return false
	}
	ip := at.Addr().Unmap().WithZone("")
	return ip == netip.AddrFrom4([4]byte{127, 0, 0, 1}) || ip == netip.IPv6Loopback()
}
