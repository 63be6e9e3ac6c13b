// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// maxPageBytes bounds what is read of an answer: a page with a million series.
const maxPageBytes = 256 << 20

// parseURL reads a URL of a flag. Its errors do not show it, since it may hold a password.
func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("this is not a URL; write one such as http://127.0.0.1:9464/metrics")
	}
	return u, nil
}

// shown is a URL without user and password.
func shown(u *url.URL) string {
	bare := *u
	bare.User = nil
	return bare.String()
}

// answer is what a server said.
type answer struct {
	status int
	kind   string // media type
	body   []byte
}

// fetch asks a server. The finding is set when nothing of use came back.
func fetch(ctx context.Context, u *url.URL, accept string) (*answer, *finding) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		f := failed("the request to %s cannot be built", shown(u))
		return nil, &f
	}
	request.Header.Set("Accept", accept)
	client := http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		f := unreachable(u, err)
		return nil, &f
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxPageBytes))
	if err != nil {
		f := failed("%s: the answer broke off: %v", shown(u), cause(err)).advise("--timeout; the service's log")
		return nil, &f
	}
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	return &answer{response.StatusCode, kind, body}, nil
}

// cause is an error without the URL that the client puts in front, which may hold a user's name.
func cause(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// unreachable says why a server could not be asked.
func unreachable(u *url.URL, err error) finding {
	var unknown *net.DNSError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var timeout net.Error
	err = cause(err)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return failed("nothing listens on %s (connection refused)", u.Host)
	case errors.As(err, &unknown):
		return failed("the host %s is not known", u.Hostname()).advise("correct the host's name, or repair the name server")
	case errors.As(err, &authority):
		return failed("%s has a certificate of an authority that this machine does not trust", u.Host).
			advise("SSL_CERT_FILE=ca.pem otelanalytics doctor …, with the authority's certificate")
	case errors.As(err, &name):
		return failed("%s has a certificate for another name: %v", u.Host, name).advise("use the name that the certificate is for")
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return failed("%s serves HTTP without TLS", u.Host).advise("use http:// in place of https://")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return failed("%s does not answer in time: a firewall, another host, or a service that hangs", u.Host).
			advise("try: curl -m 5 %s", shown(u))
	default:
		return failed("%s: %v", u.Host, err).advise("try: curl -v %s", shown(u))
	}
}

// refusedBy says what an answer is that is not the one that was asked for; nil for a good one.
func refusedBy(u *url.URL, a *answer) *finding {
	var f finding
	switch {
	case a.status == http.StatusOK:
		return nil
	case wantsTLS(a):
		f = failed("%s serves TLS, and the URL has http", u.Host).advise("use https:// in place of http://")
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
		f = failed("%s requires a user and a password (status %d)", shown(u), a.status).
			advise("put them into the URL: %s://USER:PASSWORD@%s%s", u.Scheme, u.Host, u.Path)
	case a.status == http.StatusNotFound:
		f = failed("%s answers, but has no page %s (status 404): it is another service, or another path", u.Host, u.Path)
	default:
		f = failed("%s answers with status %d", shown(u), a.status).advise("try: curl -i %s", shown(u))
	}
	return &f
}

// wantsTLS recognises how Go's server answers what is not encrypted.
func wantsTLS(a *answer) bool {
	return a.status == http.StatusBadRequest && strings.Contains(string(a.body), "HTTP request to an HTTPS server")
}

// glance is fetch of what may not speak HTTP at all.
func glance(ctx context.Context, u *url.URL) (*answer, *finding) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return fetch(ctx, u, accept)
}

// hint names the pages that a process serves, where the system tells.
func hint(ctx context.Context, pid int) []string {
	var found []string
	for _, host := range listening(pid) {
		u := &url.URL{Scheme: "http", Host: host, Path: "/metrics"}
		a, f := glance(ctx, u)
		if f == nil && wantsTLS(a) {
			u.Scheme = "https"
			a, f = glance(ctx, u)
		}
		if f == nil && a.status == http.StatusOK && strings.Contains(string(a.body), "otelanalytics_") {
			found = append(found, fmt.Sprintf("--metrics %s", u))
		}
	}
	return found
}
