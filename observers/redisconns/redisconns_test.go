// SPDX-License-Identifier: Apache-2.0

package redisconns

import "testing"

func TestConnected(t *testing.T) {
	for _, c := range []struct {
		info string
		want int64
		ok   bool
	}{
		{"# Clients\r\nconnected_clients:17\r\ncluster_connections:0\r\n", 17, true},
		{"connected_clients:0", 0, true},
		{"# Clients\r\nblocked_clients:3\r\n", 0, false},
		{"connected_clients:many\r\n", 0, false},
		{"", 0, false},
	} {
		if n, err := connected(c.info); n != c.want || (err == nil) != c.ok {
			t.Errorf("%q: %d, %v", c.info, n, err)
		}
	}
}
