// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package main

import "time"

// cpu and peakMemory are not known here, and not printed.
func cpu() time.Duration { return 0 }

func peakMemory() int64 { return 0 }
