// SPDX-License-Identifier: Apache-2.0

// Package porttest keeps a port for a server of a test that comes and goes.
package porttest
