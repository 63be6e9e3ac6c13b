// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestHeaderLines: a header has some lines, whenever it comes; a body has any number of them.
func TestHeaderLines(t *testing.T) {
	c := prepare(t, web(), "max_connections: 2")
	c.start()
	post := func(lines int, body string) string {
		var b strings.Builder
		fmt.Fprintf(&b, "POST /v1/events HTTP/1.1\r\nHost: c\r\nX-Write-Key: %s\r\nContent-Length: %d\r\n", webKey, len(body))
		for i := range lines {
			fmt.Fprintf(&b, "X-%d: y\r\n", i)
		}
		return b.String() + "\r\n" + body
	}
	pretty := "{" + strings.Repeat("\n", 500) + `"event_type":"page"}`
	chunked := fmt.Sprintf("POST /v1/events HTTP/1.1\r\nHost: c\r\nX-Write-Key: %s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", webKey, len(pretty), pretty)
	for _, tt := range []struct {
		name  string
		parts []string // each is sent after the answer to the one before
		want  string   // statuses of the answers; a bar stands for the end of the connection
	}{
		{"two requests", []string{post(50, pretty), post(50, pretty)}, "200 200"},
		{"too many lines", []string{post(200, "{}")}, "400 |"},
		{"too many lines later", []string{post(1, pretty), post(200, "{}")}, "200 |"}, // it breaks off before a request begins
		{"ahead of the answer", []string{post(1, pretty) + post(200, "")[:1900]}, "200 |"},
		{"chunks", []string{chunked}, "200 |"}, // their end is not known, and they have many lines
		{"few lines in chunks", []string{strings.ReplaceAll(chunked, strings.Repeat("\n", 500), strings.Repeat(" ", 500)), post(1, pretty)}, "200 200"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(c.url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(30 * time.Second)) // a connection has one
			from := bufio.NewReader(conn)
			var got []string
			for i := 0; i < len(tt.parts) || strings.HasSuffix(tt.want, "|"); i++ {
				if i < len(tt.parts) {
					if _, err := io.WriteString(conn, tt.parts[i]); err != nil {
						t.Fatal(err)
					}
				}
				resp, err := http.ReadResponse(from, nil)
				if err != nil {
					got = append(got, "|")
					break
				}
				if _, err := io.Copy(io.Discard, resp.Body); err != nil {
					t.Fatal(err)
				}
				got = append(got, resp.Status[:3])
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got %s, want %s", s, tt.want)
			}
		})
	}
	c.stop()
}

// TestConnectionsWait: a connection beyond the limit is served once another one has ended, and an answer that comes before the body was read
// arrives.
func TestConnectionsWait(t *testing.T) {
	c := prepare(t, web(), "max_connections: 1")
	c.start()
	first, err := net.Dial("tcp", strings.TrimPrefix(c.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(first, "POST /v1/batch HTTP/1.1\r\nHost: c\r\nContent-Length: 600000\r\n\r\n"+strings.Repeat("x", 100_000)); err != nil {
		t.Fatal(err)
	}
	answered := make(chan int)
	go func() { answered <- c.send(webKey, `{"event_type":"page"}`) }()
	resp, err := http.ReadResponse(bufio.NewReader(first), nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("the first is answered %d", resp.StatusCode)
	}
	select {
	case status := <-answered:
		t.Errorf("the second is answered %d while the first is there", status)
	default:
	}
	_ = first.Close()
	if status := <-answered; status != http.StatusOK {
		t.Errorf("the second is answered %d", status)
	}
	c.stop()
}
