// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"net/http"
	"strings"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/internal/loopback"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// Page is the HTTP handler of a live page. It is safe for concurrent use.
type Page struct {
	client *otelanalytics.Client
	config config
	guard  *loopback.Guard
	hub    *hub
	cross  *http.CrossOriginProtection

	closed  chan struct{}
	closing sync.Once
	servers servers
}

// Handler returns the live page of a client. Mount it at any path that ends in a slash. It starts nothing before the
// first viewer. With a nil client, the page answers with status 503.
func Handler(client *otelanalytics.Client, options ...Option) *Page {
	p := &Page{client: client, config: newConfig(options), cross: http.NewCrossOriginProtection(), closed: make(chan struct{})}
	p.guard = loopback.New()
	if p.config.keyFile != "" && p.config.authorize == nil {
		if g, err := loopback.NewFromFile(p.config.keyFile); err == nil {
			p.guard = g
		} else {
			p.config.logger.Warn("the live page cannot use its key file: browsers need a new token after a restart", "error", err)
		}
	}
	p.hub = newHub(p)
	return p
}

// URL returns the page's URL for one browser of this machine. It appends a token to base, such as
// http://127.0.0.1:5001/debug/analytics/. The token is good for one use within a day. With [WithAuthorization], URL
// returns base.
func (p *Page) URL(base string) string {
	if p.config.authorize != nil {
		return base
	}
	return base + "?" + loopback.TokenParameter + "=" + p.guard.Token()
}

// Paths returns the arguments with which httpinstr.WithExcluded excludes the page that is mounted at prefix.
func Paths(prefix string) []string {
	return []string{prefix + "{$}", prefix + below}
}

// Close ends all streams and refuses new ones. It does not wait for the streams to end.
func (p *Page) Close() { p.closing.Do(func() { close(p.closed) }) }

// below is the folder that everything but the page itself is in.
const below = "live/"

// route returns which part of the page a path names: "" is the page itself.
func route(path string) (name string, ok bool) {
	if strings.HasSuffix(path, "/") { // no part ends so; the page may be mounted at a path that has the folder's name in it
		return "", true
	}
	i := strings.LastIndex(path, "/"+below)
	if i < 0 {
		return "", false
	}
	return path[i+1+len(below):], true
}

// ServeHTTP serves the page, its assets and its data.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	name, ok := route(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	if p.client == nil {
		http.Error(w, "The live page has no client.", http.StatusServiceUnavailable)
		return
	}
	access, ok := p.admit(w, r, name)
	if !ok {
		return
	}
	p.serve(w, r, name, access)
}

// secure sets the headers of every answer. The page loads nothing from other origins, and nobody can embed it.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "+
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// admit returns the access of a request, and whether it is admitted. It answers requests that are not.
func (p *Page) admit(w http.ResponseWriter, r *http.Request, name string) (Access, bool) {
	if p.config.authorize != nil {
		access, ok := p.allows(r)
		if !ok {
			http.Error(w, "You may not see the live page.", http.StatusForbidden)
		}
		return access, ok
	}
	if err := loopback.Check(r); err != nil {
		http.Error(w, "The live page is for browsers of this machine: "+err.Error()+".\n"+
			"livepage.WithAuthorization lets in others.", http.StatusForbidden)
		return Access{}, false
	}
	if name == "" && p.guard.Redeem(w, r) {
		w.Header().Set("Location", "./") // so that the token stays in no history; relative, since a prefix may have been stripped
		w.WriteHeader(http.StatusSeeOther)
		return Access{}, false
	}
	access, ok := p.allows(r)
	if !ok {
		http.Error(w, "Open the URL that the service printed. Its token is good for one browser.", http.StatusForbidden)
	}
	return access, ok
}

// allows returns the present access of a request's viewer.
func (p *Page) allows(r *http.Request) (Access, bool) {
	if p.config.authorize != nil {
		return p.config.authorize(r)
	}
	return p.config.local, p.guard.Knows(r)
}
