// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// listening returns the addresses at which a process accepts TCP connections, as proc(5) has them. Of another user's process
// nothing can be told.
func listening(pid int) []string {
	links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid)) // the pattern is right
	sockets := make(map[string]bool)
	for _, link := range links {
		if to, err := os.Readlink(link); err == nil && strings.HasPrefix(to, "socket:[") {
			sockets[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
		}
	}
	var all []string
	for _, table := range []string{"tcp", "tcp6"} {
		all = append(all, listeners(fmt.Sprintf("/proc/%d/net/%s", pid, table), sockets)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// listeners reads one table: of each socket its local address, state and inode, among others.
func listeners(path string, sockets map[string]bool) []string {
	const listens = "0A"
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	var all []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 10 || fields[3] != listens || !sockets[fields[9]] {
			continue
		}
		if address, ok := localAddress(fields[1]); ok {
			all = append(all, address)
		}
	}
	return all
}

// localAddress reads an address of such a table: words of 32 bits in the machine's order, here little-endian, in hex. One
// that stands for all addresses becomes the loopback's.
func localAddress(text string) (string, bool) {
	host, port, found := strings.Cut(text, ":")
	number, err := strconv.ParseUint(port, 16, 16)
	bytes, hexErr := hex.DecodeString(host)
	if !found || err != nil || hexErr != nil || len(bytes)%4 != 0 {
		return "", false
	}
	for i := 0; i < len(bytes); i += 4 {
		slices.Reverse(bytes[i : i+4])
	}
	ip := net.IP(bytes)
	if ip.IsUnspecified() {
		ip = net.IPv4(127, 0, 0, 1)
	}
	return net.JoinHostPort(ip.String(), strconv.FormatUint(number, 10)), true
}
