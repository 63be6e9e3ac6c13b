// SPDX-License-Identifier: Apache-2.0

// Package account has the players' accounts, how they prove who they are, and
// their sessions. It keeps everything in memory, and knows nothing of HTTP and
// nothing of analytics.
package account
