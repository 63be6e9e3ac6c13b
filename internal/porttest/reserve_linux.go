// SPDX-License-Identifier: Apache-2.0

package porttest

import (
	"net/netip"
	"syscall"
	"testing"
)

// Reserve returns an address of 127.0.0.1 with a port that the operating system gives to nobody else before the test has
// ended. Servers may listen there, one after the other: a socket that is bound and does not listen keeps the port, and
// stands in nobody's way who sets SO_REUSEADDR, as Go's listeners do.
func Reserve(t testing.TB) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatalf("porttest: socket: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	local := [4]byte{127, 0, 0, 1}
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		t.Fatalf("porttest: SO_REUSEADDR: %v", err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: local}); err != nil {
		t.Fatalf("porttest: bind: %v", err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatalf("porttest: getsockname: %v", err)
	}
	return netip.AddrPortFrom(netip.AddrFrom4(local), uint16(name.(*syscall.SockaddrInet4).Port)).String()
}
