// SPDX-License-Identifier: Apache-2.0

// Package wallet has what players own: coins, which they win and spend in the
// game, and credits, which they buy. It keeps everything in memory, and knows
// nothing of HTTP and nothing of analytics.
package wallet
