// SPDX-License-Identifier: Apache-2.0

// Package engines tests what stands between services and MongoDB on real servers: three of NATS in a cluster, and MongoDB, that are
// killed, cut off from each other and started again.
package engines
