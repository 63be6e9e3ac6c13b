// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package doctor

func diskSpace(string) (free int64, known bool) { return 0, false }
