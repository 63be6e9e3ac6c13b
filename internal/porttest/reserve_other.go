// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package porttest

import (
	"net"
	"testing"
)

// Reserve returns an address of 127.0.0.1 with a port that is free at the moment.
func Reserve(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("porttest: %v", err)
	}
	defer l.Close()
	return l.Addr().String()
}
