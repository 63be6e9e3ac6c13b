// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// ingestKey is the write key of the clients that send over HTTP.
const ingestKey = "bench-key"

// idBlank is where a body has the id of a message. Each request gets ids of its own there: a repeated id is an event that is
// neither stored nor counted.
const idBlank = "0000000000000000"

// accepted is the answer when every event was accepted.
const accepted = `{"success":true}`

// sent numbers the messages of all senders.
var sent atomic.Uint64

// sender is a client that keeps its connection and sends one request again and again, with new ids. It does as little as
// possible itself, since both sides of a comparison pay for it.
type sender struct {
	b       *run1
	conn    net.Conn
	answers *bufio.Reader
	request []byte
	blanks  []int // offsets in request
}

// sender connects to an address, to send a body to a path.
func (b *run1) sender(address, path, body string) *sender {
	conn, err := net.Dial("tcp", address)
	b.must(err)
	b.Cleanup(func() { _ = conn.Close() })
	r, err := http.NewRequest(http.MethodPost, "http://"+address+path, nil)
	b.must(err)
	r.SetBasicAuth(ingestKey, "")
	s := &sender{b: b, conn: conn, answers: bufio.NewReader(conn), request: fmt.Appendf(nil,
		"POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		path, address, r.Header.Get("Authorization"), len(body), body)}
	for at := 0; ; at += len(idBlank) {
		next := bytes.Index(s.request[at:], []byte(`"`+idBlank+`"`))
		if next < 0 {
			return s
		}
		at += next + 1
		s.blanks = append(s.blanks, at)
	}
}

// send sends the request. Its error says what came instead of the answer that every event was accepted.
func (s *sender) send() error {
	first := sent.Add(uint64(len(s.blanks))) - uint64(len(s.blanks))
	for i, at := range s.blanks {
		n := first + uint64(i)
		for digit := at + len(idBlank) - 1; digit >= at; digit-- {
			s.request[digit] = '0' + byte(n%10)
			n /= 10
		}
	}
	if _, err := s.conn.Write(s.request); err != nil {
		return err
	}
	answer, err := http.ReadResponse(s.answers, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || string(bytes.TrimSpace(text)) != accepted {
		return fmt.Errorf("the answer is %s: %s", answer.Status, text)
	}
	return nil
}
