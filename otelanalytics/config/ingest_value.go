// SPDX-License-Identifier: Apache-2.0

package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/webaddress"
)

// hashDigits is the length of the hash of a write key, as text.
const hashDigits = 64

// checkHash never repeats a text: it may be the key itself.
func checkHash(g given) error {
	if b, err := hex.DecodeString(g.text); err != nil || 2*len(b) != hashDigits {
		return fmt.Errorf("the hash of a key (not shown) is not %d hexadecimal digits; otelanalytics collect keys new prints a key and its hash", hashDigits)
	}
	return nil
}

func checkOrigin(g given) error {
	if !webaddress.IsOrigin(g.text) {
		return errors.New("an origin (not shown) is not a scheme and a host as browsers send them; write such as https://shop.example.com, in lower case, without a path or the port that the scheme has anyway")
	}
	return nil
}

func checkPrefix(g given) error {
	_, err := parsePrefix(g.text)
	if err != nil {
		return fmt.Errorf("%v is neither an address nor a range of addresses; write such as 192.0.2.1 or 10.0.0.0/8", g)
	}
	return nil
}

func parsePrefix(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		at, err := netip.ParseAddr(text)
		if err != nil {
			return netip.Prefix{}, err
		}
		return at.Prefix(at.BitLen())
	}
	return netip.ParsePrefix(text)
}

// setPrefixes takes texts that checkPrefix has seen; it leaves out those that it refused.
func setPrefixes(c *Config, names []string) {
	c.Ingest.TrustedProxies = nil
	for _, name := range names {
		if p, err := parsePrefix(name); err == nil {
			c.Ingest.TrustedProxies = append(c.Ingest.TrustedProxies, p)
		}
	}
}

// closedListValue reads a list for which an empty list and a missing key have different meanings.
func closedListValue(field func(*Config) *[]string) value {
	return value{shape: shape{kind: listKind}, names: func(c *Config, names []string) { *field(c) = append([]string{}, names...) }}
}

func publicURLValue(field func(*Config) *string) value {
	return value{shape: shape{kind: baseKind}, parse: func(c *Config, g given) error {
		if !webaddress.IsBase(g.text) {
			return errors.New("the value (not shown) is no address of HTTP; write such as https://events.example.com/analytics")
		}
		*field(c) = g.text
		return nil
	}}
}

// addressValue reads an address to listen at.
func addressValue(field func(*Config) *string) value {
	return value{shape: shape{kind: textKind}, parse: func(c *Config, g given) error {
		_, port, err := net.SplitHostPort(g.text)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil {
			return fmt.Errorf("%v is no address to listen at; write HOST:PORT, such as 127.0.0.1:8080, or :8080 for all addresses of the machine", g)
		}
		*field(c) = g.text
		return nil
	}}
}

// sharesValue reads parts of a whole, by name.
func sharesValue(field func(*Config) *map[string]float64) value {
	return checkedListValue(shareKind, func(g given) error {
		if _, _, ok := parseShare(g.text); !ok {
			return fmt.Errorf("%v is not a name and the part that is stored; write NAME=PART, such as page=0.1, with a part above 0 and 1 at most", g)
		}
		return nil
	}, func(c *Config, names []string) {
		*field(c) = nil
		for _, text := range names {
			name, part, _ := parseShare(text)
			if *field(c) == nil {
				*field(c) = make(map[string]float64)
			}
			(*field(c))[name] = part
		}
	})
}

func parseShare(text string) (name string, part float64, ok bool) {
	at := strings.LastIndexByte(text, '=')
	if at <= 0 {
		return "", 0, false
	}
	part, err := strconv.ParseFloat(text[at+1:], 64)
	return text[:at], part, err == nil && part > 0 && part <= 1
}

// rateValue reads events a second.
func rateValue(field func(*Config) *float64) value {
	return value{shape: shape{kind: rateKind}, parse: func(c *Config, g given) error {
		rate, err := strconv.ParseFloat(strings.TrimSpace(g.text), 64)
		if err != nil || !(rate > 0) || math.IsInf(rate, 0) {
			return fmt.Errorf("%v is not a number of events a second above 0; write such as 100 or 0.5, or remove the key for no bound", g)
		}
		*field(c) = rate
		return nil
	}}
}
