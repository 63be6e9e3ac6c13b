// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// What handlers can do with a ResponseWriter they can do through the middleware.
func TestResponseWriter(t *testing.T) {
	mux := http.NewServeMux()
	released := make(chan struct{})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "first")
		w.(http.Flusher).Flush()
		<-released
		io.WriteString(w, " last")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/copy", func(w http.ResponseWriter, _ *http.Request) {
		n, err := io.Copy(w, strings.NewReader("copied"))
		if n != 6 || err != nil {
			t.Error(n, err)
		}
		if _, ok := w.(io.ReaderFrom); !ok {
			t.Error("no io.ReaderFrom")
		}
	})
	mux.HandleFunc("/deadline", func(w http.ResponseWriter, _ *http.Request) {
		c := http.NewResponseController(w)
		if err := errors.Join(c.SetReadDeadline(time.Now().Add(time.Hour)), c.SetWriteDeadline(time.Now().Add(time.Hour))); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/hijack", func(w http.ResponseWriter, r *http.Request) {
		conn, rw, err := w.(http.Hijacker).Hijack()
		if r.ProtoMajor == 2 {
			if !errors.Is(err, http.ErrNotSupported) {
				t.Errorf("hijacked HTTP/2: %v", err)
			}
			w.WriteHeader(http.StatusNotImplemented)
			return
		}
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		rw.Flush()
		line, _ := rw.ReadString('\n')
		rw.WriteString(line)
		rw.Flush()
	})
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %v", http2), func(t *testing.T) {
			rec, server := site(t, mux, http2)
			released = make(chan struct{})
			resp, err := server.Client().Get(server.URL + "/stream")
			if err != nil {
				t.Fatal(err)
			}
			first := make([]byte, 5)
			if _, err := io.ReadFull(resp.Body, first); err != nil || string(first) != "first" {
				t.Errorf("%q, %v before the handler returned", first, err)
			}
			close(released)
			rest, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if string(rest) != " last" || (resp.ProtoMajor == 2) != http2 {
				t.Errorf("%q over %s", rest, resp.Proto)
			}
			if got := rec.take(t, 1)[0]; got.Status != 200 || got.Endpoint != "/stream" {
				t.Errorf("%+v", got)
			}
			for _, path := range []string{"/copy", "/deadline"} {
				send(t, server, http.MethodGet, path, nil)
				if got := rec.take(t, 1)[0]; got.Status != 200 || got.Endpoint != path {
					t.Errorf("%+v", got)
				}
			}
			want := int32(http.StatusNotImplemented)
			if http2 {
				send(t, server, http.MethodGet, "/hijack", nil)
			} else {
				want = http.StatusSwitchingProtocols
				echo(t, server)
			}
			if got := rec.take(t, 1)[0]; got.Status != want || got.Endpoint != "/hijack" {
				t.Errorf("%+v, want %d", got, want)
			}
		})
	}
}

// echo upgrades a connection and has a line sent back.
func echo(t *testing.T, server *httptest.Server) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /hijack HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello\n")
	text, _ := io.ReadAll(bufio.NewReader(conn))
	if !strings.HasPrefix(string(text), "HTTP/1.1 101") || !strings.HasSuffix(string(text), "hello\n") {
		t.Errorf("%q", text)
	}
}
