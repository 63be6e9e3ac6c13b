// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

const (
	schemePlain = "kafka"
	schemeTLS   = "kafka+tls"
	defaultPort = "9092"
)

var mechanisms = []string{"plain", "scram-sha-256", "scram-sha-512"}

// address is what a URL says.
type address struct {
	brokers        []string // host:port
	tls            bool
	user, password string
	mechanism      string
	topic, group   string
	secrets        []string // what of it must not appear anywhere
}

var (
	errNoURL  = errors.New("kafkastore: Config.URL is empty; give the brokers, such as kafka://127.0.0.1:9092")
	errBadURL = errors.New("kafkastore: Config.URL (not shown) names no brokers; write kafka://host:9092,host:9092/topic, or kafka+tls://")
	errAt     = errors.New("kafkastore: Config.URL (not shown) has an @ behind the brokers; in a password write %2F for /, %3F for ? and %40 for @")
	errOption = errors.New("kafkastore: Config.URL (not shown) has an option that is not known; there are sasl and group")
	errSASL   = errors.New("kafkastore: Config.URL (not shown) has a user and no mechanism, or the reverse; write ?sasl= and plain, scram-sha-256 or scram-sha-512")
)

// parseURL parses a URL, which net/url does not take: it has several hosts. No text of it stands in an error, since it may hold secrets.
func parseURL(text string) (a address, err error) {
	text = strings.TrimSpace(text) // of a file
	if text == "" {
		return a, errNoURL
	}
	scheme, rest, _ := strings.Cut(text, "://")
	a.tls = scheme == schemeTLS
	if !a.tls && scheme != schemePlain || strings.Contains(rest, "#") {
		return a, errBadURL
	}
	rest, query, _ := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	if strings.Contains(path, "@") || strings.Contains(query, "@") { // of a password that would be taken for a topic
		return a, errAt
	}
	if a.topic, err = url.PathUnescape(path); err != nil {
		return a, errBadURL
	}
	hosts := authority
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		hosts = authority[i+1:]
		if err := a.account(authority[:i]); err != nil {
			return a, err
		}
	}
	for host := range strings.SplitSeq(hosts, ",") {
		broker, ok := brokerOf(strings.TrimSpace(host))
		if !ok {
			return a, errBadURL
		}
		a.brokers = append(a.brokers, broker)
	}
	return a, a.options(query)
}

func (a *address) account(text string) error {
	user, password, _ := strings.Cut(text, ":")
	var err1, err2 error
	a.user, err1 = url.PathUnescape(user)
	a.password, err2 = url.PathUnescape(password)
	if err1 != nil || err2 != nil || a.user == "" || a.password == "" {
		return errBadURL
	}
	a.secrets = []string{text, password, a.password, a.user}
	return nil
}

func (a *address) options(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errOption
	}
	for name, value := range values {
		switch {
		case len(value) != 1:
			return errOption
		case name == "group":
			a.group = value[0]
		case name == "sasl":
			a.mechanism = value[0]
		default:
			return errOption
		}
	}
	if (a.user == "") != (a.mechanism == "") || a.mechanism != "" && !slices.Contains(mechanisms, a.mechanism) {
		return errSASL
	}
	return nil
}

// brokerOf returns the address of a broker with its port.
func brokerOf(host string) (broker string, ok bool) {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), defaultPort
		if strings.Contains(name, ":") && !strings.HasPrefix(host, "[") {
			return "", false
		}
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil || name == "" || strings.ContainsAny(name, " \t[]@") {
		return "", false
	}
	return net.JoinHostPort(name, port), true
}

// sasl returns what the URL says about who connects; ok is false when it says nothing.
func (a *address) sasl() (m sasl.Mechanism, ok bool) {
	switch a.mechanism {
	case "plain":
		return plain.Auth{User: a.user, Pass: a.password}.AsMechanism(), true
	case "scram-sha-256":
		return scram.Auth{User: a.user, Pass: a.password}.AsSha256Mechanism(), true
	case "scram-sha-512":
		return scram.Auth{User: a.user, Pass: a.password}.AsSha512Mechanism(), true
	default:
		return nil, false
	}
}
