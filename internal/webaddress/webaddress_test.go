// SPDX-License-Identifier: Apache-2.0

package webaddress_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/webaddress"
)

func TestForms(t *testing.T) {
	for _, tt := range []struct {
		text         string
		origin, base bool
	}{
		{"https://shop.example.com", true, true},
		{"http://127.0.0.1:8080", true, true},
		{"https://shop.example.com/", false, true},
		{"https://shop.example.com/analytics", false, true},
		{"https://shop.example.com?x=1", false, false},
		{"https://shop.example.com/#x", false, false},
		{"https://u:p@shop.example.com", false, false},
		{"ftp://shop.example.com", true, false},
		{"capacitor://localhost", true, false}, // of apps that are web pages
		{"shop.example.com", false, false},
		{"https://shop.example.com:8443", true, true},
		{"https://shop.example.com:443", false, true},
		{"http://shop.example.com:80", false, true},
		{"https://shop.example.com:80", true, true},
		{"https://shop.example.com:", false, true},
		{"https://Shop.example.com", false, true},
		{"HTTPS://shop.example.com", false, true},
		{"https://bücher.example.com", false, true},
		{"https://xn--bcher-kva.example.com", true, true},
		{"http://[::1]:8080", true, true},
		{"https://:8080", false, false},
		{"https://", false, false},
		{"*", false, false},
		{"null", false, false},
		{"", false, false},
	} {
		if got := webaddress.IsOrigin(tt.text); got != tt.origin {
			t.Errorf("IsOrigin(%q) is %v", tt.text, got)
		}
		if got := webaddress.IsBase(tt.text); got != tt.base {
			t.Errorf("IsBase(%q) is %v", tt.text, got)
		}
	}
}
