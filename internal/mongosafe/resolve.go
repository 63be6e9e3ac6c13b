// SPDX-License-Identifier: Apache-2.0

package mongosafe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
)

// ResolveError says that the servers of a mongodb+srv:// connection string could not be found in DNS. The string itself may
// be right, and the same call may succeed later.
type ResolveError struct {
	Host string // of the connection string
	Err  error
	text string
}

func (e *ResolveError) Error() string { return e.text }

// Unwrap returns the cause.
func (e *ResolveError) Unwrap() error { return e.Err }

// Unresolved makes a ResolveError. Its text has the name that was asked for, which is no secret.
func Unresolved(uri string, err error) *ResolveError {
	host := strings.Join(Hosts(uri), ",")
	host, _, _ = strings.Cut(host, ":") // the port is not the string's
	e := &ResolveError{Host: host, Err: err}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		e.text = fmt.Sprintf("cannot resolve %s, which names the servers of %s: %s", dns.Name, host, dns.Err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		e.text = fmt.Sprintf("cannot resolve %s: no answer yet", host)
	default:
		e.text = fmt.Sprintf("cannot resolve %s: %s", host, withoutParts(err.Error(), strings.ReplaceAll(uri, host, "")))
	}
	return e
}
