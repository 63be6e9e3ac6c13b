// SPDX-License-Identifier: Apache-2.0

package redisconns

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// answering is a server that gives an answer to INFO, and knows no other command.
func answering(t *testing.T, info string) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	serve := func(c net.Conn) {
		defer c.Close()
		in := bufio.NewReader(c)
		for {
			var words, length int
			if _, err := fmt.Fscanf(in, "*%d\r\n", &words); err != nil {
				return
			}
			name := ""
			for i := range words {
				if _, err := fmt.Fscanf(in, "$%d\r\n", &length); err != nil {
					return
				}
				word := make([]byte, length+2)
				if _, err := io.ReadFull(in, word); err != nil {
					return
				}
				if i == 0 {
					name = strings.ToUpper(string(word[:length]))
				}
			}
			answer := "-ERR unknown command\r\n"
			if name == "INFO" {
				answer = info
			}
			if _, err := io.WriteString(c, answer); err != nil {
				return
			}
		}
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c)
		}
	}()
	return l.Addr().String()
}

// The pool's gauge does not depend on what the server says about itself, as long as it answers.
func TestServerWithoutInfo(t *testing.T) {
	bulk := func(text string) string { return fmt.Sprintf("$%d\r\n%s\r\n", len(text), text) }
	for _, tt := range []struct {
		name, info   string
		pool, server bool
	}{
		{"it says so", bulk("# Clients\r\nconnected_clients:7\r\n"), true, true},
		{"no such command", "-ERR unknown command 'INFO'\r\n", true, false},
		{"not allowed", "-NOPERM this user has no permissions to run the 'info' command\r\n", true, false},
		{"no such line", bulk("# Clients\r\n"), true, false},
		{"no password", "-NOAUTH Authentication required.\r\n", false, false},
		{"still loading", "-LOADING Redis is loading the dataset in memory\r\n", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client := redis.NewClient(&redis.Options{Addr: answering(t, tt.info), MaxRetries: -1})
			defer client.Close()
			got := map[string]float64{}
			err := Source(client).Read(t.Context(), func(metric string, v float64, _ ...string) { got[metric] = v })
			_, pool := got[Metric]
			_, server := got[ServerMetric]
			if pool != tt.pool || server != tt.server || (err == nil) != tt.pool {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
}
