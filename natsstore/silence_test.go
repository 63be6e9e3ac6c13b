// SPDX-License-Identifier: Apache-2.0

package natsstore_test

import (
	"bytes"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
)

const (
	question = "$JS.API.CONSUMER.INFO."
	nowhere  = "$NO.API.CONSUMER.INFO." // as long as question
)

// losing returns the URL of a proxy in front of a server, which has the first questions about a consumer get lost: somebody receives them and does
// not answer. lost counts them.
func losing(t *testing.T, server *natstest.Server, first int64) (url string, lost *atomic.Int64) {
	t.Helper()
	conn, err := nats.Connect(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if _, err = conn.SubscribeSync(nowhere + ">"); err == nil {
		err = conn.Flush()
	}
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	lost = new(atomic.Int64)
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", server.Addr())
			if err != nil {
				from.Close()
				continue
			}
			end := sync.OnceFunc(func() { from.Close(); to.Close() })
			go func() { defer end(); _, _ = io.Copy(from, to) }()
			go func() {
				defer end()
				buf := make([]byte, 64<<10)
				for {
					n, err := from.Read(buf)
					if err != nil {
						return
					}
					if bytes.Contains(buf[:n], []byte(question)) && lost.Add(1) <= first {
						copy(buf, bytes.ReplaceAll(buf[:n], []byte(question), []byte(nowhere)))
					}
					if _, err := to.Write(buf[:n]); err != nil {
						return
					}
				}
			}()
		}
	}()
	return "nats://" + l.Addr().String(), lost
}

// TestLostQuestions: a reader asks again soon when nobody answers about its consumer, as while servers elect a leader.
func TestLostQuestions(t *testing.T) {
	const first = 2
	server := natstest.Start(t, 1).Server(0)
	c := own(server.URL())
	sink := sinkOf(t, c)
	deliver(t, sink, event(t, "e", 0))
	creator := consumerOf(t, c)
	if err := next(t, creator).Ack(); err != nil {
		t.Fatal(err)
	}
	if err := creator.Close(within(t)); err != nil {
		t.Fatal(err)
	}
	deliver(t, sink, event(t, "e", 0))
	var lost *atomic.Int64
	c.URL, lost = losing(t, server, first)
	c.WriteTimeout = time.Hour
	if b := next(t, consumerOf(t, c)); len(b.Events()) != 1 {
		t.Errorf("%d events", len(b.Events()))
	}
	if n := lost.Load(); n <= first {
		t.Errorf("%d questions were asked, of which %d should be lost", n, first)
	}
}
