// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// keysOf returns the write keys in the headers of a request, in the order in which they count: the user of Basic authorization or a
// Bearer token, and X-Write-Key. Those that a request does not have are empty.
func keysOf(r *http.Request) [2]string {
	return [2]string{authorizationKey(r), r.Header.Get("X-Write-Key")}
}

func authorizationKey(r *http.Request) string {
	if user, _, ok := r.BasicAuth(); ok {
		return user
	}
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return ""
}

// fromHeaders returns the source that the headers name, and the key that names it. shown reports whether there is a key at all. A key
// that no source has hides none behind it: proxies and browsers send an Authorization that is not meant for the handler.
func (h *Handler) fromHeaders(r *http.Request) (s *source, key string, shown bool) {
	for _, key := range keysOf(r) {
		if s := h.find(key); s != nil {
			return s, key, true
		}
		shown = shown || key != ""
	}
	return nil, "", shown
}

// authorised returns the source of a request: that of the first key that a source has, in the headers and then in the places
// inBody. This source alone decides what the request may do, whatever other keys it has.
func (h *Handler) authorised(r *http.Request, inBody ...string) (*source, error) {
	s, _, shown := h.fromHeaders(r)
	if s != nil {
		return s, nil
	}
	for _, key := range inBody {
		if s := h.find(key); s != nil {
			return s, nil
		}
		shown = shown || key != ""
	}
	if shown {
		return nil, errKey
	}
	return nil, &problem{status: http.StatusUnauthorized, cause: "key", message: "the request has no write key; send it as the user of Basic authorization, as a Bearer token, or in the body: as writeKey, or as api_key for PostHog's clients"}
}

// noSource is said to those whose key no source has.
const noSource = "no source has this write key; use one whose hash is among the keys of a source"

var errKey = &problem{status: http.StatusUnauthorized, cause: "key", message: noSource}

// attributed says whose request a problem is about, where its headers have the key. A request whose headers have only unknown keys, and
// whose body shows none because it cannot be read, is refused for its key.
func (h *Handler) attributed(err error, r *http.Request) error {
	var p *problem
	if !errors.As(err, &p) || p.source != nil {
		return err
	}
	s, _, shown := h.fromHeaders(r)
	if s == nil && shown && p.unread() {
		return errKey
	}
	of := *p
	of.source = s
	return &of
}

// unread reports whether the problem is a body that could not be read.
func (p *problem) unread() bool {
	return slices.Contains([]string{"malformed", "too_large", "timeout", "encoding"}, p.cause)
}
