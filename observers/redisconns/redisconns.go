// SPDX-License-Identifier: Apache-2.0

package redisconns

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/otelanalytics/otelanalytics-go/observers"
)

const (
	// Metric is the gauge of the connections of the pool, idle and in use.
	Metric = "redis_connections"
	// ServerMetric is the gauge of all connections that the server has open: connected_clients of its INFO. In a
	// cluster it is the number of one node.
	ServerMetric = "redis_server_connections"
)

// errUnsaid reports that the server's answer has no number of connections.
var errUnsaid = errors.New("the server's INFO has no connected_clients")

// Source returns the source. Each reading sends INFO to the server, so that otelanalytics.observer.up shows a server
// that is down. If the server refuses INFO to this user, or has no INFO, only redis_server_connections is missing.
func Source(client redis.UniversalClient) observers.Source {
	return observers.Source{
		Name: "redis_connections", Metrics: []string{Metric}, Optional: []string{ServerMetric},
		Read: func(ctx context.Context, set observers.SetFunc) error {
			info, err := client.Info(ctx, "clients").Result()
			if err != nil && !withoutInfo(err) {
				return err
			}
			set(Metric, float64(client.PoolStats().TotalConns))
			if n, failed := connected(info); err == nil && failed == nil {
				set(ServerMetric, float64(n))
			}
			return nil
		},
	}
}

// withoutInfo reports whether the server refused the command INFO, and not the connection.
func withoutInfo(err error) bool {
	var answer redis.Error
	return errors.As(err, &answer) && (strings.HasPrefix(answer.Error(), "ERR ") || strings.HasPrefix(answer.Error(), "NOPERM "))
}

// connected finds connected_clients in the answer to INFO.
func connected(info string) (int64, error) {
	for line := range strings.Lines(info) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "connected_clients:"); ok {
			if n, err := strconv.ParseInt(value, 10, 64); err == nil {
				return n, nil
			}
		}
	}
	return 0, errUnsaid
}
