// SPDX-License-Identifier: Apache-2.0

package eventmap

// product multiplies two numbers that are at least 0. It returns most if the result is larger. It does not overflow,
// even if an int has 32 bits.
func product(most, a, b int) int {
	if a > 0 && b > most/a {
		return most
	}
	return a * b
}
