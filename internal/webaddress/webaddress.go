// SPDX-License-Identifier: Apache-2.0

// Package webaddress knows the forms of addresses that browsers are told: origins, and the address below which a handler is
// reached.
package webaddress

import (
	"net/url"
	"strings"
)

// IsOrigin reports whether a text is a web origin as browsers send it, byte for byte: a scheme and a host, such as
// https://shop.example.com. The URL standard has browsers write them in lower case and ASCII, and leave out the port of the scheme.
func IsOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme != "" && u.Hostname() != "" && u.Scheme+"://"+u.Host == text && isCanonical(text) &&
		!strings.HasSuffix(u.Host, ":") && u.Scheme+":"+u.Port() != "http:80" && u.Scheme+":"+u.Port() != "https:443"
}

func isCanonical(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= 0x80 || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
}

// IsBase reports whether a text is an address of HTTP that paths can be added to.
func IsBase(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}
