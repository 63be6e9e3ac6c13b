// SPDX-License-Identifier: Apache-2.0

// Package validate holds the command that checks event maps.
package validate
