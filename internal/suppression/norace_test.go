// SPDX-License-Identifier: Apache-2.0

//go:build !race

package suppression_test

// raceDetector is set where the tests run with it.
const raceDetector = false
