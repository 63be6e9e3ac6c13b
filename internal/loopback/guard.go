// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// TokenParameter is the query parameter of a URL that lets a browser in.
	TokenParameter = "token"

	maxTokens   = 16
	tokenLife   = 24 * time.Hour
	sessionLife = 30 * 24 * time.Hour
	keyBytes    = 32
	cookiePart  = "otelanalytics_live"
)

// Guard hands out tokens and knows the browsers that had one. It is safe for concurrent use.
type Guard struct {
	key []byte
	now func() time.Time

	mu     sync.Mutex           // guards tokens
	tokens map[string]time.Time // that nobody has used, and when they were made
}

// New returns a guard with a random key: its sessions end with the process.
func New() *Guard {
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // it never fails
	return &Guard{key: key, now: time.Now, tokens: make(map[string]time.Time)}
}

// Token returns a token that lets one browser in, once, within a day. Of many that nobody uses, the latest 16 hold.
func (g *Guard) Token() string {
	random := make([]byte, 24)
	_, _ = rand.Read(random) // it never fails
	token := base64.RawURLEncoding.EncodeToString(random)
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.tokens) >= maxTokens {
		oldest := ""
		for t, at := range g.tokens {
			if oldest == "" || at.Before(g.tokens[oldest]) {
				oldest = t
			}
		}
		delete(g.tokens, oldest)
	}
	g.tokens[token] = g.now()
	return token
}

// Redeem uses up the token of a GET request. It sets the cookie of a session and reports true if the token is good. The cookie is for
// the request's path and what is below it. Other methods leave the token as it is: programs that preview links ask with HEAD.
func (g *Guard) Redeem(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet || !r.URL.Query().Has(TokenParameter) {
		return false
	}
	token := r.URL.Query().Get(TokenParameter)
	g.mu.Lock()
	at, ok := g.tokens[token]
	delete(g.tokens, token)
	g.mu.Unlock()
	if !ok || g.now().Sub(at) > tokenLife {
		return false
	}
	until := strconv.FormatInt(g.now().Add(sessionLife).Unix(), 10)
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(r), Value: until + "." + g.sign(cookieName(r), until), Path: folder(r), MaxAge: int(sessionLife / time.Second),
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	return true
}

// folder is the path of a request up to its last slash, as the browser has it: a handler may have stripped a prefix from the URL.
func folder(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	if !strings.HasPrefix(path, "/") {
		return "/" // a request that a proxy would be asked with
	}
	return path[:strings.LastIndexByte(path, '/')+1]
}

// Knows reports whether a request is of a browser that had a token.
func (g *Guard) Knows(r *http.Request) bool {
	c, err := r.Cookie(cookieName(r))
	if err != nil {
		return false
	}
	until, signature, ok := strings.Cut(c.Value, ".")
	seconds, err := strconv.ParseInt(until, 10, 64)
	return ok && err == nil && hmac.Equal([]byte(signature), []byte(g.sign(cookieName(r), until))) && g.now().Unix() < seconds
}

func (g *Guard) sign(name, until string) string {
	mac := hmac.New(sha256.New, g.key)
	mac.Write([]byte(name + " " + until))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// cookieName has the port in it, since all ports of a host share one set of cookies.
func cookieName(r *http.Request) string {
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err == nil {
			return cookiePart + "_" + port
		}
	}
	return cookiePart
}
