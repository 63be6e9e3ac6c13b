// SPDX-License-Identifier: Apache-2.0

// Package servicelink recognises the variables that Kubernetes puts into every pod for each Service, in the form of
// Docker's links (Kubernetes: Accessing the Service, Environment Variables). A Service named otelanalytics makes names that
// begin with OTELANALYTICS_, which are no settings.
package servicelink

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// name matches the part of a variable's name behind that of the Service: SERVICE_HOST, SERVICE_PORT, SERVICE_PORT_HTTP,
// PORT, PORT_80_TCP, PORT_80_TCP_PROTO, PORT_80_TCP_PORT, PORT_80_TCP_ADDR.
var name = regexp.MustCompile(`^[A-Z0-9_]+?_(SERVICE_HOST|SERVICE_PORT|SERVICE_PORT_[A-Z0-9_]+|PORT|PORT_([0-9]+)_(TCP|UDP|SCTP)(_PROTO|_PORT|_ADDR)?)$`)

var protocols = []string{"tcp", "udp", "sctp"}

// Is reports whether a variable has a name and a value that Kubernetes makes for a Service. A name of that form with
// another value is somebody's setting.
func Is(variable, value string) bool {
	m := name.FindStringSubmatch(variable)
	if m == nil {
		return false
	}
	kind, port, protocol := m[1], m[2], strings.ToLower(m[3])
	switch {
	case kind == "SERVICE_HOST", m[4] == "_ADDR":
		return isAddress(value)
	case strings.HasPrefix(kind, "SERVICE_PORT"):
		return isPort(value)
	case m[4] == "_PROTO":
		return value == protocol
	case m[4] == "_PORT":
		return value == port && isPort(value)
	}
	u, err := url.Parse(value)
	return err == nil && slices.Contains(protocols, u.Scheme) && isAddress(u.Hostname()) && isPort(u.Port()) && u.Path == "" &&
		(kind == "PORT" || u.Scheme == protocol && u.Port() == port)
}

func isAddress(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}
