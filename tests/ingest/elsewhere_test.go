// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"
)

// elsewhere is where every name but 127.0.0.1 leads. It notes the names.
func elsewhere(t *testing.T) (address string, names func() []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	var mu sync.Mutex
	var all []string
	note := func(name string) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, name)
	}
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			go noteName(c, note)
		}
	}()
	return l.Addr().String(), func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

// noteName notes the name that a client of TLS or HTTP connects to.
func noteName(c net.Conn, note func(string)) {
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	in := bufio.NewReader(c)
	first, err := in.Peek(1)
	if err != nil {
		return // a connection in advance, for a name that is connected to again
	}
	if first[0] == 0x16 {
		refuse := &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			note(hello.ServerName)
			return nil, errors.New("nobody is here")
		}}
		_ = tls.Server(readAgain{c, in}, refuse).Handshake()
		return
	}
	if r, err := http.ReadRequest(in); err == nil {
		note(r.Host)
	} else {
		note("neither TLS nor HTTP")
	}
}

// readAgain is a connection of which something was read already.
type readAgain struct {
	net.Conn
	in io.Reader
}

func (r readAgain) Read(b []byte) (int, error) { return r.in.Read(b) }

// chromiumsOwn matches what Chromium asks for on its own, whatever the page is.
var chromiumsOwn = regexp.MustCompile(`(^|\.)(google|googleapis|gvt1|gstatic)\.com(:\d+)?$`)
