// SPDX-License-Identifier: Apache-2.0

package porttest_test

import (
	"net"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
)

// TestReserve listens again and again at a reserved address, and has nobody answer there in between.
func TestReserve(t *testing.T) {
	addr := porttest.Reserve(t)
	if other := porttest.Reserve(t); other == addr {
		t.Errorf("%s is reserved twice", addr)
	}
	for range 20 {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if c, err := net.Dial("tcp", addr); err == nil {
			_ = c.Close()
			t.Fatal("somebody answers while nobody listens")
		}
	}
}
