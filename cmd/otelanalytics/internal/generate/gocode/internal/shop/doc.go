// SPDX-License-Identifier: Apache-2.0

// Package shop is what the generator of Go makes of events.yaml, a map with everything that it has to know how to do. Its
// tests hold the code against tracking with a map[string]any.
package shop

//go:generate go run ../../../../.. generate go --header "SPDX-License-Identifier: Apache-2.0" --out events.go events.yaml
