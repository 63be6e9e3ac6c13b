// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func request(peer, host string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr, r.Host = peer, host
	return r
}

func TestCheck(t *testing.T) {
	const peer, host = "127.0.0.1:40000", "127.0.0.1:5001"
	for _, tt := range []struct {
		name, peer, host, header string
		want                     error
	}{
		{"a browser", peer, host, "", nil},
		{"over IPv6", "[::1]:40000", "[::1]:5001", "", nil},
		{"mapped", "[::ffff:127.0.0.1]:40000", "localhost:5001", "", nil},
		{"without a port", peer, "LocalHost", "", nil},
		{"another header", peer, host, "X-Requested-With", nil},
		{"a remote peer", "192.0.2.1:40000", host, "", ErrPeer},
		{"a sidecar", "127.0.0.6:40000", host, "", ErrPeer},
		{"a Unix socket", "@", host, "", ErrPeer},
		{"no peer", "", host, "", ErrPeer},
		{"a rebound name", peer, "attacker.example:5001", "", ErrHost},
		{"a name that begins so", peer, "localhost.attacker.example", "", ErrHost},
		{"an address of 127/8", peer, "127.0.0.2", "", ErrHost},
		{"no host", peer, "", "", ErrHost},
		{"X-Forwarded-For", peer, host, "X-Forwarded-For", ErrForwarded},
		{"any X-Forwarded", peer, host, "X-Forwarded-Client-Cert", ErrForwarded},
		{"Forwarded", peer, host, "Forwarded", ErrForwarded},
		{"X-Real-IP", peer, host, "X-Real-Ip", ErrForwarded},
		{"Via", peer, host, "Via", ErrForwarded},
		{"Envoy", peer, host, "X-Envoy-External-Address", ErrForwarded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := request(tt.peer, tt.host)
			if tt.header != "" {
				r.Header.Set(tt.header, "")
			}
			if err := Check(r); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	r := request(peer, host)
	ctx := context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(&net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 5001}))
	if err := Check(r.WithContext(ctx)); !errors.Is(err, ErrPeer) {
		t.Errorf("a connection to another address of this machine: %v, want %v", err, ErrPeer)
	}
}

// redeemed returns the cookie that a token is exchanged for; nil without one.
func redeemed(g *Guard, token string) *http.Cookie {
	r := request("127.0.0.1:1", "127.0.0.1:5001")
	r.URL.RawQuery = TokenParameter + "=" + token
	w := httptest.NewRecorder()
	if !g.Redeem(w, r) {
		return nil
	}
	return w.Result().Cookies()[0]
}

func knows(g *Guard, host string, c *http.Cookie) bool {
	r := request("127.0.0.1:1", host)
	r.AddCookie(c)
	return g.Knows(r)
}

func TestTokenIsGoodOnce(t *testing.T) {
	g := New()
	token := g.Token()
	c := redeemed(g, token)
	if c == nil || !knows(g, "127.0.0.1:5001", c) {
		t.Fatalf("the token gave %v", c)
	}
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("the cookie is %v", c)
	}
	if redeemed(g, token) != nil || redeemed(g, "") != nil || redeemed(g, "x") != nil {
		t.Error("a token was good twice, or a wrong one was good")
	}
	if knows(New(), "127.0.0.1:5001", c) {
		t.Error("another process knows the cookie")
	}
	c.Value = "9" + c.Value
	if knows(g, "127.0.0.1:5001", c) {
		t.Error("a changed cookie is good")
	}
}

func TestTokensAndSessionsEnd(t *testing.T) {
	g := New()
	now := time.Now()
	g.now = func() time.Time { return now }
	first, token := g.Token(), ""
	for range maxTokens {
		now = now.Add(time.Second)
		token = g.Token()
	}
	if redeemed(g, first) != nil {
		t.Error("the oldest of many tokens is good")
	}
	c := redeemed(g, token)
	late := g.Token()
	now = now.Add(tokenLife + time.Second)
	if redeemed(g, late) != nil {
		t.Error("an old token is good")
	}
	if !knows(g, "127.0.0.1:5001", c) {
		t.Error("the session has ended after a day")
	}
	now = now.Add(sessionLife)
	if knows(g, "127.0.0.1:5001", c) {
		t.Error("the session never ends")
	}
}

// TestTwoServicesOfAHost have a cookie each, since a browser sends all cookies of a host to all its ports.
func TestTwoServicesOfAHost(t *testing.T) {
	g := New()
	if c := redeemed(g, g.Token()); knows(g, "127.0.0.1:5002", c) {
		t.Error("the cookie is good at another port")
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	g, err := NewFromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := redeemed(g, g.Token())
	again, err := NewFromFile(path)
	if err != nil || !knows(again, "127.0.0.1:5001", c) {
		t.Errorf("a session of the process before is not known, %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the file has the mode %v, %v", info.Mode(), err)
	}
}

func TestKeyFilesThatAreRefused(t *testing.T) {
	key := strings.Repeat("k", keyBytes)
	write := func(text string, mode os.FileMode) func(string) error {
		return func(path string) error {
			return errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chmod(path, mode))
		}
	}
	for _, tt := range []struct {
		name string
		make func(path string) error
		says string
	}{
		{"short", write("short", 0o600), "does not hold a key of 32 bytes"},
		{"long", write(key+"k", 0o600), "does not hold a key of 32 bytes"},
		{"for the group", write(key, 0o640), "has the mode 0640"},
		{"for everybody", write(key, 0o604), "has the mode 0604"},
		{"that others may write", write(key, 0o602), "has the mode 0602"},
		{"a directory", func(path string) error { return os.Mkdir(path, 0o700) }, "is no regular file"},
		{"a link to nothing", func(path string) error { return os.Symlink(path+".other", path) }, "no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if runtime.GOOS == "windows" {
				t.Skip("a mode does not say who may use a file")
			}
			path := filepath.Join(t.TempDir(), "key")
			if err := tt.make(path); err != nil {
				t.Fatal(err)
			}
			if _, err := NewFromFile(path); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %s", err, tt.says)
			}
			if _, err := os.Stat(path + ".other"); err == nil {
				t.Error("a key was written where a link points to")
			}
		})
	}
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, 12345, -1); err == nil { // root may
		if _, err := NewFromFile(path); err == nil || !strings.Contains(err.Error(), "is of another user") {
			t.Errorf("a file of another user: %v", err)
		}
	}
}
