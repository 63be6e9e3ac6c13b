// SPDX-License-Identifier: Apache-2.0

// Package webaddress knows the forms of addresses that browsers are told: origins, and the address below which a handler is
// reached.
package webaddress

import "net/url"

// IsOrigin reports whether a text is a web origin as browsers send it: a scheme and a host, such as https://shop.example.com.
func IsOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme != "" && u.Host != "" && u.Scheme+"://"+u.Host == text
}

// IsBase reports whether a text is an address of HTTP that paths can be added to.
func IsBase(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}
