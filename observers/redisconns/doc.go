// SPDX-License-Identifier: Apache-2.0

// Package redisconns observes connections to Redis: those of a go-redis client's pool, and, where the map declares
// redis_server_connections, all that the server has.
//
//	observers.WithSources(redisconns.Source(redisClient))
//
// The map declares the gauge redis_connections.
package redisconns
